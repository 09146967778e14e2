import { createLogLines, type HttpServer, type Logger, type LogLines } from '@tributary/service-kit';
import cluster from 'node:cluster';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeAccessLog } from './access-log.ts';
import { EndedRequests } from './ended-requests.ts';
import { GatewayMetrics } from './metrics.ts';
import { offerToPrimary, startMetricsServer, type MetricsServerOptions } from './metrics-server.ts';
import { REQUEST_ID_HEADER } from './request-id.ts';
import { RequestJournal } from './request-journal.ts';
import type { UsageReporting, UsageReportingOptions } from './usage/usage-reporting.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

export interface TelemetryOptions {
  readonly accessLog: boolean;
  /** Undefined: no metrics. */
  readonly prometheus: Omit<MetricsServerOptions, 'logger'> | undefined;
  /** Undefined: no traces. */
  readonly tracing: TracingOptions | undefined;
  /** Undefined: usage is not reported. */
  readonly usage: UsageReportingOptions | undefined;
}

/** What can be seen of the gateway from outside, for as long as its process lives. */
export class Telemetry {
  readonly metrics: GatewayMetrics | undefined;
  readonly #tracing: Tracing | undefined;
  readonly #accessLog: LogLines | undefined;
  readonly #usage: UsageReporting | undefined;
  readonly #ended = new EndedRequests((journal) => {
    this.#tell(journal);
  });
  /** Clients have left whose mutations are being finished. */
  readonly #open = new Set<RequestJournal>();
  #server: HttpServer | undefined;

  private constructor(parts: {
    readonly metrics: GatewayMetrics | undefined;
    readonly tracing: Tracing | undefined;
    readonly usage: UsageReporting | undefined;
    readonly accessLog: LogLines | undefined;
  }) {
    this.metrics = parts.metrics;
    this.#tracing = parts.tracing;
    this.#usage = parts.usage;
    this.#accessLog = parts.accessLog;
    this.metrics?.beforeReading(() => {
      this.#ended.tellAll();
    });
  }

  /**
   * What nobody asked for is not even loaded: traces and reports are a fifth of the gateway's code.
   *
   * @param accessLog Takes the lines of requests, if they are to be logged; standard output unless it is said.
   */
  static async open(
    { accessLog: isLogged, prometheus, tracing, usage }: TelemetryOptions,
    logger: Logger,
    accessLog?: LogLines,
  ): Promise<Telemetry> {
    return new Telemetry({
      metrics: prometheus && new GatewayMetrics(),
      tracing: tracing && new (await import('./tracing.ts')).Tracing(tracing, logger),
      usage: usage && new (await import('./usage/usage-reporting.ts')).UsageReporting(usage, logger),
      accessLog: isLogged ? (accessLog ?? createLogLines('gateway')) : undefined,
    });
  }

  /** Whether it has to be known what operations are called in reports. */
  get reportsUsage(): boolean {
    return this.#usage !== undefined;
  }

  /** Begins the journal of a request, and tells the client its id. */
  begin(request: IncomingMessage, response: ServerResponse): RequestJournal {
    const { method = 'GET', headers } = request;
    const asked = { method, headers };
    const journal = new RequestJournal(asked, this.#tracing?.begin(headers), this.#usage?.begin());
    response.setHeader(REQUEST_ID_HEADER, journal.id);
    this.metrics?.onRequest();
    return journal;
  }

  /** The response is closed: ends the journal, which is told of when all that was begun for the request is over. */
  end(journal: RequestJournal, { statusCode, writableFinished }: ServerResponse): void {
    const isOver = journal.end(statusCode, writableFinished);
    if (journal.trace === undefined && !this.#tellsOfAll) return;
    if (isOver) this.#ended.add(journal);
    else this.#addWhenOver(journal);
  }

  /**
   * Serves the metrics; those of a worker are served by the process that started it.
   *
   * @returns Where, if anywhere.
   * @throws StartupError when the port is taken.
   */
  async listen({ prometheus }: TelemetryOptions, logger: Logger): Promise<string | undefined> {
    if (this.metrics === undefined || prometheus === undefined) return undefined;
    const { registry } = this.metrics;
    if (cluster.isWorker) {
      offerToPrimary(registry);
      return undefined;
    }
    this.#server = await startMetricsServer(registry, { ...prometheus, logger });
    return `${this.#server.url}${prometheus.path}`;
  }

  /** Sends what is waiting, and closes what is open. */
  async stop(): Promise<void> {
    await this.#server?.close();
    for (const journal of this.#open) this.#ended.add(journal);
    this.#open.clear();
    this.#ended.tellAll();
    await Promise.all([this.#accessLog?.flush(), this.#tracing?.stop(), this.#usage?.stop()]);
  }

  #addWhenOver(journal: RequestJournal): void {
    this.#open.add(journal);
    journal.onOver = () => {
      if (this.#open.delete(journal)) this.#ended.add(journal);
    };
  }

  /** Not only of requests that are traced. */
  get #tellsOfAll(): boolean {
    return (this.metrics ?? this.#usage ?? this.#accessLog) !== undefined;
  }

  #tell(journal: RequestJournal): void {
    this.metrics?.onEnd(journal);
    this.#tracing?.record(journal);
    this.#usage?.record(journal);
    if (this.#accessLog !== undefined) writeAccessLog(journal, this.#accessLog);
  }
}
