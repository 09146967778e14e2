import type { Logger } from '@tributary/service-kit';
import { hostname, machine, platform, release } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { RequestJournal } from '../request-journal.ts';
import { FieldTraces } from './field-traces.ts';
import { sendReport, type ReportTarget } from './send-report.ts';
import { UsageReport } from './usage-report.ts';

export interface UsageReportingOptions extends ReportTarget {
  /** `graph@variant` */
  readonly graphRef: string;
  /** How often reports are sent, in milliseconds. */
  readonly everyMs: number;
  /** Share of requests whose fields subgraphs are asked to trace, 0 to 1. */
  readonly fieldShare: number;
}

/** What is beyond is sent before its time. */
const MAX_REPORT_BYTES = 2_000_000;
/** Reports on their way; more are dropped, never waited for. */
const MAX_SENDING = 8;
/** An end of the process waits for it. */
const STOP_TIMEOUT_MS = 3_000;
const LONGEST_CLIENT_NAME = 256;

/** Documents that are no operation of the schema, as Apollo's servers name them. */
const NO_OPERATION: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: '## GraphQLParseFailure\n',
  GRAPHQL_VALIDATION_FAILED: '## GraphQLValidationFailure\n',
  OPERATION_RESOLUTION_FAILURE: '## GraphQLUnknownOperationName\n',
};

/**
 * Tells GraphOS, or a registry that speaks its protocol, which operations clients make, by signature: neither literals
 * nor values of variables nor messages of errors. Counted when a request is over, sent in batches.
 */
export class UsageReporting {
  readonly #options: UsageReportingOptions;
  readonly #logger: Logger;
  /** By id of the schema. */
  #reports = new Map<string, UsageReport>();
  #lastSchemaId: string | undefined;
  readonly #sending = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #ending = new AbortController();
  #ignoresTraces = false;

  constructor(options: UsageReportingOptions, logger: Logger) {
    this.#options = options;
    this.#logger = logger;
    this.#timer = setInterval(() => {
      this.#sendAll();
    }, options.everyMs).unref();
  }

  /** For a request whose fields are to be traced. */
  begin(): FieldTraces | undefined {
    const { fieldShare } = this.#options;
    return fieldShare > 0 && Math.random() < fieldShare ? new FieldTraces(1 / fieldShare) : undefined;
  }

  record(journal: RequestJournal): void {
    const { result, incoming, durationMs, fieldTraces } = journal;
    if (result === undefined) return;
    const { operation, errorCodes, errors = [] } = result;
    const usage = operation?.usage ?? noOperation(errorCodes[0], this.#lastSchemaId);
    if (usage === undefined) return;
    const { schemaId } = usage;
    if (operation !== undefined) this.#lastSchemaId = schemaId;
    let report = this.#reports.get(schemaId);
    if (report === undefined) this.#reports.set(schemaId, (report = new UsageReport()));
    const clientName = clientHeader(incoming['apollographql-client-name']);
    const clientVersion = clientHeader(incoming['apollographql-client-version']);
    const stats = report.statsOf(usage, clientName, clientVersion, operation !== undefined);
    stats.record(durationMs, errors);
    const trace = fieldTraces?.toTrace(journal, durationMs, { clientName, clientVersion });
    if (fieldTraces === undefined || trace === undefined)
      stats.queryLatencyStats.requestsWithoutFieldInstrumentation += 1;
    else {
      for (const root of fieldTraces.roots) stats.recordFields(root, fieldTraces.weight);
      if (!this.#ignoresTraces) report.addTrace(usage, trace, fieldTraces.bytes);
    }
    if (report.bytes > MAX_REPORT_BYTES) this.#send(schemaId);
  }

  /** Sends what is waiting. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#sendAll();
    const done = new AbortController();
    const waiting = delay(STOP_TIMEOUT_MS, undefined, { signal: done.signal }).then(
      () => {
        this.#ending.abort();
      },
      () => undefined,
    );
    await Promise.all(this.#sending);
    done.abort();
    await waiting;
  }

  #sendAll(): void {
    for (const schemaId of [...this.#reports.keys()]) this.#send(schemaId);
  }

  #send(schemaId: string): void {
    const report = this.#reports.get(schemaId);
    this.#reports.delete(schemaId);
    if (report === undefined) return;
    if (this.#sending.size >= MAX_SENDING) {
      this.#logger.warn({}, 'usage report dropped: those before it could not be sent yet');
      return;
    }
    const sending = this.#deliver(report, schemaId).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #deliver(report: UsageReport, schemaId: string): Promise<void> {
    try {
      const encoded = report.encode({
        graphRef: this.#options.graphRef,
        hostname: hostname(),
        agentVersion: 'tributary-gateway',
        runtimeVersion: `node ${process.version}`,
        uname: `${platform()}, ${release()}, ${machine()}`,
        executableSchemaId: schemaId,
      });
      const { ignoresTraces } = await sendReport(encoded, this.#options, this.#ending.signal);
      this.#ignoresTraces = ignoresTraces;
    } catch (error) {
      this.#logger.warn({ err: error, 'url.full': this.#options.endpoint }, 'usage report could not be sent');
    }
  }
}

function noOperation(code: string | undefined, schemaId: string | undefined) {
  const key = code === undefined ? undefined : NO_OPERATION[code];
  return key === undefined || schemaId === undefined
    ? undefined
    : { key, schemaId, referencedFieldsByType: {} };
}

/** Clients choose it: one may not make a report of its own size. */
const clientHeader = (value: string | string[] | undefined): string =>
  typeof value === 'string' ? value.slice(0, LONGEST_CLIENT_NAME) : '';
