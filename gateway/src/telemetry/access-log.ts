import type { LogLines } from '@tributary/service-kit';
import type { FetchEntry, OperationIdentity, RequestJournal } from './request-journal.ts';

/**
 * One line for a request, when it is over. Names are OpenTelemetry's where it has one.
 *
 * Its text is put together here: to have a logger write an object of twenty fields takes three times as long, and longer than
 * all that metrics take. Ids (request-id.ts), methods and names of GraphQL hold nothing that JSON would have escaped.
 */
export function writeAccessLog(journal: RequestJournal, lines: LogLines): void {
  const { id, method, incoming, fetches, cache, result, cost, trace, status, isComplete, durationMs } =
    journal;
  let line = `${lines.begin()},"request.id":"${id}"`;
  if (trace !== undefined) line += `,"trace.id":"${trace.traceId}"`;
  line += `,"http.request.method":"${method}","http.response.status_code":${status}`;
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
  if (fetches.length > 0) line += `,"subgraphs":{${subgraphsText(fetches)}}`;
  if (!isComplete) line += ',"aborted":true';
  lines.write(`${line},"msg":"request"}\n`);
}

const textOf = (name: string, value: string | readonly string[] | undefined): string =>
  typeof value === 'string' ? `,"${name}":${JSON.stringify(value)}` : '';

function operationText({ type, name, hash }: OperationIdentity): string {
  const named = name === undefined ? '' : `,"graphql.operation.name":"${name}"`;
  return `,"graphql.operation.type":"${type}"${named},"graphql.operation.hash":"${hash}"`;
}

/** Of one subgraph each, in the order in which they were asked first. */
function subgraphsText(fetches: readonly FetchEntry[]): string {
  let text = '';
  for (const first of fetches) {
    const { subgraph } = first;
    if (fetches.find((fetch) => fetch.subgraph === subgraph) !== first) continue;
    let requests = 0;
    let ms = 0;
    let failures: string[] | undefined;
    for (const fetch of fetches) {
      if (fetch.subgraph !== subgraph) continue;
      requests += 1;
      ms += fetch.durationMs;
      if (fetch.failure !== undefined) (failures ??= []).push(fetch.failure);
    }
    text += `${text === '' ? '' : ','}${JSON.stringify(subgraph)}:{"requests":${requests},"ms":${rounded(ms)}`;
    text += failures === undefined ? '}' : `,"failures":${JSON.stringify(failures)}}`;
  }
  return text;
}

const rounded = (ms: number): number => Math.round(ms * 1_000) / 1_000;
