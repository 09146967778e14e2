import type { GraphQLError } from 'graphql';
import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutableNode } from '../execution/executable-plan.ts';
import type { OperationUsage } from '../planning/operation-usage.ts';
import type { PreparationStep } from '../planning/protocol.ts';
import type { HedgeWinner } from '../subgraph-client/hedge.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './request-id.ts';
import type { FetchSpan, RequestTrace } from './request-trace.ts';
import type { BegunTrace } from './tracing.ts';
import type { FieldTraces } from './usage/field-traces.ts';

/** Asks a subgraph to trace its fields. @see https://www.apollographql.com/docs/federation/metrics */
const FIELD_TRACE_HEADERS: readonly string[] = ['apollo-federation-include-trace', 'ftv1'];

/** How an operation was found: remembered, prepared for this request, or answered with an equal query in flight. */
export type CacheResult = 'hit' | 'miss' | 'shared';

/** An operation as usage reports name it. */
export interface ReportedOperation extends OperationUsage {
  /** Of the API schema. */
  readonly schemaId: string;
}

/** Which operation a request was about. */
export interface OperationIdentity {
  readonly type: string;
  readonly name: string | undefined;
  /** SHA-256 of the document, in hex: the id that automatic persisted queries give it. */
  readonly hash: string;
  /** Undefined: usage is not reported. */
  readonly usage: ReportedOperation | undefined;
}

/** What came of it. */
export interface OperationResult {
  /** Undefined: it was refused before it was known. */
  readonly operation: OperationIdentity | undefined;
  /** `partial`: there is data in spite of errors; `refused`: it never ran. */
  readonly outcome: 'succeeded' | 'partial' | 'failed' | 'refused';
  /** Codes of the errors in the answer. */
  readonly errorCodes: readonly string[];
  /** What they stand at. */
  readonly errors?: readonly GraphQLError[];
}

/** What it cost, by the weights of the schema. */
interface Cost {
  readonly estimated: number;
  /** As far as somebody counted. */
  readonly actual: number;
}

/** In milliseconds of `performance.now()`. */
export interface TimeSpan {
  readonly startedAt: number;
  readonly durationMs: number;
}

/** One request to a subgraph, its retries included. */
export class FetchEntry implements TimeSpan {
  readonly subgraph: string;
  readonly startedAt = performance.now();
  durationMs = 0;
  /** HTTP status of the last answer; undefined: there was none. */
  status: number | undefined;
  /** Why there is no usable answer. */
  failure: string | undefined;
  attempts = 0;
  /** Whether it waited for an equal read in flight. */
  isShared = false;
  /** Which of two equal reads was answered with; undefined: there was but one. */
  hedgeWinner: HedgeWinner | undefined;
  /** Undefined: it is not traced. */
  readonly span: FetchSpan | undefined;
  readonly #request: { onFetchEnd(): void };
  #hasEnded = false;
  /** Names and values of headers, in turn, that tell the subgraph which request this belongs to. */
  readonly headers: readonly string[];

  constructor(
    subgraph: string,
    common: readonly string[],
    span: FetchSpan | undefined,
    request: { onFetchEnd(): void },
  ) {
    this.subgraph = subgraph;
    this.span = span;
    this.#request = request;
    this.headers = span === undefined ? common : [...common, ...span.headers];
  }

  end(status: number | undefined, failure: string | undefined): void {
    this.durationMs = performance.now() - this.startedAt;
    this.status = status;
    this.failure = failure;
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#request.onFetchEnd();
  }
}

/**
 * What happens to one request, written down as it happens. The access log, metrics and the trace are made of it when the
 * request is over, so that nothing of them is in its way.
 */
export class RequestJournal implements TimeSpan {
  readonly id: string;
  readonly startedAt = performance.now();
  readonly method: string;
  readonly incoming: IncomingHttpHeaders;
  /** Undefined: it is not traced. */
  readonly trace: RequestTrace | undefined;
  /** Undefined: fields are not traced. */
  readonly fieldTraces: FieldTraces | undefined;
  readonly fetches: FetchEntry[] = [];
  steps: readonly PreparationStep[] = [];
  cache: CacheResult | undefined;
  operation: OperationIdentity | undefined;
  plan: ExecutableNode | undefined;
  result: OperationResult | undefined;
  cost: Cost | undefined;
  /** HTTP status of the answer; 0 until the request is over. */
  status = 0;
  /** Called when what was still being done after the end is over. */
  onOver: (() => void) | undefined;
  /** Whether the client had all of the answer. */
  isComplete = false;
  /** Until its last byte was handed to the connection. */
  durationMs = 0;
  /** From the first request to a subgraph to the last answer; undefined: it is not traced, was not executed, or is not over. */
  execution: TimeSpan | undefined;
  readonly #context: readonly string[] | undefined;
  #forSubgraphs: readonly string[] | undefined;
  #executionStartedAt = 0;
  #openFetches = 0;

  constructor(
    { method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders },
    begun: BegunTrace | undefined,
    fieldTraces?: FieldTraces,
  ) {
    this.id = requestIdOf(headers);
    this.method = method;
    this.incoming = headers;
    this.trace = begun?.trace;
    this.fieldTraces = fieldTraces;
    this.#context = begun?.headers;
  }

  /**
   * The answer is given, or nobody waits for it any more.
   *
   * @returns Whether everything is over that was begun for it: a mutation is finished though its client has left.
   */
  end(status: number, isComplete: boolean): boolean {
    this.status = status;
    this.isComplete = isComplete;
    this.durationMs = performance.now() - this.startedAt;
    return this.#openFetches === 0;
  }

  beginExecution(): void {
    if (this.trace !== undefined) this.#executionStartedAt = performance.now();
  }

  endExecution(): void {
    if (this.trace === undefined) return;
    const startedAt = this.#executionStartedAt;
    this.execution = { startedAt, durationMs: performance.now() - startedAt };
  }

  beginFetch(subgraph: string): FetchEntry {
    const entry = new FetchEntry(
      subgraph,
      (this.#forSubgraphs ??= this.#headersForSubgraphs()),
      this.trace?.beginFetch(),
      this,
    );
    this.fetches.push(entry);
    this.#openFetches += 1;
    return entry;
  }

  onFetchEnd(): void {
    this.#openFetches -= 1;
    if (this.#openFetches === 0) this.onOver?.();
  }

  /** Not made before somebody asks: many requests share what another asked. */
  #headersForSubgraphs(): readonly string[] {
    return [
      REQUEST_ID_HEADER,
      this.id,
      ...(this.#context ?? passedOn(this.incoming)),
      ...(this.fieldTraces === undefined ? [] : FIELD_TRACE_HEADERS),
    ];
  }
}

/**
 * Whoever makes no spans leaves the caller's context as it is.
 *
 * @see https://www.w3.org/TR/trace-context/#mutating-the-traceparent-field
 */
const passedOn = ({ traceparent, tracestate }: IncomingHttpHeaders): readonly string[] => [
  ...(typeof traceparent === 'string' ? ['traceparent', traceparent] : []),
  ...(typeof tracestate === 'string' ? ['tracestate', tracestate] : []),
];
