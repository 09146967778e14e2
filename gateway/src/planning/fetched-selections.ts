import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import { placedFetchesOf } from '../execution/fetches-of.ts';
import { onlyOperation } from '../execution/only-operation.ts';

/** What a fetch brings. */
export interface FetchedSelection {
  readonly fetch: FetchNode;
  /** Of the objects that it is for, in the response, without lists. */
  readonly path: readonly string[];
  /** Under the names that its values get when they arrive. */
  readonly set: SelectionSetNode;
}

/** What each fetch of a plan brings, in the plan's order. */
export const fetchedSelections = (
  plan: PlanNode | SubscriptionNode | undefined,
): readonly FetchedSelection[] =>
  placedFetchesOf(plan).map(({ node, path }) => ({
    fetch: node,
    path: path.filter((step) => !step.startsWith('@')),
    set: fetchedSelection(node),
  }));

function fetchedSelection(fetch: FetchNode): SelectionSetNode {
  const { selectionSet } = onlyOperation(parse(fetch.operation, { noLocation: true }));
  return renamed(fetch, entitySelection(selectionSet) ?? selectionSet);
}

function entitySelection({ selections }: SelectionSetNode): SelectionSetNode | undefined {
  const [only] = selections;
  return only?.kind === Kind.FIELD && only.name.value === '_entities' ? only.selectionSet : undefined;
}

function renamed({ outputRewrites = [] }: FetchNode, set: SelectionSetNode): SelectionSetNode {
  const names = new Map<string, string>();
  for (const rewrite of outputRewrites) {
    const alias = rewrite.path.at(-1);
    if (rewrite.kind === 'KeyRenamer' && alias !== undefined) names.set(alias, rewrite.renameKeyTo);
  }
  if (names.size === 0) return set;
  const rename = (selectionSet: SelectionSetNode): SelectionSetNode => ({
    ...selectionSet,
    selections: selectionSet.selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
      const below =
        selection.selectionSet === undefined ? {} : { selectionSet: rename(selection.selectionSet) };
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return { ...selection, ...below, selectionSet: rename(selection.selectionSet) };
      const name = selection.alias === undefined ? undefined : names.get(selection.alias.value);
      return name === undefined
        ? { ...selection, ...below }
        : { ...selection, ...below, alias: { kind: Kind.NAME, value: name } };
    }),
  });
  return rename(set);
}
