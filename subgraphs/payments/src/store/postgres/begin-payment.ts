import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { paymentId as typedPaymentId } from '../../domain/ids.ts';
import { checkoutNotFound, stateError } from '../../domain/user-error.ts';
import type { BeginOutcome, BeginPayment } from '../checkout-store.ts';
import { toCheckout, type CheckoutRow } from './checkout-rows.ts';
import { answerWaitingKey, meetKey, takeKey } from './idempotency.ts';
import type { Leases } from './leases.ts';
import { loadSagas } from './load-saga.ts';
import { appendEvent } from './payment-events.ts';
import { intend } from './provider-requests.ts';

/** One transaction; the checkout's row is locked first, as every other writer of the saga does. */
export async function beginPayment(
  client: pg.PoolClient,
  command: BeginPayment,
  leases: Leases,
): Promise<BeginOutcome> {
  const { checkoutId, request, returnUrl } = command;
  const { token, customer, offSession } = command.method;
  const [{ rows }, known] = await Promise.all([
    client.query<CheckoutRow & { readonly now: Date }>(
      'SELECT *, clock_timestamp() AS now FROM checkouts WHERE id = $1 FOR UPDATE',
      [checkoutId],
    ),
    meetKey(client, request, leases.keyLockMs),
  ]);
  const row = rows[0];
  if (row === undefined) return { kind: 'refused', error: checkoutNotFound() };
  if (known !== undefined) return known;
  const checkout = toCheckout(row);
  const refusal = command.refuse(checkout, row.now);
  if (refusal !== undefined) return { kind: 'refused', error: refusal };
  if (!(await takeKey(client, request, checkoutId, leases.keyLockMs))) {
    // Taken for another checkout between the two statements; that row is committed now.
    return (await meetKey(client, request, leases.keyLockMs)) ?? { kind: 'reused' };
  }
  // A change of the checkout that is under way has lost.
  const errors = [stateError('PAYING')];
  const [again] = await Promise.all([
    tryAgain(client, command),
    answerWaitingKey(client, checkoutId, { checkoutId, paymentId: null, errors }),
  ]);
  const { id, attempt } = again ?? { id: newUuid(), attempt: 1 };
  const [, , , , [saga]] = await Promise.all([
    // First of all that is sent, which comes in order: what follows refers to it.
    again === undefined && insertPayment(client, command, row, id),
    appendEvent(client, id, 'AUTHORIZATION_REQUESTED', { amount: row.total }),
    intend(client, id, 'AUTHORIZE', `${typedPaymentId.fromUuid(id)}:AUTHORIZE:${attempt}`, {
      token,
      ...(returnUrl === null ? {} : { returnUrl }),
      ...(customer === null ? {} : { customer, offSession }),
    }),
    client.query(
      `UPDATE checkouts SET status = 'PAYING', step = 'AUTHORIZE', attempts = 0, next_attempt_at = now(),
         waiting_scope = $2, waiting_key = $3,
         lease_owner = $4, lease_until = now() + $5 * interval '1 millisecond'
       WHERE id = $1`,
      [checkoutId, request.scope, request.key, leases.owner, leases.leaseMs],
    ),
    loadSagas(client, [checkoutId]),
  ]);
  if (saga === undefined) throw new Error('a locked checkout vanished');
  return { kind: 'begun', saga };
}

/** One payment per checkout: a decline leaves it for the next attempt. Undefined when there is none yet. */
async function tryAgain(
  client: pg.PoolClient,
  { checkoutId, method }: BeginPayment,
): Promise<{ readonly id: string; readonly attempt: number } | undefined> {
  const { rows } = await client.query<{ id: string; attempt: number }>(
    `UPDATE payments SET status = 'PROCESSING', attempt = attempt + 1, method_use = $2
     WHERE checkout_id = $1 AND status = 'REQUIRES_PAYMENT_METHOD' RETURNING id, attempt`,
    [checkoutId, method.use],
  );
  return rows[0];
}

async function insertPayment(
  client: pg.PoolClient,
  { checkoutId, provider, captureMethod, method }: BeginPayment,
  checkout: CheckoutRow,
  id: string,
): Promise<void> {
  const inserted = client.query(
    `INSERT INTO payments (id, checkout_id, buyer_id, currency, amount, status, provider, capture_method, method_use,
       attempt)
     VALUES ($1, $2, $3, $4, $5, 'PROCESSING', $6, $7, $8, 1)`,
    [
      id,
      checkoutId,
      checkout.buyer_id,
      checkout.currency,
      checkout.total,
      provider,
      captureMethod,
      method.use,
    ],
  );
  await Promise.all([inserted, appendEvent(client, id, 'CREATED', { amount: checkout.total })]);
}
