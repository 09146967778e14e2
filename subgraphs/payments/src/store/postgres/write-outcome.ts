import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { CheckoutFailure, CheckoutStatus, SagaStep } from '../../domain/model.ts';
import type { CheckoutUserError } from '../../domain/user-error.ts';
import type { Next, SagaState } from '../saga-store.ts';
import { answerWaitingKey } from './idempotency.ts';
import type { Leases } from './leases.ts';
import { loadSagas } from './load-saga.ts';

export interface Transition {
  readonly step: SagaStep;
  readonly status?: CheckoutStatus;
  readonly failure?: CheckoutFailure;
  /** How long the step waits before it is tried, in milliseconds, but not beyond the checkout's time. */
  readonly waitMs?: number;
  /** Present when this ends what the buyer waits for. */
  readonly errors?: readonly CheckoutUserError[];
}

/**
 * The second half of a saga's turn, in one transaction: moves the checkout on and writes what goes with it.
 * Void when the version is no longer the one the turn began with: somebody else has had this turn.
 */
export function writeOutcome(
  pool: pg.Pool,
  leases: Leases,
  saga: SagaState,
  transition: Transition,
  write: (client: pg.PoolClient) => Promise<void> = async () => {},
): Next {
  const atRest =
    transition.step === 'DONE' || transition.step === 'AWAIT_BUYER' || transition.waitMs !== undefined;
  return withTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE checkouts SET step = $3, status = coalesce($4, status), failure_code = coalesce($5, failure_code),
         failure_message = coalesce($6, failure_message), attempts = 0,
         next_attempt_at = greatest(now(), least(expires_at, now() + coalesce($9::bigint, 0) * interval '1 millisecond')),
         lease_owner = $7, lease_until = now() + $8 * interval '1 millisecond'
       WHERE id = $1 AND version = $2`,
      [
        saga.checkoutId,
        saga.version,
        transition.step,
        transition.status ?? null,
        transition.failure?.code ?? null,
        transition.failure?.message ?? null,
        atRest ? null : leases.owner,
        atRest ? null : leases.leaseMs,
        transition.waitMs ?? null,
      ],
    );
    if (rowCount !== 1) return undefined;
    await write(client);
    if (transition.errors !== undefined) {
      const paymentId = saga.payment?.id ?? null;
      await answerWaitingKey(client, saga.checkoutId, {
        checkoutId: saga.checkoutId,
        paymentId,
        errors: transition.errors,
      });
    }
    return atRest ? undefined : (await loadSagas(client, [saga.checkoutId]))[0];
  });
}
