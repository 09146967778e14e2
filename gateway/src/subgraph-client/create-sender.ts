import { OperationTypeNode } from 'graphql';
import type { Caller } from '../auth/credentials.ts';
import type { SubgraphSender } from '../execution/subgraph-sender.ts';
import type { SubgraphConnections } from './connections.ts';
import { errorsAtFields } from './errors-at-fields.ts';
import { sendRequest, type SubgraphRequest } from './send-request.ts';
import { describeFailure, isClosedSocket } from './subgraph-request-error.ts';

export interface SenderOptions {
  readonly connections: SubgraphConnections;
  readonly urls: ReadonlyMap<string, string>;
  readonly caller: Caller;
  /** Aborts when nobody waits for the answer any more. */
  readonly clientGone: AbortSignal;
  /** Longest a subgraph may take for one request, in milliseconds. */
  readonly timeoutMs: number;
}

/** Asks subgraphs over HTTP, for one caller. One that fails answers with an error at each field it should have filled. */
export function createSender({
  connections,
  urls,
  caller,
  clientGone,
  timeoutMs,
}: SenderOptions): SubgraphSender {
  return async (fetch, variables, representations) => {
    const isRead = fetch.operationKind === OperationTypeNode.QUERY;
    try {
      const timeout = AbortSignal.timeout(timeoutMs);
      const request: SubgraphRequest = {
        connections,
        url: urls.get(fetch.subgraph) ?? '',
        body: `${fetch.bodyStart}${variables}}}`,
        authorization: await caller.authorizationFor(fetch.subgraph),
        // A mutation that has begun is finished, whether or not its client still waits.
        signal: isRead ? AbortSignal.any([timeout, clientGone]) : timeout,
      };
      return await sendRequest(request).catch((error: unknown) => {
        // The subgraph restarted, or closed an idle socket as we wrote to it. Asking again has no effect but an answer.
        if (isRead && isClosedSocket(error)) return sendRequest(request);
        throw error;
      });
    } catch (error) {
      const failure = describeFailure(fetch.subgraph, error);
      return { data: null, errors: errorsAtFields(failure, fetch.operation, representations) };
    }
  };
}
