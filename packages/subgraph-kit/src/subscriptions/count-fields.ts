import { Kind, type DocumentNode, type SelectionSetNode } from 'graphql';

/**
 * Fields of the largest operation, each as often as fragments repeat it. The document has to be valid: a fragment that
 * contains itself would have no end.
 */
export function countFields({ definitions }: DocumentNode): number {
  const fragments = new Map(
    definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node.selectionSet] as const] : [],
    ),
  );
  // Each fragment once, or ten that spread each other twice would be a thousand to count.
  const counted = new Map<string, number>();
  const countFragment = (name: string): number => {
    const selections = fragments.get(name);
    const count = counted.get(name) ?? (selections === undefined ? 0 : countSelections(selections));
    counted.set(name, count);
    return count;
  };
  const countSelections = ({ selections }: SelectionSetNode): number =>
    selections.reduce((sum, selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return sum + countFragment(selection.name.value);
      const below = selection.selectionSet === undefined ? 0 : countSelections(selection.selectionSet);
      return sum + below + (selection.kind === Kind.FIELD ? 1 : 0);
    }, 0);
  return Math.max(
    0,
    ...definitions.map((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? countSelections(node.selectionSet) : 0,
    ),
  );
}
