import type { Logger } from '@tributary/service-kit';
import { sweepReservations } from './reservations/sweep-reservations.ts';
import { sweepAdjustments } from './stock/adjust-stock.ts';
import type { ProductsStore } from './store/products-store.ts';

/** Longer than a creation can take, whose every store call is bounded. */
const CREATION_STALLED_MS = 60_000;

export interface SweeperOptions {
  readonly store: ProductsStore;
  readonly now: () => Date;
  readonly logger: Logger;
  readonly intervalMs: number;
}

export interface Sweeper {
  start(): void;
  /** Waits for the sweep that is under way. */
  stop(): Promise<void>;
  /** Everything once. A part that fails does not keep the others from running. */
  sweep(): Promise<void>;
}

/** Repairs and expires in the background, in every process: what one leaves undone another finishes. */
export function createSweeper({ store, now, logger, intervalMs }: SweeperOptions): Sweeper {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  const parts: Readonly<Record<string, () => Promise<number>>> = {
    reservations: () => sweepReservations({ store, now }),
    adjustments: () => sweepAdjustments({ store, now }),
    creations: () => store.catalog.removeAbandonedCreations(new Date(now().getTime() - CREATION_STALLED_MS)),
    paths: () => store.catalog.repairPaths(),
    summaries: () => store.catalog.repairSummaries(),
    ratings: () => store.reviews.repairRatings(),
  };

  const sweep = async (): Promise<void> => {
    for (const [part, run] of Object.entries(parts)) {
      try {
        const count = await run();
        if (count > 0) logger.info({ 'sweep.part': part, 'sweep.count': count }, 'sweep finished work');
      } catch (error) {
        logger.warn({ 'sweep.part': part, err: error }, 'sweep failed, it will be tried again');
      }
    }
  };

  return {
    sweep,
    start: () => {
      timer = setInterval(() => {
        // One at a time: a slow store must not pile sweeps up.
        running ??= sweep().finally(() => {
          running = undefined;
        });
      }, intervalMs);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await running;
    },
  };
}
