import { defaultTextMapGetter, ROOT_CONTEXT, trace, type SpanContext } from '@opentelemetry/api';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { Logger } from '@tributary/service-kit';
import type { IncomingHttpHeaders } from 'node:http';
import type { RequestJournal } from './request-journal.ts';
import { spansOf, type SpanOrigin } from './request-spans.ts';
import { contextHeaders, RequestTrace } from './request-trace.ts';
import { RandomIds } from './random-ids.ts';
import { TraceSampler, type TraceSamplerOptions } from './trace-sampler.ts';

export interface TracingOptions extends TraceSamplerOptions {
  /** Where spans go: OTLP over HTTP, protobuf. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly serviceName: string;
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
 * whether a request is sampled is decided when it begins: most are not, and need no span that says so.
 *
 * @see https://opentelemetry.io/docs/specs/otel/protocol/
 */
export class Tracing {
  readonly #processor: BatchSpanProcessor;
  readonly #logger: Logger;
  readonly #propagator = new W3CTraceContextPropagator();
  readonly #sampler: TraceSampler;
  readonly #ids = new RandomIds();
  readonly #origin: SpanOrigin;

  constructor({ endpoint, headers, serviceName, ratio, mostPerSecond }: TracingOptions, logger: Logger) {
    this.#logger = logger;
    this.#sampler = new TraceSampler({ ratio, mostPerSecond });
    setGlobalErrorHandler((error) => {
      logger.warn({ err: error }, 'traces could not be sent');
    });
    this.#origin = {
      resource: resourceFromAttributes({ 'service.name': serviceName, 'process.pid': process.pid }),
      instrumentationScope: { name: 'tributary-gateway' },
      ids: this.#ids,
    };
    this.#processor = new BatchSpanProcessor({
      exporter: new OTLPTraceExporter({
        url: endpoint,
        headers: { ...headers },
        timeoutMillis: EXPORT_TIMEOUT_MS,
      }),
      maxQueueSize: MAX_WAITING_SPANS,
      maxExportBatchSize: SPANS_PER_EXPORT,
      scheduledDelayMillis: EXPORT_EVERY_MS,
    });
  }

  /** Begins the trace of a request, or goes on with its caller's if it has one. */
  begin(headers: IncomingHttpHeaders): BegunTrace {
    const caller = headers['traceparent'] === undefined ? undefined : this.#callerOf(headers);
    const traceId = caller?.traceId ?? this.#ids.generateTraceId();
    if (this.#sampler.keeps(traceId, caller))
      return { trace: new RequestTrace(traceId, caller, this.#ids), headers: NO_HEADERS };
    const spanId = this.#ids.generateSpanId();
    return { trace: undefined, headers: contextHeaders(traceId, spanId, false, caller?.traceState) };
  }

  #callerOf(headers: IncomingHttpHeaders): SpanContext | undefined {
    return trace.getSpanContext(this.#propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
  }

  /** Sends the spans of a request that is over, if it is traced. */
  record(journal: RequestJournal): void {
    if (journal.trace === undefined) return;
    for (const span of spansOf(journal, journal.trace, this.#origin)) this.#processor.onEnd(span);
  }

  /** Sends what is waiting. */
  async stop(): Promise<void> {
    try {
      await this.#processor.shutdown();
    } catch (error) {
      this.#logger.warn({ err: error }, 'the last traces could not be sent');
    }
  }
}
