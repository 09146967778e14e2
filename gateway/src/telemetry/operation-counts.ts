import { Counter, type OpenMetricsContentType, type Registry } from 'prom-client';
import type { CacheResult, OperationResult } from './request-journal.ts';

const TYPES = ['query', 'mutation', 'subscription', 'unknown'];
const OUTCOMES: readonly OperationResult['outcome'][] = ['succeeded', 'partial', 'failed', 'refused'];
const CACHES: readonly (CacheResult | 'none')[] = ['hit', 'miss', 'shared', 'none'];

/** Operations answered, counted in place: prom-client's counter makes a text of the labels each time, and has them when it is read. */
export class OperationCounts {
  readonly #counts = new Float64Array(TYPES.length * OUTCOMES.length * CACHES.length);

  constructor(registry: Registry<OpenMetricsContentType>) {
    const counter = new Counter({
      name: 'tributary_operations_total',
      help: 'Operations answered.',
      labelNames: ['graphql_operation_type', 'outcome', 'cache'],
      registers: [registry],
      collect: () => {
        this.#handOn((type, outcome, cache, count) => {
          counter.inc({ graphql_operation_type: type, outcome, cache }, count);
        });
      },
    });
  }

  add({ operation, outcome }: OperationResult, cache: CacheResult | undefined): void {
    const type = TYPES.indexOf(operation?.type ?? 'unknown');
    const index =
      (type * OUTCOMES.length + OUTCOMES.indexOf(outcome)) * CACHES.length + CACHES.indexOf(cache ?? 'none');
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  #handOn(count: (type: string, outcome: string, cache: string, count: number) => void): void {
    let index = 0;
    for (const type of TYPES)
      for (const outcome of OUTCOMES)
        for (const cache of CACHES) {
          const counted = this.#counts[index] ?? 0;
          if (counted > 0) count(type, outcome, cache, counted);
          this.#counts[index] = 0;
          index += 1;
        }
  }
}
