import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import { parseJson, writeJson, quote } from './json.ts';
import { getOwn, isJsonObject, type JsonObject } from './own.ts';
import { applyRewrites } from './rewrites.ts';
import type { TypeConditions } from './type-conditions.ts';

/** Objects of the response that stand for one entity. */
export interface EntityGroup {
  /** JSON text of what is sent of them: key fields, and what `@requires` names. */
  readonly representation: string;
  readonly objects: JsonObject[];
}

export interface GroupedEntities {
  readonly groups: readonly EntityGroup[];
  /** Objects that lack a part of what has to be sent. */
  readonly incomplete: readonly JsonObject[];
  /** The group that another object is of, by what would be sent of it. */
  find(object: JsonObject): EntityGroup | undefined;
}

/** Finds out which objects are to be asked for, and which of them are one entity. */
export type EntityGrouper = (objects: readonly JsonObject[]) => GroupedEntities;

const INCOMPLETE = Symbol('incomplete');

/** JSON text of the selected parts of an object. */
type PartsWriter = (object: JsonObject) => string | typeof INCOMPLETE;

interface Part {
  /** `,"name":`, without the comma for the first. */
  readonly before: string;
  readonly source: string;
  readonly below: PartsWriter | undefined;
}

/** What is sent of the objects of one type. */
interface Kind {
  readonly parts: readonly Part[];
  /** Those that objects of the type can differ in. */
  readonly marks: readonly Part[];
}

/** Entities by the value of their first mark, then by that of the second, ... */
type Index = Map<unknown, Index | EntityGroup>;

type KindOf = (typename: unknown) => Kind | undefined;

export function compileGrouper(
  requires: readonly QueryPlanSelectionNode[],
  inputRewrites: readonly FetchDataRewrite[],
  matches: TypeConditions,
): EntityGrouper {
  const kinds = new Map<unknown, Kind | undefined>();
  const kindOf: KindOf = (typename) => {
    if (!kinds.has(typename)) {
      const parts = typeof typename === 'string' ? partsOf(requires, typename, matches) : [];
      const marks = parts.filter(({ source }) => source !== '__typename');
      // Without a type there is nothing to look up: no condition matched.
      kinds.set(
        typename,
        marks.length === parts.length ? undefined : { parts, marks: marks.length === 0 ? parts : marks },
      );
    }
    return kinds.get(typename);
  };
  const rewritten = (text: string): string => {
    if (inputRewrites.length === 0) return text;
    const value = parseJson(text);
    applyRewrites(inputRewrites, value, matches);
    return writeJson(value);
  };

  return (objects) => {
    const grouped = new ObjectsByEntity(kindOf, rewritten);
    for (const object of objects) grouped.add(object);
    return grouped;
  };
}

class ObjectsByEntity implements GroupedEntities {
  readonly groups: EntityGroup[] = [];
  readonly incomplete: JsonObject[] = [];
  readonly #kindOf: KindOf;
  readonly #rewritten: (text: string) => string;
  readonly #indices = new Map<Kind, Index>();
  // Nearly all lists are of one type.
  #typename: unknown;
  #kind: Kind | undefined;
  #index: Index | undefined;

  constructor(kindOf: KindOf, rewritten: (text: string) => string) {
    this.#kindOf = kindOf;
    this.#rewritten = rewritten;
  }

  add(object: JsonObject): void {
    const kind = this.#turnTo(object['__typename']);
    if (kind === undefined) return;
    const { parts, marks } = kind;
    let level = this.#index as Index;
    for (let position = 0; position < marks.length; position += 1) {
      const mark = markOf(object, marks[position] as Part);
      if (mark === INCOMPLETE) {
        this.incomplete.push(object);
        return;
      }
      const known = level.get(mark);
      if (position < marks.length - 1) {
        const next: Index = known instanceof Map ? known : new Map<unknown, Index | EntityGroup>();
        if (known === undefined) level.set(mark, next);
        level = next;
      } else if (known === undefined || known instanceof Map) {
        const text = writeParts(parts, object);
        if (text === INCOMPLETE) return;
        const group = { representation: this.#rewritten(text), objects: [object] };
        this.groups.push(group);
        level.set(mark, group);
      } else known.objects.push(object);
    }
  }

  find(object: JsonObject): EntityGroup | undefined {
    const kind = this.#turnTo(object['__typename']);
    let found: Index | EntityGroup | undefined = this.#index;
    for (const mark of kind?.marks ?? [])
      found = found instanceof Map ? found.get(markOf(object, mark)) : undefined;
    return found instanceof Map ? undefined : found;
  }

  /** To the index of a type. */
  #turnTo(typename: unknown): Kind | undefined {
    if (typename === this.#typename) return this.#kind;
    this.#typename = typename;
    this.#kind = this.#kindOf(typename);
    if (this.#kind === undefined) return undefined;
    const index = this.#indices.get(this.#kind);
    this.#index = index ?? new Map<unknown, Index | EntityGroup>();
    if (index === undefined) this.#indices.set(this.#kind, this.#index);
    return this.#kind;
  }
}

/** Most keys are a name or a number: telling entities apart by those makes no text. */
function markOf(object: JsonObject, { source, below }: Part): unknown {
  const value = getOwn(object, source);
  if (value === undefined) return INCOMPLETE;
  return below === undefined && typeof value !== 'object' ? value : textOf(value, below);
}

/** Told apart from the value of a text by a first character that no typename or key of JSON begins with. */
const textOf = (value: unknown, below: PartsWriter | undefined): string | typeof INCOMPLETE => {
  const text = below === undefined ? writeJson(value) : writeBelow(value, below);
  return text === INCOMPLETE ? INCOMPLETE : `\u0000${text}`;
};

/** The parts are found once for each type that is met. */
function compileSelections(
  selections: readonly QueryPlanSelectionNode[],
  matches: TypeConditions,
): PartsWriter {
  const partsByType = new Map<string, readonly Part[]>();
  return (object) => {
    const given = getOwn(object, '__typename');
    const typename = typeof given === 'string' ? given : '';
    let parts = partsByType.get(typename);
    if (parts === undefined) partsByType.set(typename, (parts = partsOf(selections, typename, matches)));
    return writeParts(parts, object);
  };
}

function writeParts(parts: readonly Part[], object: JsonObject): string | typeof INCOMPLETE {
  let text = '{';
  for (const { before, source, below } of parts) {
    const value = getOwn(object, source);
    const written =
      value === undefined ? INCOMPLETE : below === undefined ? writeJson(value) : writeBelow(value, below);
    if (written === INCOMPLETE) return INCOMPLETE;
    text += before + written;
  }
  return `${text}}`;
}

function partsOf(
  selections: readonly QueryPlanSelectionNode[],
  typename: string,
  matches: TypeConditions,
): readonly Part[] {
  const byName = new Map<string, { source: string; below: QueryPlanSelectionNode[] }>();
  const collect = (nodes: readonly QueryPlanSelectionNode[]): void => {
    for (const node of nodes) {
      if (node.kind === 'InlineFragment') {
        if (node.typeCondition === undefined || (typename !== '' && matches(node.typeCondition, typename)))
          collect(node.selections);
        continue;
      }
      const part = byName.get(node.name) ?? { source: node.alias ?? node.name, below: [] };
      part.below.push(...(node.selections ?? []));
      byName.set(node.name, part);
    }
  };
  collect(selections);
  return [...byName].map(([name, { source, below }], index) => ({
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
