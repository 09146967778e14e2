import { LRUCache } from 'lru-cache';
import type { Buckets, BucketSize, Taken } from './buckets.ts';

interface Bucket {
  tokens: number;
  /** When they were counted, by the clock of this process. */
  at: number;
}

/** Clients that are remembered; of more than these those are forgotten that came last the longest ago. */
export const MAX_CLIENTS = 100_000;

/**
 * Buckets of this process alone.
 *
 * Time is the process's own, which runs forward whatever is done to the clock of the machine.
 */
export class MemoryBuckets implements Buckets {
  readonly #buckets = new LRUCache<string, Bucket>({ max: MAX_CLIENTS });
  readonly #now: () => number;

  /** @param now Milliseconds that never go back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How many clients are remembered. */
  get size(): number {
    return this.#buckets.size;
  }

  take(client: string, cost: number, size: BucketSize): Promise<Taken> {
    const bucket = this.#refilled(client, size);
    const isTaken = bucket.tokens >= cost;
    if (isTaken) bucket.tokens -= cost;
    return Promise.resolve({ isTaken, remaining: bucket.tokens });
  }

  settle(client: string, difference: number, size: BucketSize): Promise<void> {
    const bucket = this.#refilled(client, size);
    bucket.tokens = Math.min(size.capacity, bucket.tokens + difference);
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  #refilled(client: string, { capacity, refillPerSecond }: BucketSize): Bucket {
    const now = this.#now();
    let bucket = this.#buckets.get(client);
    if (bucket === undefined) this.#buckets.set(client, (bucket = { tokens: capacity, at: now }));
    bucket.tokens = Math.min(capacity, bucket.tokens + ((now - bucket.at) / 1_000) * refillPerSecond);
    bucket.at = now;
    return bucket;
  }
}
