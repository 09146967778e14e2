import type pg from 'pg';
import type { CheckoutFailure } from '../../domain/model.ts';
import type { CheckoutUserError } from '../../domain/user-error.ts';
import { cancelDeclined } from './cancel-declined.ts';
import { answerWaitingKey } from './idempotency.ts';

/**
 * Ends an OPEN checkout whose row the caller has locked: its payment, if one was tried, is canceled, a request
 * that still waits for its price is answered, and stock that may be held is given back next.
 */
export async function closeOpenCheckout(
  client: pg.PoolClient,
  checkoutId: string,
  closing: {
    readonly status: 'EXPIRED' | 'CANCELED' | 'FAILED';
    readonly failure: CheckoutFailure;
    readonly releaseStock: boolean;
    readonly errors: readonly CheckoutUserError[];
  },
): Promise<void> {
  await client.query(
    `UPDATE checkouts SET status = $2, failure_code = $3, failure_message = $4, step = $5,
       attempts = 0, next_attempt_at = now(), lease_owner = NULL, lease_until = NULL
     WHERE id = $1`,
    [
      checkoutId,
      closing.status,
      closing.failure.code,
      closing.failure.message,
      closing.releaseStock ? 'RELEASE_STOCK' : 'DONE',
    ],
  );
  await cancelDeclined(client, checkoutId);
  await answerWaitingKey(client, checkoutId, { checkoutId: null, paymentId: null, errors: closing.errors });
}
