import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import type { ExecutableNode, FetchPath } from './executable-plan.ts';

/** @throws TypeError for subscriptions and @defer, which this executor does not run. */
export function compilePlan(plan: QueryPlan): ExecutableNode | undefined {
  const { node } = plan;
  if (node === undefined) return undefined;
  if (node.kind === 'Subscription') throw new TypeError('subscriptions are not executed here');
  return compileNode(node, []);
}

function compileNode(node: PlanNode, path: FetchPath): ExecutableNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((child) => compileNode(child, path)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map((child) => compileNode(child, path)) };
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(String)]);
    case 'Fetch':
      return { kind: 'fetch', fetch: compileFetch(node, path) };
    case 'Condition':
      return {
        kind: 'condition',
        variable: node.condition,
        then: node.ifClause === undefined ? undefined : compileNode(node.ifClause, path),
        otherwise: node.elseClause === undefined ? undefined : compileNode(node.elseClause, path),
      };
    case 'Defer':
      throw new TypeError('@defer is not executed here');
    default: {
      const unknown: never = node;
      throw new TypeError(`unknown plan node ${JSON.stringify(unknown)}`);
    }
  }
}

function compileFetch(node: FetchNode, path: FetchPath) {
  const operationName =
    node.operationName === undefined ? '' : `,"operationName":${JSON.stringify(node.operationName)}`;
  return {
    subgraph: node.serviceName,
    operationKind: node.operationKind,
    operation: node.operation,
    bodyStart: `{"query":${JSON.stringify(node.operation)}${operationName},"variables":{`,
    variableUsages: node.variableUsages ?? [],
    path,
    requires: node.requires,
    inputRewrites: node.inputRewrites ?? [],
    outputRewrites: node.outputRewrites ?? [],
    contextRewrites: node.contextRewrites ?? [],
  };
}
