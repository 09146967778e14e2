import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import { getOwn, isJsonObject, setOwn, type JsonObject } from './own.ts';
import { mergeInto } from './merge.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * What an entity fetch sends of one object: its key fields and what `@requires` names.
 *
 * @returns undefined when a part is missing: fetching it failed, and that error has been recorded.
 */
export function selectRepresentation(
  source: JsonObject,
  selections: readonly QueryPlanSelectionNode[],
  matches: TypeConditions,
): JsonObject | undefined {
  const representation: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const typename = getOwn(source, '__typename');
      const applies =
        selection.typeCondition === undefined ||
        (typeof typename === 'string' && matches(selection.typeCondition, typename));
      if (!applies) continue;
      const part = selectRepresentation(source, selection.selections, matches);
      if (part === undefined) return undefined;
      mergeInto(representation, part);
      continue;
    }
    const key = selection.alias ?? selection.name;
    const value = getOwn(source, key);
    if (value === undefined) return undefined;
    const selected =
      selection.selections === undefined ? value : selectValue(value, selection.selections, matches);
    if (selected === undefined) return undefined;
    setOwn(representation, key, selected);
  }
  return representation;
}

function selectValue(
  value: unknown,
  selections: readonly QueryPlanSelectionNode[],
  matches: TypeConditions,
): unknown {
  if (Array.isArray(value)) {
    const elements = value.map((element) => selectValue(element, selections, matches));
    return elements.includes(undefined) ? undefined : elements;
  }
  return isJsonObject(value) ? selectRepresentation(value, selections, matches) : value;
}
