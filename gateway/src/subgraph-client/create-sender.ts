import type { Caller } from '../auth/credentials.ts';
import { RequestCancelledError, type Cancellation } from '../cancellation.ts';
import type { SubgraphQuestion, SubgraphSender } from '../execution/subgraph-sender.ts';
import type { SubgraphConnections } from './connections.ts';
import { startExchange, type Exchange, type RawResponse } from './exchange.ts';
import { passOn } from './pass-on.ts';
import { readAnswer } from './read-answer.ts';
import type { SharedReads } from './shared-reads.ts';
import { describeFailure, isClosedSocket } from './subgraph-request-error.ts';

/** What all requests have in common. */
export interface SubgraphClient {
  readonly connections: SubgraphConnections;
  /** Undefined: every read is asked, also one that is being asked already. */
  readonly sharedReads: SharedReads | undefined;
  /** Called after every mutation, whatever became of it. */
  readonly afterWrite: () => void;
  /** Longest a subgraph may take for one request, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer of a subgraph, in bytes. */
  readonly maxResponseBytes: number;
}

export interface SenderOptions {
  readonly client: SubgraphClient;
  readonly urls: ReadonlyMap<string, string>;
  readonly caller: Caller;
  /** Cancelled when nobody waits for the answer any more. */
  readonly cancellation: Cancellation;
}

/** Asks subgraphs over HTTP, for one caller. */
export function createSender({ client, urls, caller, cancellation }: SenderOptions): SubgraphSender {
  const { connections, sharedReads, afterWrite, timeoutMs, maxResponseBytes } = client;

  const start = async (question: SubgraphQuestion): Promise<RawResponse> => {
    const { subgraph, isMutation, body, headers } = question;
    const url = urls.get(subgraph) ?? '';
    const given = caller.authorizationFor(subgraph);
    const authorization = given instanceof Promise ? await given : given;
    const begin = (): Exchange =>
      startExchange({
        target: connections.targetOf(url),
        body,
        authorization,
        headers,
        timeoutMs,
        maxResponseBytes,
      });
    // A mutation that has begun is finished, whether or not its client still waits.
    if (isMutation) return begin().response.finally(afterWrite);
    if (cancellation.isCancelled) throw RequestCancelledError.instance;
    if (sharedReads !== undefined) {
      const source = `${url} ${headers === undefined ? '' : JSON.stringify(headers)}${caller.key}`;
      return sharedReads.read(source, body, cancellation, begin);
    }
    const { response, abort } = begin();
    cancellation.onCancel(abort);
    return response;
  };

  return async (question) => {
    const { subgraph, isMutation, passes } = question;
    try {
      let response: RawResponse;
      try {
        response = await start(question);
      } catch (error) {
        if (isMutation || !isClosedSocket(error)) throw error;
        // The subgraph restarted, or closed an idle socket as we wrote to it. Asking again has no effect but an answer.
        response = await start(question);
      }
      question.onResponse?.(response);
      const passed = passes === undefined ? undefined : passOn(response, passes);
      return passed === undefined ? readAnswer(response) : { data: null, errors: [], passed };
    } catch (error) {
      if (cancellation.isCancelled && !isMutation) throw RequestCancelledError.instance;
      return { data: null, errors: [], failure: describeFailure(subgraph, error) };
    }
  };
}
