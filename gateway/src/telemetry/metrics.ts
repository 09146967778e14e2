import {
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  Registry,
  type OpenMetricsContentType,
} from 'prom-client';
import type { OverloadReason } from '../doors/overload.ts';
import type { CanaryOutcome } from '../supergraph/current-snapshot.ts';
import type { PreparationStep } from '../planning/protocol.ts';
import { BOUNDS_S, DurationMetric } from './duration-metric.ts';
import { OperationCounts } from './operation-counts.ts';
import type { RequestJournal } from './request-journal.ts';

/** What is asked of the gateway when metrics are read. */
export interface GatewayState {
  readonly operationCache: { readonly documents: number; readonly plans: number; readonly bytes: number };
  readonly planningThreads: number;
  /** Whether some callers get another supergraph than the others. */
  readonly hasCanary: boolean;
  readonly subgraphs: Iterable<{
    readonly name: string;
    readonly inProgress: number;
    readonly circuitIsOpen: boolean;
  }>;
}

/** Subgraphs choose the codes of their errors: there may be as many as they like. */
const MAX_CODES = 100;
const OTHER = 'other';

/** Prometheus' own older format has no exemplars. @see https://prometheus.io/docs/specs/om/open_metrics_spec/#exemplars */
function openMetricsRegistry(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

/** Every metric there is; docs/observability.md says what they mean. */
export class GatewayMetrics {
  readonly registry = openMetricsRegistry();
  readonly #codes = new Set<string>();
  #state: (() => GatewayState) | undefined;
  #countTheRest: (() => void) | undefined;
  readonly #registers = [this.registry];
  #activeRequests = 0;

  readonly #requestDuration = new DurationMetric({
    name: 'http_server_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer.',
    labelNames: ['http_request_method', 'http_response_status_code'],
    registry: this.registry,
    // The first metric is read before all others.
    beforeReading: () => this.#countTheRest?.(),
  });
  readonly #operations = new OperationCounts(this.registry);
  readonly #errors = new Counter({
    name: 'tributary_graphql_errors_total',
    help: 'Errors in answers.',
    labelNames: ['code'],
    registers: this.#registers,
  });
  readonly #subgraphDuration = new DurationMetric({
    name: 'tributary_subgraph_request_duration_seconds',
    help: 'Requests to subgraphs, retries included.',
    labelNames: ['subgraph_name', 'outcome'],
    registry: this.registry,
  });
  readonly #subgraphRetries = new Counter({
    name: 'tributary_subgraph_retries_total',
    help: 'Reads that were asked again.',
    labelNames: ['subgraph_name'],
    registers: this.#registers,
  });
  readonly #subgraphShared = new Counter({
    name: 'tributary_subgraph_shared_reads_total',
    help: 'Reads answered with an equal one that was in flight.',
    labelNames: ['subgraph_name'],
    registers: this.#registers,
  });
  readonly #subgraphHedged = new Counter({
    name: 'tributary_subgraph_hedged_reads_total',
    help: 'Reads that were asked a second time because they took long.',
    labelNames: ['subgraph_name', 'winner'],
    registers: this.#registers,
  });
  readonly #planning = new Histogram({
    name: 'tributary_operation_preparation_duration_seconds',
    help: 'Preparing operations that were not remembered, by step.',
    labelNames: ['step'],
    buckets: BOUNDS_S,
    registers: this.#registers,
  });
  readonly #supergraphUpdates = new Counter({
    name: 'tributary_supergraph_updates_total',
    help: 'Supergraphs that came while the gateway ran, and looks for one that failed.',
    labelNames: ['result'],
    registers: this.#registers,
  });

  readonly #canaries = new Counter({
    name: 'tributary_supergraph_canaries_total',
    help: 'Supergraphs that some callers got first, and what became of them.',
    labelNames: ['outcome'],
    registers: this.#registers,
  });

  readonly #shed = new Counter({
    name: 'tributary_requests_shed_total',
    help: 'Requests refused because the process had too much to do.',
    labelNames: ['reason'],
    registers: this.#registers,
  });

  constructor() {
    for (const reason of ['concurrency', 'event_loop_delay']) this.#shed.inc({ reason }, 0);
    for (const result of ['served', 'refused', 'unavailable']) this.#supergraphUpdates.inc({ result }, 0);
    for (const outcome of ['started', 'promoted', 'returned', 'superseded'])
      this.#canaries.inc({ outcome }, 0);
    const active = new Gauge({
      name: 'http_server_active_requests',
      help: 'GraphQL requests in progress.',
      registers: this.#registers,
      collect: () => {
        active.set(this.#activeRequests);
      },
    });
    this.#gauge(
      'tributary_supergraph_canary_active',
      '1 while some callers get a new supergraph and the others the old one.',
      [],
      (gauge, { hasCanary }) => {
        gauge.set(hasCanary ? 1 : 0);
      },
    );
    this.#gauge('tributary_operation_cache_documents', 'Documents remembered.', [], (gauge, state) => {
      gauge.set(state.operationCache.documents);
    });
    this.#gauge('tributary_operation_cache_plans', 'Compiled plans remembered.', [], (gauge, state) => {
      gauge.set(state.operationCache.plans);
    });
    this.#gauge('tributary_operation_cache_bytes', 'Memory of both, estimated.', [], (gauge, state) => {
      gauge.set(state.operationCache.bytes);
    });
    this.#gauge('tributary_planning_threads', 'Threads that prepare operations.', [], (gauge, state) => {
      gauge.set(state.planningThreads);
    });
    this.#gauge(
      'tributary_subgraph_requests_in_progress',
      'Requests that a subgraph has not answered yet.',
      ['subgraph_name'],
      (gauge, { subgraphs }) => {
        for (const { name, inProgress } of subgraphs) gauge.set({ subgraph_name: name }, inProgress);
      },
    );
    this.#gauge(
      'tributary_subgraph_circuit_open',
      '1 while a subgraph is not asked because too many of its last requests failed.',
      ['subgraph_name'],
      (gauge, { subgraphs }) => {
        for (const { name, circuitIsOpen } of subgraphs)
          gauge.set({ subgraph_name: name }, circuitIsOpen ? 1 : 0);
      },
    );
    collectDefaultMetrics({ register: this.registry });
  }

  /** Whose state is read from now on. */
  watch(state: () => GatewayState): void {
    this.#state = state;
  }

  onRequest(): void {
    this.#activeRequests += 1;
  }

  /** Called before metrics are read: what is not counted yet can be counted then. */
  beforeReading(countTheRest: () => void): void {
    this.#countTheRest = countTheRest;
  }

  onEnd({ method, status, durationMs: total, fetches, steps, result, cache, trace }: RequestJournal): void {
    this.#activeRequests -= 1;
    const traceId = trace?.traceId;
    this.#requestDuration.observe(method, status, total, traceId);
    if (result !== undefined) {
      this.#operations.add(result, cache);
      for (const code of result.errorCodes) this.#errors.inc({ code: this.#boundedCode(code) });
    }
    for (const {
      subgraph,
      durationMs,
      status: answered,
      failure,
      attempts,
      isShared,
      hedgeWinner,
    } of fetches) {
      this.#subgraphDuration.observe(subgraph, failure ?? String(answered), durationMs, traceId);
      if (attempts > 1) this.#subgraphRetries.inc({ subgraph_name: subgraph }, attempts - 1);
      if (isShared) this.#subgraphShared.inc({ subgraph_name: subgraph });
      if (hedgeWinner !== undefined)
        this.#subgraphHedged.inc({ subgraph_name: subgraph, winner: hedgeWinner });
    }
    for (const step of steps) this.#onStep(step);
  }

  onShed(reason: OverloadReason): void {
    this.#shed.inc({ reason });
  }

  onSupergraph(result: 'served' | 'refused' | 'unavailable'): void {
    this.#supergraphUpdates.inc({ result });
  }

  onCanary(outcome: CanaryOutcome): void {
    this.#canaries.inc({ outcome });
  }

  #onStep({ name, durationMs }: PreparationStep): void {
    this.#planning.observe({ step: name }, durationMs / 1_000);
  }

  #boundedCode(code: string): string {
    if (this.#codes.has(code)) return code;
    if (this.#codes.size >= MAX_CODES) return OTHER;
    this.#codes.add(code);
    return code;
  }

  #gauge<T extends string>(
    name: string,
    help: string,
    labelNames: readonly T[],
    read: (gauge: Gauge<T>, state: GatewayState) => void,
  ): void {
    const gauge: Gauge<T> = new Gauge({
      name,
      help,
      labelNames,
      registers: this.#registers,
      collect: () => {
        gauge.reset();
        const state = this.#state?.();
        if (state !== undefined) read(gauge, state);
      },
    });
  }
}
