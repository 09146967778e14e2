import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';

/** Whether selections, through fragments, go deeper than `limit`; those of a fragment that uses itself do. */
export function isTooDeep(document: DocumentNode, limit: number): boolean {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each.selectionSet] as const] : [],
    ),
  );
  const exceeds = (set: SelectionSetNode | undefined, depth: number): boolean =>
    set !== undefined &&
    (depth > limit ||
      set.selections.some((selection) =>
        selection.kind === Kind.FRAGMENT_SPREAD
          ? exceeds(fragments.get(selection.name.value), depth + 1)
          : exceeds(selection.selectionSet, depth + 1),
      ));
  return document.definitions.some(
    (each) => each.kind === Kind.OPERATION_DEFINITION && exceeds(each.selectionSet, 1),
  );
}
