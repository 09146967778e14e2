import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, type Tracer } from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from '@tributary/service-kit';
import type { IncomingHttpHeaders } from 'node:http';
import { RequestTrace } from './request-trace.ts';

export interface TracingOptions {
  /** Where spans go: OTLP over HTTP, protobuf. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
  /** Share of requests that are traced, 0 to 1, of those whose caller has not decided it. */
  readonly ratio: number;
}

/** What is beyond is dropped, never waited for. */
const MAX_WAITING_SPANS = 16_384;
const SPANS_PER_EXPORT = 256;
const EXPORT_EVERY_MS = 500;
/** An end of the process waits for it. */
const EXPORT_TIMEOUT_MS = 3_000;

/**
 * OpenTelemetry traces. Contexts are handed from hand to hand: whatever finds them by itself costs more than the rest.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/
 */
export class Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #logger: Logger;
  readonly #propagator = new W3CTraceContextPropagator();

  constructor({ endpoint, headers, serviceName, ratio }: TracingOptions, logger: Logger) {
    this.#logger = logger;
    setGlobalErrorHandler((error) => {
      logger.warn({ err: error }, 'traces could not be sent');
    });
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': serviceName, 'process.pid': process.pid }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
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
  begin({
    method,
    headers,
  }: {
    readonly method: string;
    readonly headers: IncomingHttpHeaders;
  }): RequestTrace {
    const parent =
      headers['traceparent'] === undefined
        ? ROOT_CONTEXT
        : this.#propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const root = this.#tracer.startSpan(
      'request',
      { kind: SpanKind.SERVER, attributes: { 'http.request.method': method, 'url.path': '/graphql' } },
      parent,
    );
    return new RequestTrace(this.#tracer, root, parent);
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
