import { commitWithThisTurn, withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { CheckoutFailure, CheckoutStatus, SagaStep } from '../../domain/model.ts';
import type { CheckoutUserError } from '../../domain/user-error.ts';
import type { Next, SagaState } from '../saga-store.ts';
import { answerWaitingKey } from './idempotency.ts';
import { isNumberTaken } from './insert-order.ts';
import type { Leases } from './leases.ts';
import { loadSagas } from './load-saga.ts';

export interface Transition {
  readonly step: SagaStep;
  readonly status?: CheckoutStatus;
  readonly failure?: CheckoutFailure;
  /** How long the step waits before it is tried, in milliseconds, but not beyond the checkout's time. */
  readonly waitMs?: number;
  /** What goes with it is written step by step: the commit comes after the last of them, not with the first. */
  readonly isStepwise?: true;
  /** Present when this ends what the buyer waits for. */
  readonly errors?: readonly CheckoutUserError[];
}

/** Of order numbers that were somebody else's. */
const MAX_TRIES = 5;

/**
 * The second half of a saga's turn, in one transaction and one round trip: moves the checkout on and writes what goes with
 * it. Void when the version is no longer the one the turn began with: somebody else has had this turn.
 *
 * @param write Sends all there is to write before it waits for anything, unless the transition says otherwise. Whatever is
 *   to undo it fails in the database.
 */
export async function writeOutcome(
  pool: pg.Pool,
  leases: Leases,
  saga: SagaState,
  transition: Transition,
  write: (client: pg.PoolClient) => Promise<unknown> = async () => {},
): Next {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await withTransaction(pool, async (client) => {
        const written = Promise.all([
          moveOn(client, leases, saga, transition),
          write(client),
          transition.errors !== undefined && answerKey(client, saga, transition.errors),
          isAtRest(transition) ? [] : loadSagas(client, [saga.checkoutId]),
        ]);
        if (transition.isStepwise !== true) commitWithThisTurn(client);
        const [, , , next] = await written;
        return next[0];
      });
    } catch (error) {
      if (isOutdated(error)) return undefined;
      if (attempt === MAX_TRIES || !isNumberTaken(error)) throw error;
    }
  }
}

const isAtRest = ({ step, waitMs }: Transition): boolean =>
  step === 'DONE' || step === 'AWAIT_BUYER' || waitMs !== undefined;

/**
 * Fails when the checkout has another version by now, by dividing by the number of rows it has written: the server then skips
 * all that was sent behind it, the commit too.
 */
async function moveOn(
  client: pg.PoolClient,
  leases: Leases,
  saga: SagaState,
  transition: Transition,
): Promise<void> {
  const atRest = isAtRest(transition);
  await client.query(
    `WITH moved AS (
       UPDATE checkouts SET step = $3, status = coalesce($4, status), failure_code = coalesce($5, failure_code),
         failure_message = coalesce($6, failure_message), attempts = 0,
         next_attempt_at = greatest(now(), least(expires_at, now() + coalesce($9::bigint, 0) * interval '1 millisecond')),
         lease_owner = $7, lease_until = now() + $8 * interval '1 millisecond'
       WHERE id = $1 AND version = $2 RETURNING id)
     SELECT 1 / count(*) FROM moved`,
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
}

/** division_by_zero: nothing else in it divides. */
const isOutdated = (error: unknown): boolean => (error as { readonly code?: unknown }).code === '22012';

const answerKey = (
  client: pg.PoolClient,
  { checkoutId, payment }: SagaState,
  errors: readonly CheckoutUserError[],
): Promise<void> =>
  answerWaitingKey(client, checkoutId, { checkoutId, paymentId: payment?.id ?? null, errors });
