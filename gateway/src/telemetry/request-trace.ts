import {
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import type { RequestJournal } from './request-journal.ts';

type Ending = Readonly<Record<string, string | number | boolean | undefined>>;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

/** One step of a request. */
export class TraceSpan {
  readonly context: Context;
  readonly #span: Span;

  constructor(span: Span, parent: Context) {
    this.#span = span;
    this.context = trace.setSpan(parent, span);
  }

  get headers(): readonly string[] {
    return contextHeaders(this.#span.spanContext());
  }

  end(attributes: Ending): void {
    for (const name in attributes) {
      const value = attributes[name];
      if (value !== undefined) this.#span.setAttribute(name, value);
    }
    if (attributes['error.type'] !== undefined) this.#span.setStatus({ code: SpanStatusCode.ERROR });
    this.#span.end();
  }

  rename(name: string): void {
    this.#span.updateName(name);
  }
}

/** Names and values in turn. @see https://www.w3.org/TR/trace-context/#traceparent-header */
export function contextHeaders({ traceId, spanId, traceFlags, traceState }: SpanContext): readonly string[] {
  const flags = traceFlags.toString(16).padStart(2, '0');
  const state = traceState?.serialize() ?? '';
  return ['traceparent', `00-${traceId}-${spanId}-${flags}`, ...(state === '' ? [] : ['tracestate', state])];
}

/** The spans of one request that is traced. */
export class RequestTrace {
  readonly traceId: string;
  readonly #tracer: Tracer;
  readonly #root: TraceSpan;

  constructor(tracer: Tracer, root: Span, parent: Context) {
    this.traceId = root.spanContext().traceId;
    this.#tracer = tracer;
    this.#root = new TraceSpan(root, parent);
  }

  start(
    name: string,
    kind: keyof typeof KINDS,
    {
      within = this.#root,
      attributes = {},
    }: { readonly within?: TraceSpan | undefined; readonly attributes?: Attributes } = {},
  ): TraceSpan {
    const span = this.#tracer.startSpan(name, { kind: KINDS[kind], attributes }, within.context);
    return new TraceSpan(span, within.context);
  }

  /** Ends the span of the request, with what became of it. */
  end({ id, steps, result, cache, cost, status }: RequestJournal): void {
    for (const { name, startedAt, durationMs } of steps) this.#step(name, startedAt, startedAt + durationMs);
    const { operation, outcome, errorCodes = [] } = result ?? {};
    const { type, name, hash } = operation ?? {};
    if (type !== undefined) this.#root.rename(name === undefined ? type : `${type} ${name}`);
    this.#root.end({
      'http.response.status_code': status,
      'request.id': id,
      'graphql.operation.type': type,
      'graphql.operation.name': name,
      'graphql.operation.hash': hash,
      'tributary.cache.result': cache,
      'tributary.cost.estimated': cost?.estimated,
      'error.type': outcome === undefined || outcome === 'succeeded' ? undefined : errorCodes[0],
    });
  }

  #step(name: string, from: number, to: number): void {
    const { context } = this.#root;
    this.#tracer.startSpan(`graphql.${name}`, { startTime: from }, context).end(to);
  }
}
