import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { parseJson, writeJson, quote } from './json.ts';
import { getOwn, isJsonObject, type JsonObject } from './own.ts';
import { applyRewrites } from './rewrites.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * JSON text of what an entity fetch sends of one object: its key fields and what `@requires` names. Undefined for
 * an object of a type that the fetch is not about, INCOMPLETE when a part is not there.
 */
export type Representation = (entity: JsonObject) => string | typeof INCOMPLETE | undefined;

export const INCOMPLETE = Symbol('incomplete');

/** JSON text of the selected parts of an object. */
type PartsWriter = (object: JsonObject) => string | typeof INCOMPLETE;

interface Part {
  /** `,"name":`, without the comma for the first. */
  readonly before: string;
  readonly source: string;
  readonly below: PartsWriter | undefined;
}

export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  inputRewrites: readonly FetchDataRewrite[],
  matches: TypeConditions,
): Representation {
  const write = compileSelections([requires], matches);
  return (entity) => {
    const text = write(entity);
    if (text === INCOMPLETE) return INCOMPLETE;
    // Without a type there is nothing to look up: no condition matched.
    if (!text.startsWith('{"__typename":"')) return undefined;
    if (inputRewrites.length === 0) return text;
    const value = parseJson(text);
    applyRewrites(inputRewrites, value, matches);
    return writeJson(value);
  };
}

/** The parts are found once for each type that is met. */
function compileSelections(
  selections: readonly (readonly QueryPlanSelectionNode[])[],
  matches: TypeConditions,
): PartsWriter {
  const partsByType = new Map<string, readonly Part[]>();
  return (object) => {
    const given = getOwn(object, '__typename');
    const typename = typeof given === 'string' ? given : '';
    let parts = partsByType.get(typename);
    if (parts === undefined)
      partsByType.set(typename, (parts = partsOf(selections.flat(), typename, matches)));
    let text = '{';
    for (const { before, source, below } of parts) {
      const value = getOwn(object, source);
      const written =
        value === undefined ? INCOMPLETE : below === undefined ? writeJson(value) : writeBelow(value, below);
      if (written === INCOMPLETE) return INCOMPLETE;
      text += before + written;
    }
    return `${text}}`;
  };
}

function partsOf(
  selections: readonly QueryPlanSelectionNode[],
  typename: string,
  matches: TypeConditions,
): readonly Part[] {
  const byName = new Map<string, { source: string; below: (readonly QueryPlanSelectionNode[])[] }>();
  const collect = (nodes: readonly QueryPlanSelectionNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'InlineFragment') {
        if (node.typeCondition === undefined || (typename !== '' && matches(node.typeCondition, typename)))
          collect(node.selections);
        continue;
      }
      const part = byName.get(node.name) ?? { source: node.alias ?? node.name, below: [] };
      if (node.selections !== undefined) part.below.push(node.selections);
      byName.set(node.name, part);
    }
  };
  collect(selections);
  return [...byName]
    .sort(([a], [b]) => Number(b === '__typename') - Number(a === '__typename'))
    .map(([name, { source, below }], index) => ({
      before: `${index === 0 ? '' : ','}${quote(name)}:`,
      source,
      below: below.length === 0 ? undefined : compileSelections(below, matches),
    }));
}

function writeBelow(value: unknown, write: PartsWriter): string | typeof INCOMPLETE {
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (const item of value) {
      const written = writeBelow(item, write);
      if (written === INCOMPLETE) return INCOMPLETE;
      items.push(written);
    }
    return `[${items.join()}]`;
  }
  return isJsonObject(value) ? write(value) : writeJson(value);
}
