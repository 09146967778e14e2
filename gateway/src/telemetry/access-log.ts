import type { BufferedLogger } from '@tributary/service-kit';
import type { FetchEntry, RequestJournal } from './request-journal.ts';

/** One line for a request, when it is over. Names are OpenTelemetry's where it has one. */
export function writeAccessLog(journal: RequestJournal, logger: BufferedLogger['logger']): void {
  const { id, method, incoming, fetches, cache, result, cost, trace, status, isComplete, durationMs } =
    journal;
  const operation = result?.operation;
  logger.info(
    {
      'request.id': id,
      'trace.id': trace?.sampledTraceId,
      'http.request.method': method,
      'http.response.status_code': status,
      'client.name': incoming['apollographql-client-name'],
      'client.version': incoming['apollographql-client-version'],
      'graphql.operation.type': operation?.type,
      'graphql.operation.name': operation?.name,
      'graphql.operation.hash': operation?.hash,
      'graphql.outcome': result?.outcome,
      'graphql.error.codes':
        result === undefined || result.errorCodes.length === 0 ? undefined : result.errorCodes,
      'cost.estimated': cost?.estimated,
      'cost.actual': cost?.actual,
      'cache.result': cache,
      'duration.ms': rounded(durationMs),
      subgraphs: fetches.length === 0 ? undefined : bySubgraph(fetches),
      aborted: isComplete ? undefined : true,
    },
    'request',
  );
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
