import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../execution/collect-fields.ts';
import { onlyOperation } from '../execution/only-operation.ts';

/** More than a document has that is written without fragments. */
const MAX_SELECTIONS = 20_000;

/**
 * The operation with `... on Film { minutes }` in place of `...F`, for those that look at what is below a type.
 *
 * Forty fragments, each with the next one twice, would be a thousand billion selections: they are counted before they are
 * written out, each fragment once.
 *
 * @param document One valid operation and its fragments.
 * @throws Error where it would be too large.
 */
export function inlineSpreads(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document);
  if (fragments.size === 0) return document;
  const operation = onlyOperation(document);
  if (countSelections(operation.selectionSet, fragments) > MAX_SELECTIONS)
    throw new Error(
      `The operation has more than ${MAX_SELECTIONS} selections when it is written without fragments.`,
    );
  const inline = (set: SelectionSetNode): SelectionSetNode => ({
    ...set,
    selections: set.selections.map((selection): SelectionNode => {
      if (selection.kind !== Kind.FRAGMENT_SPREAD)
        return selection.selectionSet === undefined
          ? selection
          : { ...selection, selectionSet: inline(selection.selectionSet) };
      const fragment = fragments.get(selection.name.value);
      if (fragment === undefined) return selection;
      const { directives = [] } = selection;
      const { typeCondition, selectionSet } = fragment;
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet: inline(selectionSet) };
    }),
  });
  return {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, selectionSet: inline(operation.selectionSet) }],
  };
}

function countSelections(
  root: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): number {
  const counted = new Map<SelectionSetNode, number>();
  const count = (set: SelectionSetNode): number => {
    const known = counted.get(set);
    if (known !== undefined) return known;
    let selections = 0;
    for (const selection of set.selections) {
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? fragments.get(selection.name.value)?.selectionSet
          : selection.selectionSet;
      selections += 1 + (below === undefined ? 0 : count(below));
    }
    counted.set(set, selections);
    return selections;
  };
  return count(root);
}
