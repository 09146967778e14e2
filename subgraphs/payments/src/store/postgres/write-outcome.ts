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

/** Somebody else has had this turn: nothing of this one's may stay. */
class OutdatedTurn extends Error {}

/**
 * The second half of a saga's turn, in one transaction: moves the checkout on and writes what goes with it.
 * Void when the version is no longer the one the turn began with: somebody else has had this turn.
 *
 * All of it is sent at once, before it is known whether the version still holds; when it does not, all of it is undone.
 *
 * @param write Sends what the next turn depends on before it waits for anything.
 */
export async function writeOutcome(
  pool: pg.Pool,
  leases: Leases,
  saga: SagaState,
  transition: Transition,
  write: (client: pg.PoolClient) => Promise<unknown> = async () => {},
): Next {
  try {
    return await withTransaction(pool, async (client) => {
      const moved = moveOn(client, leases, saga, transition);
      const written = Promise.all([
        write(client),
        transition.errors !== undefined && answerKey(client, saga, transition.errors),
        isAtRest(transition) ? [] : loadSagas(client, [saga.checkoutId]),
      ]);
      // What fails on a checkout that somebody else has moved says nothing.
      written.catch(() => undefined);
      if (!(await moved)) {
        await written.catch(() => undefined);
        throw new OutdatedTurn();
      }
      const [, , next] = await written;
      return next[0];
    });
  } catch (error) {
    if (error instanceof OutdatedTurn) return undefined;
    throw error;
  }
}

const isAtRest = ({ step, waitMs }: Transition): boolean =>
  step === 'DONE' || step === 'AWAIT_BUYER' || waitMs !== undefined;

/** False when the checkout has another version by now. */
async function moveOn(
  client: pg.PoolClient,
  leases: Leases,
  saga: SagaState,
  transition: Transition,
): Promise<boolean> {
  const atRest = isAtRest(transition);
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
  return rowCount === 1;
}

const answerKey = (
  client: pg.PoolClient,
  { checkoutId, payment }: SagaState,
  errors: readonly CheckoutUserError[],
): Promise<void> =>
  answerWaitingKey(client, checkoutId, { checkoutId, paymentId: payment?.id ?? null, errors });
