import type { DeliveryOutbox } from '@tributary/subgraph-kit/events';

/**
 * What others are told of products, and have still to be.
 *
 * For each subscriber there is at most one event of a product: the newest. It says all that is told of the product, so a
 * subscriber that was away gets each product once, as it is by then.
 */
export interface EventStore extends DeliveryOutbox {
  /**
   * Writes an event for each of these subscribers of every product that changed since the last time, a batch at most.
   *
   * @returns how many products there were.
   */
  collect(subscribers: readonly string[], now: Date): Promise<number>;
  /** What others had not got is dropped. */
  keepOnly(subscribers: readonly string[]): Promise<void>;
  /** Every product is told of again. @returns how many there are. */
  announceAll(): Promise<number>;
  /** Delivers dead letters once more. @returns how many there were. */
  retryDead(now: Date): Promise<number>;
}
