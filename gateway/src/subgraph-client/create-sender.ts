import type { Caller } from '../auth/credentials.ts';
import { RequestCancelledError, type Cancellation } from '../cancellation.ts';
import type { SubgraphAnswer, SubgraphQuestion, SubgraphSender } from '../execution/subgraph-sender.ts';
import type { SubgraphConnections } from './connections.ts';
import { startExchange, type Exchange } from './exchange.ts';
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

  const ask = async ({ subgraph, isMutation, body }: SubgraphQuestion): Promise<SubgraphAnswer> => {
    const url = urls.get(subgraph) ?? '';
    const authorization = await caller.authorizationFor(subgraph);
    const start = (): Exchange =>
      startExchange({ target: connections.targetOf(url), body, authorization, timeoutMs, maxResponseBytes });
    if (isMutation) {
      try {
        // A mutation that has begun is finished, whether or not its client still waits.
        return readAnswer(await start().response);
      } finally {
        afterWrite();
      }
    }
    if (cancellation.isCancelled) throw RequestCancelledError.instance;
    if (sharedReads !== undefined) {
      return readAnswer(await sharedReads.read(`${url} ${caller.key}`, body, cancellation, start));
    }
    const exchange = start();
    const stopListening = cancellation.onCancel(exchange.abort);
    try {
      return readAnswer(await exchange.response);
    } finally {
      stopListening();
    }
  };

  return async (question) => {
    try {
      return await ask(question).catch((error: unknown) => {
        // The subgraph restarted, or closed an idle socket as we wrote to it. Asking again has no effect but an answer.
        if (!question.isMutation && isClosedSocket(error)) return ask(question);
        throw error;
      });
    } catch (error) {
      if (cancellation.isCancelled && !question.isMutation) throw RequestCancelledError.instance;
      return { data: null, errors: [], failure: describeFailure(question.subgraph, error) };
    }
  };
}
