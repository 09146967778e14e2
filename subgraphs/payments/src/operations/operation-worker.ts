import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import { ProviderUnavailableError } from '../provider/payment-provider.ts';
import type { PlacedRefund } from '../store/operation-store.ts';
import { takeTurn, type OperationDeps } from './perform-operation.ts';

const BATCH = 10;

/** Goes on with operations whose request has ended, and asks after refunds that a bank has not answered. */
export function startOperationWorker(deps: OperationDeps): PeriodicWorker {
  const { operations, timing, logger } = deps;
  return runPeriodically({
    name: 'operations',
    everyMs: timing.pollMs,
    logger,
    work: async () => {
      const due = await operations.claimDue(BATCH);
      await Promise.all(due.map((operation) => takeTurn(deps, operation)));
      const refunds = await operations.claimPendingRefunds(BATCH);
      await lookAtRefunds(deps, refunds);
      return due.length === BATCH;
    },
  });
}

/** Writes down what the provider says of them now. */
export async function lookAtRefunds(
  { operations, provider, timing, logger }: OperationDeps,
  refunds: readonly PlacedRefund[],
): Promise<void> {
  await Promise.all(
    refunds.map(async ({ id, reference }) => {
      try {
        const signal = AbortSignal.timeout(timing.providerTimeoutMs);
        await operations.settleRefund(id, await provider.retrieveRefund(reference, signal));
      } catch (error) {
        if (!(error instanceof ProviderUnavailableError)) throw error;
        logger.warn({ err: error }, 'a refund is asked after again later');
      }
    }),
  );
}
