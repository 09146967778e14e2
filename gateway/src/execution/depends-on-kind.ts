import { Kind, type SelectionSetNode } from 'graphql';
import type { FieldCollector } from './collect-fields.ts';

/** Whether a selection of an abstract type asks for anything that depends on which kind an object is. */
export function dependsOnKind(
  { fragments, matches }: FieldCollector,
  selectionSets: readonly SelectionSetNode[],
  typename: string,
): boolean {
  // Looked into once each: forty fragments, each with the next one twice, would be a thousand billion.
  const spread = new Set<string>();
  const depends = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === '__typename';
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (spread.has(selection.name.value)) return false;
        spread.add(selection.name.value);
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition?.name.value ?? typename;
      return !matches(condition, typename) || (fragment !== undefined && depends(fragment.selectionSet));
    });
  return selectionSets.some(depends);
}
