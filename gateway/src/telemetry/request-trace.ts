import { TraceFlags, type SpanContext, type TraceState } from '@opentelemetry/api';
import type { IdGenerator } from '@opentelemetry/sdk-trace';

/** What a subgraph is told of the span of a request to it. */
export interface FetchSpan {
  readonly spanId: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
}

/**
 * What has to be known of a request's trace while it runs: which it is, and what subgraphs are told. Its spans are made of
 * the journal when it is over (request-spans.ts).
 */
export class RequestTrace {
  readonly traceId: string;
  readonly spanId: string;
  /** The caller's span, if it has one. */
  readonly caller: SpanContext | undefined;
  readonly #ids: IdGenerator;

  constructor(traceId: string, caller: SpanContext | undefined, ids: IdGenerator) {
    this.traceId = traceId;
    this.spanId = ids.generateSpanId();
    this.caller = caller;
    this.#ids = ids;
  }

  beginFetch(): FetchSpan {
    const spanId = this.#ids.generateSpanId();
    return { spanId, headers: contextHeaders(this.traceId, spanId, true, this.caller?.traceState) };
  }

  contextOf(spanId: string): SpanContext {
    const traceState: TraceState | undefined = this.caller?.traceState;
    const context = { traceId: this.traceId, spanId, traceFlags: TraceFlags.SAMPLED };
    return traceState === undefined ? context : { ...context, traceState };
  }
}

/** Names and values in turn. @see https://www.w3.org/TR/trace-context/#traceparent-header */
export function contextHeaders(
  traceId: string,
  spanId: string,
  isSampled: boolean,
  traceState: TraceState | undefined,
): readonly string[] {
  const traceparent = `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
  const state = traceState?.serialize() ?? '';
  return state === '' ? ['traceparent', traceparent] : ['traceparent', traceparent, 'tracestate', state];
}
