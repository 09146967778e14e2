/**
 * Orders the fetches of a plan that run one after another: one that sends what another brings goes behind it. The planner may put a
 * fetch of what is required behind the one that sends it, where both need a key that is fetched first.
 * Any other order stays.
 */
import type { PlanNode, QueryPlanSelectionNode, SubscriptionNode } from '@apollo/query-planner';
import { Kind, type SelectionSetNode } from 'graphql';
import { fetchedSelections } from './fetched-selections.ts';

/** Values of the response, by their paths without lists. */
type Values = ReadonlySet<string>;

export function orderFetches<T extends PlanNode | SubscriptionNode>(node: T): T | PlanNode {
  return node.kind === 'Subscription' ? node : order(node, new Set());
}

/** @param known What there is when the node is run. */
function order(node: PlanNode, known: Values): PlanNode {
  if (node.kind === 'Parallel') {
    const nodes = node.nodes.map((each) => order(each, known));
    return nodes.every((each, index) => each === node.nodes[index]) ? node : { ...node, nodes };
  }
  if (node.kind !== 'Sequence') return node;
  const there = new Set(known);
  const nodes: PlanNode[] = [];
  const waiting = node.nodes.map((each) => ({ node: each, ...valuesOf(each) }));
  while (waiting.length > 0) {
    const ready = waiting.findIndex(({ sent }, index) =>
      [...sent].every(
        (value) =>
          there.has(value) || !waiting.some(({ brought }, other) => other !== index && brought.has(value)),
      ),
    );
    for (const next of waiting.splice(Math.max(ready, 0), 1)) {
      nodes.push(order(next.node, there));
      for (const value of next.brought) there.add(value);
    }
  }
  return nodes.every((each, index) => each === node.nodes[index]) ? node : { ...node, nodes };
}

/** What the fetches of a node send that none of them brings, and what they bring. */
function valuesOf(node: PlanNode): { readonly sent: Values; readonly brought: Values } {
  const sent = new Set<string>();
  const brought = new Set<string>();
  for (const { fetch, path, set } of fetchedSelections(node)) {
    for (const value of sentValues(fetch.requires ?? [], path)) sent.add(value);
    for (const value of selectedValues(set, path)) brought.add(value);
  }
  return { sent: new Set([...sent].filter((value) => !brought.has(value))), brought };
}

const sentValues = (
  selections: readonly QueryPlanSelectionNode[],
  path: readonly string[],
): readonly string[] =>
  selections.flatMap((each): readonly string[] => {
    if (each.kind === 'InlineFragment') return sentValues(each.selections, path);
    if (each.name === '__typename') return [];
    const at = [...path, each.name];
    return [at.join('.'), ...sentValues(each.selections ?? [], at)];
  });

const selectedValues = ({ selections }: SelectionSetNode, path: readonly string[]): readonly string[] =>
  selections.flatMap((each): readonly string[] => {
    if (each.kind === Kind.FRAGMENT_SPREAD) return [];
    if (each.kind === Kind.INLINE_FRAGMENT) return selectedValues(each.selectionSet, path);
    const at = [...path, each.alias?.value ?? each.name.value];
    return [at.join('.'), ...(each.selectionSet === undefined ? [] : selectedValues(each.selectionSet, at))];
  });
