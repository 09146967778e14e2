import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';

/** Every fetch of a plan, in its order. Conditions are resolved before an operation is planned. */
export function fetchesOf(node: PlanNode | SubscriptionNode | undefined): readonly FetchNode[] {
  switch (node?.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.flatMap(fetchesOf);
    case 'Flatten':
      return fetchesOf(node.node);
    case 'Fetch':
      return [node];
    default:
      return [];
  }
}
