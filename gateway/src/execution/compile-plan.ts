import type { FetchNode, PlanNode, SubscriptionNode } from '@apollo/query-planner';
import { OperationTypeNode } from 'graphql';
import type { ExecutableFetch, ExecutableNode, FetchPath } from './executable-plan.ts';
import { fetchesOf, placedFetchesOf } from './fetches-of.ts';
import { createKnownFieldsFinder, type KnownFields } from './known-fields.ts';
import { compileGrouper } from './represent.ts';
import type { TypeConditions } from './type-conditions.ts';

interface Compilation {
  readonly matches: TypeConditions;
  readonly knownFieldsOf: (fetch: FetchNode) => KnownFields | undefined;
}

/**
 * @param isConstant Whether a field of an entity has one value wherever, and whenever, the operation asks for it.
 * @throws TypeError for what this executor does not run: subscriptions, @defer, and conditions, which are resolved
 *   before an operation is planned.
 */
export function compilePlan(
  plan: PlanNode | SubscriptionNode | undefined,
  { matches, isConstant }: { matches: TypeConditions; isConstant: boolean },
): ExecutableNode | undefined {
  if (plan === undefined) return undefined;
  if (plan.kind === 'Subscription') throw new TypeError('subscriptions are not executed here');
  const knownFieldsOf = createKnownFieldsFinder(isConstant ? placedFetchesOf(plan) : [], matches);
  return compileNode(plan, [], { matches, knownFieldsOf }, new Set());
}

/** @param company Subgraphs that fetches of entities beside this node may be asking at the same time. */
function compileNode(
  node: PlanNode,
  path: FetchPath,
  compilation: Compilation,
  company: ReadonlySet<string>,
): ExecutableNode {
  switch (node.kind) {
    case 'Sequence':
      return {
        kind: 'sequence',
        nodes: node.nodes.map((child) => compileNode(child, path, compilation, company)),
      };
    case 'Parallel': {
      const asked = node.nodes.map(entitySubgraphs);
      return {
        kind: 'parallel',
        nodes: node.nodes.map((child, index) => {
          const others = asked.flatMap((subgraphs, other) => (other === index ? [] : [...subgraphs]));
          return compileNode(child, path, compilation, new Set([...company, ...others]));
        }),
      };
    }
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path.map(String)], compilation, company);
    case 'Fetch':
      return { kind: 'fetch', fetch: compileFetch(node, path, compilation, company.has(node.serviceName)) };
    case 'Condition':
    case 'Defer':
      throw new TypeError(`plan nodes of the kind ${node.kind} are not executed here`);
    default: {
      const unknown: never = node;
      throw new TypeError(`unknown plan node ${JSON.stringify(unknown)}`);
    }
  }
}

/** Subgraphs that a part of a plan fetches entities from. */
const entitySubgraphs = (node: PlanNode): ReadonlySet<string> =>
  new Set(
    fetchesOf(node)
      .filter(({ requires }) => requires !== undefined)
      .map(({ serviceName }) => serviceName),
  );

function compileFetch(
  node: FetchNode,
  path: FetchPath,
  { matches, knownFieldsOf }: Compilation,
  hasCompany: boolean,
): ExecutableFetch {
  const { requires, inputRewrites = [], outputRewrites = [], contextRewrites = [] } = node;
  return {
    subgraph: node.serviceName,
    isMutation: node.operationKind === OperationTypeNode.MUTATION,
    document: node.operation,
    bodyStart: bodyStart(node.operation, node.operationName),
    variableUsages: node.variableUsages ?? [],
    path,
    group: requires === undefined ? undefined : compileGrouper(requires, inputRewrites, matches),
    outputRewrites,
    contextRewrites,
    // Names of operations count the fetches of a plan; what is asked does not depend on them.
    selection: JSON.stringify([
      node.serviceName,
      node.operation.replace(/^query \w+/, 'query'),
      outputRewrites,
    ]),
    hasCompany,
    known: knownFieldsOf(node),
  };
}

/** JSON text of a request body up to the variables' opening brace. */
export function bodyStart(document: string, operationName: string | undefined): string {
  const name = operationName === undefined ? '' : `,"operationName":${JSON.stringify(operationName)}`;
  return `{"query":${JSON.stringify(document)}${name},"variables":{`;
}
