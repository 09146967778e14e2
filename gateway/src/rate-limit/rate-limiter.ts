import type { Logger } from '@tributary/service-kit';
import type { DemandControlOptions } from '../demand-control/demand-control-options.ts';
import { secondsUntil, type Buckets, type BucketSize } from './buckets.ts';
import { clientKey, type AskingClient, type KeySource } from '../client-key.ts';

export interface RateLimitOptions {
  readonly mode: 'measure' | 'enforce';
  /** Who counts as one client: by the first of these that a request has. */
  readonly keySources: readonly KeySource[];
  /** Proxies before the gateway that add to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  /** Of clients that `clients` does not name. */
  readonly everybody: BucketSize;
  /** By the value of the key. */
  readonly clients: ReadonlyMap<string, BucketSize>;
  /** Answers say in headers what is left. */
  readonly exposeHeaders: boolean;
  /** How costs are estimated where demand control does not. */
  readonly costs: DemandControlOptions;
}

/** What one operation was let through with, or why it was not. */
export interface Admittance {
  readonly isAdmitted: boolean;
  /** What was taken, or was too much. */
  readonly cost: number;
  readonly remaining: number;
  readonly size: BucketSize;
  /** Undefined: it costs more than the client may ever use at once. */
  readonly retryAfterSeconds: number | undefined;
  /** Corrects what was taken by what it really cost; in its own time. */
  settle(actual: number): void;
}

/** Nothing is free: an operation without a cost is a request still. */
const LEAST = 1;

/** Lets clients use so much cost in a time. */
export class RateLimiter {
  readonly #buckets: Buckets;
  readonly options: RateLimitOptions;
  readonly #logger: Logger;

  constructor(options: RateLimitOptions, buckets: Buckets, logger: Logger) {
    this.options = options;
    this.#buckets = buckets;
    this.#logger = logger;
  }

  async admit(client: AskingClient, estimated: number): Promise<Admittance> {
    const { name, value } = clientKey(client, this.options);
    const size = this.options.clients.get(value) ?? this.options.everybody;
    const cost = Math.max(LEAST, estimated);
    const { isTaken, remaining } = await this.#buckets.take(name, cost, size);
    const isMeasured = this.options.mode === 'measure';
    if (!isTaken && isMeasured)
      this.#logger.warn({ 'client.key': name, 'graphql.cost': cost }, 'beyond its rate limit');
    return {
      isAdmitted: isTaken || isMeasured,
      cost,
      remaining,
      size,
      retryAfterSeconds: secondsUntil(cost, remaining, size),
      settle: (actual) => {
        const difference = (isTaken ? cost : 0) - Math.max(LEAST, actual);
        if (difference === 0) return;
        this.#buckets.settle(name, difference, size).catch((error: unknown) => {
          this.#logger.error({ err: error }, 'rate limit not settled');
        });
      },
    };
  }
}
