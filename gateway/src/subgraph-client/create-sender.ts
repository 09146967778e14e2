import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../auth/credentials.ts';
import { RequestCancelledError, type Cancellation } from '../cancellation.ts';
import type { SubgraphQuestion, SubgraphSender } from '../execution/subgraph-sender.ts';
import type { SubgraphConnections } from './connections.ts';
import type { FetchEntry, RequestJournal } from '../telemetry/request-journal.ts';
import { clientHeaders } from './client-headers.ts';
import { deadlineOf, TIMEOUT_HEADER } from '../deadline.ts';
import { startExchange, type Exchange, type RawResponse } from './exchange.ts';
import { startHedged } from './hedge.ts';
import { headersFor, type HeaderRules } from './header-rules.ts';
import { passOn } from './pass-on.ts';
import type { PreparedRequest } from './prepare-request.ts';
import { readAnswer } from './read-answer.ts';
import { isWorthRetrying, retryDelay } from './retry-delay.ts';
import type { ReceivedHeaders, ResponseHeaderRules } from './received-headers.ts';
import type { SharedReads } from './shared-reads.ts';
import type { SubgraphGuard } from './subgraph-guard.ts';
import {
  describeFailure,
  isClosedSocket,
  isUnreachable,
  RequestTimeoutError,
} from './subgraph-request-error.ts';

/** What all requests have in common. */
export interface SubgraphClient {
  readonly connections: SubgraphConnections;
  readonly headerRules: HeaderRules;
  /** Undefined: clients get none of subgraphs' headers. */
  readonly responseHeaderRules: ResponseHeaderRules | undefined;
  readonly guardOf: (subgraph: string) => SubgraphGuard;
  /** Longest a client's request may take, in milliseconds. */
  readonly requestTimeoutMs: number;
  /** Undefined: every read is asked, also one that is being asked already. */
  readonly sharedReads: SharedReads | undefined;
  /** Called after every mutation, whatever became of it. */
  readonly afterWrite: () => void;
}

export interface SenderOptions {
  readonly client: SubgraphClient;
  readonly urls: ReadonlyMap<string, string>;
  readonly caller: Caller;
  /** As the client sent them. */
  readonly incoming: IncomingHttpHeaders;
  /** IP address of the other end of its connection. */
  readonly address: string;
  /** Cancelled when nobody waits for the answer any more. */
  readonly cancellation: Cancellation;
  readonly journal: RequestJournal;
  /** Told of every answer; undefined: nobody wants to know. */
  readonly received?: ReceivedHeaders | undefined;
}

/** To ask a subgraph something once. */
interface Attempt {
  readonly question: SubgraphQuestion;
  readonly guard: SubgraphGuard;
  readonly entry: FetchEntry;
  /** What is left of the time, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether that is all the time that the subgraph may take. */
  readonly hasFullTime: boolean;
}

/** Asks subgraphs over HTTP, for one caller. */
export function createSender({
  client,
  urls,
  caller,
  incoming,
  address,
  cancellation,
  journal,
  received,
}: SenderOptions): SubgraphSender {
  const { connections, headerRules, guardOf, requestTimeoutMs, afterWrite } = client;
  // Whoever joins a read has its timeout: not that of one who gives up sooner than others.
  const sharedReads = incoming[TIMEOUT_HEADER] === undefined ? client.sharedReads : undefined;
  const deadline = deadlineOf(incoming, journal.startedAt, requestTimeoutMs);
  /** What is left of the time for a request to this subgraph, from now. @throws when nothing is. */
  const timeFor = (guard: SubgraphGuard): number => {
    const leftMs = Math.min(guard.shape.timeoutMs, deadline - performance.now());
    if (leftMs <= 0) throw new RequestTimeoutError();
    return leftMs;
  };

  const urlOf = ({ question, guard }: Attempt): string =>
    guard.shape.url ?? urls.get(question.subgraph) ?? '';

  const send = (attempt: Attempt, prepared: PreparedRequest): Promise<RawResponse> => {
    const { question, guard, entry, timeoutMs, hasFullTime } = attempt;
    const { subgraph, isMutation, body } = question;
    const url = urlOf(attempt);
    const ruled = headersFor(subgraph, headerRules, incoming, isMutation);
    const added = ruled === undefined ? question.headers : { ...ruled, ...question.headers };
    const headers = isMutation ? { ...added, ...clientHeaders(incoming, address) } : added;
    const { maxResponseBytes, pipelining } = guard.shape;
    const target = connections.targetOf(url, subgraph, isMutation ? 1 : pipelining);
    let hasBegun = false;
    const begin = (elapsedMs = 0): Exchange => {
      const { onEnd, line } = guard.enter(hasFullTime);
      hasBegun = true;
      if (elapsedMs === 0) entry.attempts += 1;
      const leftMs = timeoutMs - elapsedMs;
      // Written out: objects spread into one another become dictionaries, slow to make and slow to read.
      return startExchange({
        target,
        isRead: !isMutation,
        body: prepared.body,
        authorization: prepared.authorization,
        headers: prepared.headers === undefined ? headers : { ...headers, ...prepared.headers },
        tracing: entry.headers,
        timeoutMs: leftMs,
        maxResponseBytes,
        onEnd,
        line,
      });
    };
    // A mutation that has begun is finished, whether or not its client still waits.
    if (isMutation) return begin().response.finally(afterWrite);
    if (cancellation.isCancelled) throw RequestCancelledError.instance;
    const { hedging } = guard;
    const beginRead =
      hedging === undefined
        ? begin
        : () =>
            startHedged(hedging, begin, (winner) => {
              entry.hedgeWinner = winner;
            });
    if (sharedReads !== undefined && received?.mayShare(subgraph) !== false) {
      const source = `${url} ${headers === undefined ? '' : JSON.stringify(headers)}${caller.key}`;
      const shared = sharedReads.read(source, question.asked ?? body, cancellation, beginRead);
      entry.isShared = !hasBegun;
      return shared;
    }
    const exchange = beginRead();
    cancellation.onCancel(() => {
      exchange.abort();
    });
    return exchange.response;
  };

  /** Waits only for what has to be waited for: each turn of a promise costs, and nearly no read needs this one. */
  const start = (attempt: Attempt): Promise<RawResponse> => {
    const { body, subgraph } = attempt.question;
    const authorization = caller.authorizationFor(subgraph);
    return attempt.guard.prepare === undefined && !(authorization instanceof Promise)
      ? send(attempt, { body, authorization, headers: undefined })
      : prepareAndSend(attempt, authorization);
  };

  const prepareAndSend = async (
    attempt: Attempt,
    given: ReturnType<Caller['authorizationFor']>,
  ): Promise<RawResponse> => {
    const { question, guard } = attempt;
    const plain = { body: question.body, authorization: await given, headers: undefined };
    return send(
      attempt,
      guard.prepare === undefined ? plain : await guard.prepare({ url: urlOf(attempt), ...plain }),
    );
  };

  const begin = (question: SubgraphQuestion, guard: SubgraphGuard, entry: FetchEntry): Attempt => {
    const timeoutMs = timeFor(guard);
    return { question, guard, entry, timeoutMs, hasFullTime: timeoutMs === guard.shape.timeoutMs };
  };

  /** A read may be asked again: it has no effect but an answer. */
  const readAgain = async (
    first: Attempt,
    lastMoment: number,
    outcome: RawResponse | undefined,
    thrown: unknown,
  ): Promise<RawResponse> => {
    const { retry } = first.guard.shape;
    let response = outcome;
    let error = thrown;
    for (let attempt = 1; ; attempt += 1) {
      // The subgraph restarted, or closed an idle socket as we wrote to it: no sign that it has too much to do.
      const wasClosed = isClosedSocket(error) && attempt === 1;
      const mayRetry =
        wasClosed ||
        (attempt <= retry.attempts &&
          (response !== undefined || isUnreachable(error)) &&
          !cancellation.isCancelled);
      const delayMs = wasClosed ? 0 : retryDelay(attempt, retry.baseDelayMs, response);
      const isInTime = performance.now() + delayMs < lastMoment;
      if (!mayRetry || !isInTime || (!wasClosed && !first.guard.retries.tryRetry())) {
        if (response === undefined) throw error;
        return response;
      }
      if (delayMs > 0) await cancellation.delay(delayMs);
      try {
        response = await start({ ...first, timeoutMs: lastMoment - performance.now() });
        if (!isWorthRetrying(response)) return response;
        error = undefined;
      } catch (reason) {
        response = undefined;
        error = reason;
      }
    }
  };

  return async (question) => {
    const { subgraph, isMutation, passes } = question;
    const guard = guardOf(subgraph);
    const entry = journal.beginFetch(subgraph);
    let status: number | undefined;
    try {
      const attempt = begin(question, guard, entry);
      const lastMoment = performance.now() + attempt.timeoutMs;
      let response: RawResponse | undefined;
      let error: unknown;
      if (!isMutation) guard.retries.onRequest();
      try {
        response = await start(attempt);
      } catch (thrown) {
        error = thrown;
      }
      if (response === undefined || isWorthRetrying(response)) {
        if (!isMutation) response = await readAgain(attempt, lastMoment, response, error);
        else if (response === undefined) throw error;
      }
      ({ status } = response);
      question.onResponse?.(response);
      received?.add(subgraph, response, isMutation);
      const passed =
        passes === undefined || journal.fieldTraces !== undefined ? undefined : passOn(response, passes);
      const answer = passed === undefined ? readAnswer(response) : { data: null, errors: [], passed };
      entry.end(status, undefined);
      journal.fieldTraces?.add(entry, question.body, answer.fieldTrace);
      return answer;
    } catch (error) {
      if (cancellation.isCancelled && !isMutation) {
        entry.end(undefined, 'CANCELLED');
        throw RequestCancelledError.instance;
      }
      const failure = describeFailure(subgraph, error);
      entry.end(status, failure.extensions.code);
      return { data: null, errors: [], failure };
    }
  };
}
