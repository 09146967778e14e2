import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';

/**
 * Whether selections, through fragments, go deeper than `limit`; those of a fragment that uses itself do.
 *
 * Each fragment is looked at once: a few that use each other often would else be walked through for years.
 */
export function isTooDeep(document: DocumentNode, limit: number): boolean {
  const fragments = new Map(
    document.definitions.flatMap((each) =>
      each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each.selectionSet] as const] : [],
    ),
  );
  const heights = new Map<string, number>();
  const heightOf = (set: SelectionSetNode | undefined): number =>
    set === undefined
      ? 0
      : set.selections.reduce(
          (height, selection) =>
            Math.max(
              height,
              1 +
                (selection.kind === Kind.FRAGMENT_SPREAD
                  ? heightOfFragment(selection.name.value)
                  : heightOf(selection.selectionSet)),
            ),
          1,
        );
  const heightOfFragment = (name: string): number => {
    const known = heights.get(name);
    if (known !== undefined) return known;
    heights.set(name, Infinity);
    const height = heightOf(fragments.get(name));
    heights.set(name, height);
    return height;
  };
  return document.definitions.some(
    (each) => each.kind === Kind.OPERATION_DEFINITION && heightOf(each.selectionSet) > limit,
  );
}
