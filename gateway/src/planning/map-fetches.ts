import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';

/** A fetch in a plan. */
export interface PlacedFetch {
  readonly fetch: FetchNode;
  /** Of the objects it is for, in the response; `@` for every element of a list. */
  readonly path: readonly string[];
  /** The fetch again, or another one, at the same place. */
  place(fetch: FetchNode): PlanNode;
}

/** The plan with other nodes in place of its fetches; the same one when none has changed. A subscription is left as it is. */
export function mapFetches<T extends PlanNode | SubscriptionNode>(
  node: T,
  map: (placed: PlacedFetch) => PlanNode,
): T | PlanNode {
  const walk = (child: PlanNode): PlanNode => {
    switch (child.kind) {
      case 'Sequence':
      case 'Parallel': {
        const nodes = child.nodes.map(walk);
        return nodes.every((each, index) => each === child.nodes[index]) ? child : { ...child, nodes };
      }
      case 'Flatten': {
        const { node: fetch, path } = child;
        if (fetch.kind === 'Fetch') {
          const place = (other: FetchNode): PlanNode => (other === fetch ? child : { ...child, node: other });
          return map({ fetch, path: path.map(String), place });
        }
        const below = walk(fetch);
        return below === fetch ? child : { ...child, node: below };
      }
      case 'Fetch':
        return map({ fetch: child, path: [], place: (other) => other });
      default:
        return child;
    }
  };
  return node.kind === 'Subscription' ? node : walk(node);
}
