import type { DocumentNode, SelectionSetNode } from 'graphql';

/** Whether selections are nested deeper than that; spreads of fragments are one level, whatever is in them. */
export function isDeeperThan({ definitions }: DocumentNode, limit: number): boolean {
  // No recursion: what is asked is how deep it would go.
  let level: readonly SelectionSetNode[] = definitions.flatMap((definition) =>
    'selectionSet' in definition ? definition.selectionSet : [],
  );
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap(({ selections }) =>
      selections.flatMap((selection) => ('selectionSet' in selection ? (selection.selectionSet ?? []) : [])),
    );
  }
  return false;
}
