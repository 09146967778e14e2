import { createHash, timingSafeEqual } from 'node:crypto';
import type { ExecutableNode } from '../execution/executable-plan.ts';
import type { OperationRequest } from './answer-operation.ts';
import type { Outcome } from './answer.ts';

/** In the words of Apollo Router: `true`, or `dry-run` for the plan alone. */
export const EXPOSE_PLAN_HEADER = 'apollo-expose-query-plan';

/** Who may see how an operation is answered; one of these is enough. */
export interface PlanExposure {
  /** Of the access token. */
  readonly scopes: readonly string[];
  readonly secret: { readonly header: string; readonly value: string } | undefined;
}

/** What a caller who asks for it, and may, is to be told. */
export function wantsPlan(
  { incoming: { headers }, caller }: OperationRequest,
  { scopes, secret }: PlanExposure,
): 'plan' | 'only-plan' | undefined {
  const asked = headers[EXPOSE_PLAN_HEADER];
  if (asked !== 'true' && asked !== 'dry-run') return undefined;
  const isAllowed =
    scopes.some((scope) => caller.permissions.has(`scope:${scope}`)) ||
    (secret !== undefined && isSame(headers[secret.header], secret.value));
  if (!isAllowed) return undefined;
  return asked === 'true' ? 'plan' : 'only-plan';
}

/** The answer with the plan, and with what each of its steps took. */
export function withPlan(outcome: Outcome, { journal }: OperationRequest): Outcome {
  if (journal.operation === undefined) return outcome;
  const node = journal.plan === undefined ? null : planNode(journal.plan);
  return {
    ...outcome,
    extensions: {
      ...outcome.extensions,
      apolloQueryPlan: {
        object: { kind: 'QueryPlan', node },
        text: node === null ? 'QueryPlan {}' : `QueryPlan {\n${textOf(node, '  ')}\n}`,
      },
      timings: {
        totalMs: rounded(performance.now() - journal.startedAt),
        preparation: journal.steps.map(({ name, durationMs }) => ({ step: name, ms: rounded(durationMs) })),
        subgraphs: journal.fetches.map((fetch) => ({
          subgraph: fetch.subgraph,
          startedAfterMs: rounded(fetch.startedAt - journal.startedAt),
          ms: rounded(fetch.durationMs),
          status: fetch.status,
          attempts: fetch.attempts,
          failure: fetch.failure,
        })),
      },
    },
  };
}

/** As Apollo's explorers read it. */
type PlanNode =
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly PlanNode[] }
  | { readonly kind: 'Flatten'; readonly path: readonly string[]; readonly node: PlanNode }
  | {
      readonly kind: 'Fetch';
      readonly serviceName: string;
      readonly operation: string;
      readonly variableUsages: readonly string[];
    };

function planNode(node: ExecutableNode): PlanNode {
  if (node.kind !== 'fetch')
    return { kind: node.kind === 'sequence' ? 'Sequence' : 'Parallel', nodes: node.nodes.map(planNode) };
  const { subgraph, document, variableUsages, path } = node.fetch;
  const fetch: PlanNode = { kind: 'Fetch', serviceName: subgraph, operation: document, variableUsages };
  return path.length === 0 ? fetch : { kind: 'Flatten', path, node: fetch };
}

function textOf(node: PlanNode, indent: string): string {
  const inner = `${indent}  `;
  switch (node.kind) {
    case 'Fetch':
      return `${indent}Fetch(service: "${node.serviceName}") {\n${inner}${node.operation}\n${indent}}`;
    case 'Flatten':
      return `${indent}Flatten(path: "${node.path.join('.')}") {\n${textOf(node.node, inner)}\n${indent}}`;
    default:
      return `${indent}${node.kind} {\n${node.nodes.map((each) => textOf(each, inner)).join(',\n')}\n${indent}}`;
  }
}

/** In the same time, whatever is guessed. */
function isSame(given: string | string[] | undefined, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret));
}

const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;
