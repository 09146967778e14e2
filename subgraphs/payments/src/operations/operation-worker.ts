import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import { ProviderUnavailableError } from '../provider/payment-provider.ts';
import type { Timing } from '../saga/timing.ts';
import type { OperationStore, PlacedRefund } from '../store/operation-store.ts';
import { takeTurn, type OperationDeps } from './perform-operation.ts';

const BATCH = 10;

export interface RefundDeps extends Pick<OperationDeps, 'provider' | 'logger'> {
  readonly operations: Pick<OperationStore, 'refundsOf' | 'settleRefund'>;
  readonly timing: Pick<Timing, 'providerTimeoutMs'>;
}

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

/**
 * Writes down what the provider says of them now.
 *
 * @returns false when it said nothing of one.
 */
async function lookAtRefunds(
  { operations, provider, timing, logger }: RefundDeps,
  refunds: readonly PlacedRefund[],
): Promise<boolean> {
  const looked = await Promise.all(
    refunds.map(async ({ id, reference }) => {
      try {
        const signal = AbortSignal.timeout(timing.providerTimeoutMs);
        await operations.settleRefund(id, await provider.retrieveRefund(reference, signal));
        return true;
      } catch (error) {
        if (!(error instanceof ProviderUnavailableError)) throw error;
        logger.warn({ err: error }, 'a refund is asked after again later');
        return false;
      }
    }),
  );
  return !looked.includes(false);
}

/**
 * The same for all refunds of a payment: what its provider has told of may be about any of them.
 *
 * @returns false when that has to be done again. While a refund is still being asked for, the answer to come may be the
 *   one that was kept with its key, and older than what is told now.
 */
export async function lookAtRefundsOf(
  deps: RefundDeps,
  provider: string,
  paymentReference: string,
): Promise<boolean> {
  const { placed, isAsking } = await deps.operations.refundsOf(provider, paymentReference);
  return (await lookAtRefunds(deps, placed)) && !isAsking;
}
