import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import type { SagaDeps } from './saga-deps.ts';
import type { SagaRunner } from './saga-runner.ts';

const BATCH = 20;
const PURGE_EVERY_MS = 60_000;
const PURGE_BATCH = 1_000;

/** Moves on what no request is at: after a crash, after the inline budget, after a call without an answer, at expiry. */
export function startSagaWorker(
  { checkouts, sagas, timing, logger }: SagaDeps,
  runner: SagaRunner,
): PeriodicWorker {
  let nextPurgeAt = 0;
  return runPeriodically({
    name: 'sagas',
    everyMs: timing.pollMs,
    logger,
    work: async () => {
      await checkouts.expireCheckouts(BATCH);
      const free = BATCH - runner.running;
      const due = free > 0 ? await sagas.claimDue(free) : [];
      // Not awaited, so that one slow call holds nobody up; the runner logs and tracks them.
      for (const saga of due) runner.run(saga).catch(() => undefined);
      if (Date.now() >= nextPurgeAt) {
        await checkouts.purgeKeys(PURGE_BATCH);
        nextPurgeAt = Date.now() + PURGE_EVERY_MS;
      }
      return false;
    },
  });
}
