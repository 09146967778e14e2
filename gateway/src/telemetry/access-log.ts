import type { LogLines } from '@tributary/service-kit';
import type { FetchEntry, OperationIdentity, RequestJournal } from './request-journal.ts';

/**
 * One line for a request, when it is over. Names are OpenTelemetry's where it has one.
 *
 * Its text is put together here: to have a logger write an object of twenty fields takes three times as long, and longer than
 * all that metrics take.
 */
export function writeAccessLog(journal: RequestJournal, lines: LogLines): void {
  const { id, method, incoming, fetches, cache, result, cost, trace, status, isComplete, durationMs } =
    journal;
  let line = `${lines.begin()},"request.id":${JSON.stringify(id)}`;
  if (trace !== undefined) line += `,"trace.id":"${trace.traceId}"`;
  line += `,"http.request.method":${JSON.stringify(method)},"http.response.status_code":${status}`;
  line += textOf('client.name', incoming['apollographql-client-name']);
  line += textOf('client.version', incoming['apollographql-client-version']);
  if (result !== undefined) {
    const { operation, outcome, errorCodes } = result;
    if (operation !== undefined) line += operationText(operation);
    line += `,"graphql.outcome":"${outcome}"`;
    if (errorCodes.length > 0) line += `,"graphql.error.codes":${JSON.stringify(errorCodes)}`;
  }
  if (cost !== undefined)
    line += `,"cost.estimated":${JSON.stringify(cost.estimated)},"cost.actual":${JSON.stringify(cost.actual)}`;
  if (cache !== undefined) line += `,"cache.result":"${cache}"`;
  line += `,"duration.ms":${rounded(durationMs)}`;
  if (fetches.length > 0) line += `,"subgraphs":${subgraphsText(fetches)}`;
  if (!isComplete) line += ',"aborted":true';
  lines.write(`${line},"msg":"request"}\n`);
}

const textOf = (name: string, value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? `,"${name}":${JSON.stringify(value)}` : '';

const operationText = ({ type, name, hash }: OperationIdentity): string =>
  `,"graphql.operation.type":"${type}"${textOf('graphql.operation.name', name)},"graphql.operation.hash":"${hash}"`;

/** Most requests ask a subgraph once, and nothing goes wrong. */
function subgraphsText(fetches: readonly FetchEntry[]): string {
  const [first, second] = fetches;
  return first === undefined || second !== undefined || first.failure !== undefined
    ? JSON.stringify(bySubgraph(fetches))
    : `{${JSON.stringify(first.subgraph)}:{"requests":1,"ms":${rounded(first.durationMs)}}}`;
}

function bySubgraph(fetches: readonly FetchEntry[]): Record<string, object> {
  const subgraphs: Record<string, { requests: number; ms: number; failures?: string[] }> = {};
  for (const { subgraph, durationMs, failure } of fetches) {
    const entry = (subgraphs[subgraph] ??= { requests: 0, ms: 0 });
    entry.requests += 1;
    entry.ms = rounded(entry.ms + durationMs);
    if (failure !== undefined) (entry.failures ??= []).push(failure);
  }
  return subgraphs;
}

const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;
