import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import { InventoryUnavailableError } from '../inventory/inventory.ts';
import type { SagaDeps } from './saga-deps.ts';
import type { SagaRunner } from './saga-runner.ts';

const BATCH = 20;
const PURGE_EVERY_MS = 60_000;
const PURGE_BATCH = 1_000;

/** Moves on what no request is at: after a crash, after the inline budget, after a call without an answer, at expiry. */
export function startSagaWorker(deps: SagaDeps, runner: SagaRunner): PeriodicWorker {
  const { checkouts, sagas, timing, logger } = deps;
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
      await releaseLooseHolds(deps);
      if (Date.now() >= nextPurgeAt) {
        await checkouts.purgeKeys(PURGE_BATCH);
        nextPurgeAt = Date.now() + PURGE_EVERY_MS;
      }
      return false;
    },
  });
}

/** Products takes back what no checkout will sell. */
async function releaseLooseHolds({ updates, inventory, timing, logger }: SagaDeps): Promise<void> {
  await Promise.all(
    (await updates.claimLooseHolds(BATCH)).map(async (id) => {
      try {
        await inventory.release(id, 'REPLACED', AbortSignal.timeout(timing.inventoryTimeoutMs));
        await updates.settleLooseHold(id);
      } catch (error) {
        if (!(error instanceof InventoryUnavailableError)) throw error;
        logger.warn({ err: error, 'reservation.id': id }, 'a hold is taken back later');
      }
    }),
  );
}
