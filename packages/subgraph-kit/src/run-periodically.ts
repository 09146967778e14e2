import type { Logger } from '@tributary/service-kit';
import { setTimeout as delay } from 'node:timers/promises';

export interface PeriodicWork {
  /** For the log. */
  readonly name: string;
  readonly everyMs: number;
  /** True: there is more to do, go on at once. */
  readonly work: () => Promise<boolean>;
  readonly logger: Logger;
}

export interface PeriodicWorker {
  /** Does it now instead of after the pause. */
  wake(): void;
  /** Waits for what is being done. */
  stop(): Promise<void>;
}

/** Does the same over and over, one at a time; a failure is logged and the next turn tries again. */
export function runPeriodically({ name, everyMs, work, logger }: PeriodicWork): PeriodicWorker {
  const stopping = new AbortController();
  let sleep = new AbortController();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      sleep = new AbortController();
      let more = false;
      try {
        more = await work();
      } catch (error) {
        logger.warn({ err: error, 'worker.name': name }, 'background work failed, it is tried again');
      }
      if (more) continue;
      const signal = AbortSignal.any([stopping.signal, sleep.signal]);
      // Not a reason to keep the process: whoever started this stops it.
      await delay(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  })();
  return {
    wake: () => {
      sleep.abort();
    },
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
