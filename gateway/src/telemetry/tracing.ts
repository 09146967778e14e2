import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  RandomIdGenerator,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '@tributary/service-kit';
import type { IncomingHttpHeaders } from 'node:http';
import { contextHeaders, RequestTrace } from './request-trace.ts';

export interface TracingOptions {
  /** Where spans go: OTLP over HTTP, protobuf. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Share of requests that are traced, 0 to 1, of those whose caller has not decided it. */
  readonly ratio: number;
}

/** What becomes of the trace that a request is part of. */
export interface BegunTrace {
  /** Undefined: nobody keeps it. */
  readonly trace: RequestTrace | undefined;
  /** Names and values in turn: what every subgraph is told beside what spans tell it. */
  readonly headers: readonly string[];
}

/** What is beyond is dropped, never waited for. */
const MAX_WAITING_SPANS = 16_384;
const SPANS_PER_EXPORT = 256;
const EXPORT_EVERY_MS = 500;
/** An end of the process waits for it. */
const EXPORT_TIMEOUT_MS = 3_000;

const NO_HEADERS: readonly string[] = [];

/**
 * OpenTelemetry traces. Contexts are handed from hand to hand: whatever finds them by itself costs more than the rest. And
 * whether a request is sampled is decided here, by the library's samplers' rules: most are not, and need no span that says so.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/
 */
export class Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #logger: Logger;
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #sampler: TraceIdRatioBasedSampler;
  readonly #ids = new RandomIdGenerator();
  /** Of the next span that is part of no trace. */
  #nextTraceId = '';

  constructor({ endpoint, headers, serviceName, ratio }: TracingOptions, logger: Logger) {
    this.#logger = logger;
    this.#sampler = new TraceIdRatioBasedSampler(ratio);
    setGlobalErrorHandler((error) => {
      logger.warn({ err: error }, 'traces could not be sent');
    });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName, 'process.pid': process.pid }),
      sampler: new AlwaysOnSampler(),
      idGenerator: {
        generateTraceId: () => this.#nextTraceId,
        generateSpanId: this.#ids.generateSpanId,
      },
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new OTLPTraceExporter({
            url: endpoint,
            headers: { ...headers },
            timeoutMillis: EXPORT_TIMEOUT_MS,
          }),
          maxQueueSize: MAX_WAITING_SPANS,
          maxExportBatchSize: SPANS_PER_EXPORT,
          scheduledDelayMillis: EXPORT_EVERY_MS,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('tributary-gateway');
  }

  /** Begins the span of a request, as part of its caller's trace if it has one. */
  begin({ method, headers }: { readonly method: string; readonly headers: IncomingHttpHeaders }): BegunTrace {
    const parent =
      headers['traceparent'] === undefined
        ? ROOT_CONTEXT
        : this.#propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const caller = trace.getSpanContext(parent);
    const traceId = caller?.traceId ?? this.#ids.generateTraceId();
    if (!this.#isSampled(caller, traceId)) {
      const spanId = this.#ids.generateSpanId();
      const own = { ...caller, traceId, spanId, traceFlags: TraceFlags.NONE };
      return { trace: undefined, headers: contextHeaders(own) };
    }
    this.#nextTraceId = traceId;
    const root = this.#tracer.startSpan(
      'request',
      { kind: SpanKind.SERVER, attributes: { 'http.request.method': method, 'url.path': '/graphql' } },
      parent,
    );
    return { trace: new RequestTrace(this.#tracer, root, parent), headers: NO_HEADERS };
  }

  /** As its caller decided; by the ratio, if there is none. */
  #isSampled(caller: SpanContext | undefined, traceId: string): boolean {
    if (caller !== undefined) return (caller.traceFlags & TraceFlags.SAMPLED) !== 0;
    const { decision } = this.#sampler.shouldSample(ROOT_CONTEXT, traceId);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  /** Sends what is waiting. */
  async stop(): Promise<void> {
    try {
      await this.#provider.shutdown();
    } catch (error) {
      this.#logger.warn({ err: error }, 'the last traces could not be sent');
    }
  }
}
