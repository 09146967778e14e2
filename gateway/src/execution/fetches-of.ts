import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import type { FetchPath } from './executable-plan.ts';

/** A fetch, and where what it brings goes. */
export interface PlacedFetch {
  readonly node: FetchNode;
  readonly path: FetchPath;
}

/** Every fetch of a plan, in its order. Conditions are resolved before an operation is planned. */
export function placedFetchesOf(
  node: PlanNode | SubscriptionNode | undefined,
  path: FetchPath = [],
): readonly PlacedFetch[] {
  switch (node?.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap((child) => placedFetchesOf(child, path));
    case 'Flatten':
      return placedFetchesOf(node.node, [...path, ...node.path.map(String)]);
    case 'Fetch':
      return [{ node, path }];
    default:
      return [];
  }
}

/** The same without their places. */
export const fetchesOf = (node: PlanNode | SubscriptionNode | undefined): readonly FetchNode[] =>
  placedFetchesOf(node).map((fetch) => fetch.node);
