import { setTimeout as delay } from 'node:timers/promises';
import type { SagaDeps } from './saga-deps.ts';
import type { SagaRunner } from './saga-runner.ts';

const BATCH = 20;
const PURGE_EVERY_MS = 60_000;
const PURGE_BATCH = 1_000;

export interface SagaWorker {
  stop(): Promise<void>;
}

/** Moves on what no request is at: after a crash, after the inline budget, after a call without an answer, at expiry. */
export function startSagaWorker(deps: SagaDeps, runner: SagaRunner): SagaWorker {
  const stopping = new AbortController();
  const done = (async () => {
    let nextPurgeAt = 0;
    while (!stopping.signal.aborted) {
      try {
        await deps.checkouts.expireCheckouts(BATCH);
        const free = BATCH - runner.running;
        const due = free > 0 ? await deps.sagas.claimDue(free) : [];
        // Not awaited, so that one slow call holds nobody up; the runner logs and tracks them.
        for (const saga of due) runner.run(saga).catch(() => undefined);
        if (Date.now() >= nextPurgeAt) {
          await deps.checkouts.purgeKeys(PURGE_BATCH);
          nextPurgeAt = Date.now() + PURGE_EVERY_MS;
        }
      } catch (error) {
        deps.logger.warn({ err: error }, 'the worker cannot reach the store, it tries again');
      }
      await delay(deps.timing.pollMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await done;
    },
  };
}
