import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { IdempotentRequest } from '../../domain/idempotency-key.ts';
import type { CheckoutFailure, CheckoutStatus, SagaStep } from '../../domain/model.ts';
import { paymentId as typedPaymentId } from '../../domain/ids.ts';
import { stateError } from '../../domain/user-error.ts';
import type { Answer } from '../answer.ts';
import type {
  ApplyReservation,
  CheckoutStore,
  GuestLimits,
  OpenCheckout,
  OpenOutcome,
} from '../checkout-store.ts';
import { beginPayment } from './begin-payment.ts';
import { closeOpenCheckout } from './close-checkout.ts';
import { lockNetwork, whyTooManyUnits } from './guest-units.ts';
import { answerWaitingKey, meetKey, takeKey } from './idempotency.ts';
import type { Leases } from './leases.ts';
import { appendEvent } from './payment-events.ts';
import { intend } from './provider-requests.ts';
import { insertLines, pricesOf, SET_PRICES, toJson } from './write-lines.ts';

const EXPIRED: CheckoutFailure = { code: 'EXPIRED', message: 'The checkout was not paid in time.' };

export function createPostgresCheckoutStore(pool: pg.Pool, leases: Leases): CheckoutStore {
  return {
    openCheckout: (command) => withTransaction(pool, (client) => openCheckout(client, command, leases)),
    applyReservation: (command) => withTransaction(pool, (client) => applyReservation(client, command)),
    rejectReservation: (command) =>
      withTransaction(pool, async (client) => {
        if (!(await lockUnpriced(client, command.checkoutId))) return false;
        await closeOpenCheckout(client, command.checkoutId, command);
        return true;
      }),
    beginPayment: (command) => withTransaction(pool, (client) => beginPayment(client, command, leases)),
    cancelCheckout: (checkoutId, failure) =>
      withTransaction(pool, (client) => cancelCheckout(client, checkoutId, failure)),
    expireCheckouts: (limit) => withTransaction(pool, (client) => expireCheckouts(client, limit)),
    findAnswer: ({ scope, key }) => findAnswer(pool, scope, key),
    unlockKey: (request) => unlockKey(pool, request),
    purgeKeys: (limit) => purgeKeys(pool, limit),
  };
}

async function openCheckout(
  client: pg.PoolClient,
  command: OpenCheckout,
  leases: Leases,
): Promise<OpenOutcome> {
  const { checkoutId, buyerId, request } = command;
  const [, known, { rows }] = await Promise.all([
    // One opening at a time per buyer: the limit would otherwise be passed by opening several at once.
    client.query(`SELECT pg_advisory_xact_lock(hashtextextended('open:' || $1, 0))`, [request.scope]),
    meetKey(client, request, leases.keyLockMs),
    client.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM checkouts WHERE buyer_id = $1 AND status = 'OPEN' AND expires_at > now()`,
      [buyerId],
    ),
  ]);
  if (known?.kind === 'answered' && (await renewSecret(client, command, known.answer))) {
    return { kind: 'shown_again', answer: known.answer };
  }
  if (known !== undefined) return known;
  if ((rows[0]?.open ?? 0) >= command.maxOpen) return { kind: 'too_many' };
  const { guests } = command;
  if (guests !== null) {
    await lockNetwork(client, guests.network);
    const retryAfterSeconds = await crowded(client, guests);
    if (retryAfterSeconds !== undefined) return { kind: 'too_many_guests', retryAfterSeconds };
    const error = await whyTooManyUnits(client, guests, null);
    if (error !== undefined) return { kind: 'too_many_units', error };
  }
  const taken = takeKey(client, request, checkoutId, leases.keyLockMs);
  const inserted = client.query(
    `INSERT INTO checkouts (id, buyer_id, email, currency, shipping_address, billing_address, show_as_verified_buyer,
       expires_at, waiting_scope, waiting_key, opened_from, held_units)
     VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 second', $9, $10, $11, $12)`,
    [
      checkoutId,
      buyerId,
      command.email,
      command.currency,
      toJson(command.shippingAddress),
      toJson(command.billingAddress),
      command.showAsVerifiedBuyer,
      command.ttlSeconds,
      request.scope,
      request.key,
      guests?.network ?? null,
      guests?.units ?? null,
    ],
  );
  await Promise.all([taken, inserted]);
  return { kind: 'opened' };
}

/** Until when, in seconds, guests of this network have as many checkouts as they may; undefined when there is room. */
async function crowded(
  client: pg.PoolClient,
  { network, maxOpen }: GuestLimits,
): Promise<number | undefined> {
  const { rows } = await client.query<{ open: number; seconds: number | null }>(
    `SELECT count(*)::int AS open, ceil(extract(epoch FROM min(expires_at) - now()))::int AS seconds
     FROM checkouts WHERE opened_from = $1 AND expires_at > now()`,
    [network],
  );
  const { open = 0, seconds = null } = rows[0] ?? {};
  return open >= maxOpen ? (seconds ?? 1) : undefined;
}

/** False when something was done with the checkout since its key was answered, or it is no guest's. */
async function renewSecret(
  client: pg.PoolClient,
  { clientSecretHash, request }: OpenCheckout,
  { checkoutId }: Answer,
): Promise<boolean> {
  if (clientSecretHash === null || checkoutId === null) return false;
  const { rowCount } = await client.query(
    `UPDATE checkouts SET client_secret_hash = $2
     WHERE id = $1 AND client_secret_hash IS NOT NULL AND status = 'OPEN' AND step = 'AWAIT_BUYER'
       AND expires_at > now() AND waiting_scope = $3 AND waiting_key = $4`,
    [checkoutId, clientSecretHash, request.scope, request.key],
  );
  return rowCount === 1;
}

async function applyReservation(client: pg.PoolClient, command: ApplyReservation): Promise<boolean> {
  const { checkoutId, prices, expiresAt, clientSecretHash } = command;
  const { rowCount } = await client.query(
    `UPDATE checkouts SET step = 'AWAIT_BUYER', expires_at = $8, client_secret_hash = $9, ${SET_PRICES}
     WHERE id = $1 AND status = 'OPEN' AND step = 'RESERVE'`,
    [checkoutId, ...pricesOf(prices), expiresAt, clientSecretHash],
  );
  if (rowCount !== 1) return false;
  await Promise.all([
    insertLines(client, checkoutId, prices.lines),
    answerWaitingKey(client, checkoutId, { checkoutId, paymentId: null, errors: [] }),
  ]);
  return true;
}

async function lockUnpriced(client: pg.PoolClient, checkoutId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `SELECT 1 FROM checkouts WHERE id = $1 AND status = 'OPEN' AND step = 'RESERVE' FOR UPDATE`,
    [checkoutId],
  );
  return rowCount === 1;
}

async function cancelCheckout(
  client: pg.PoolClient,
  checkoutId: string,
  failure: CheckoutFailure,
): Promise<CheckoutStatus> {
  const { rows } = await client.query<{ status: CheckoutStatus; step: SagaStep }>(
    'SELECT status, step FROM checkouts WHERE id = $1 FOR UPDATE',
    [checkoutId],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('there is no such checkout to cancel');
  // Nothing is set aside yet: the buyer may still think better of it.
  if (row.step === 'AWAIT_ACTION') {
    await stopWaiting(client, checkoutId, failure);
    return 'OPEN';
  }
  const { status } = row;
  if (status === 'OPEN') {
    const closing = {
      status: 'CANCELED',
      failure,
      releaseStock: true,
      errors: [stateError('CANCELED')],
    } as const;
    await closeOpenCheckout(client, checkoutId, closing);
  }
  return status;
}

async function stopWaiting(
  client: pg.PoolClient,
  checkoutId: string,
  failure: CheckoutFailure,
): Promise<void> {
  const { rows } = await client.query<{ id: string; amount: number }>(
    `SELECT id, amount FROM payments WHERE checkout_id = $1 AND status = 'REQUIRES_ACTION'`,
    [checkoutId],
  );
  for (const { id, amount } of rows) {
    await intend(client, id, 'CANCEL', `${typedPaymentId.fromUuid(id)}:CANCEL`);
    await appendEvent(client, id, 'CANCEL_REQUESTED', { amount });
  }
  await client.query(
    `UPDATE checkouts SET step = 'VOID', failure_code = $2, failure_message = $3, attempts = 0,
       next_attempt_at = now(), lease_owner = NULL, lease_until = NULL WHERE id = $1`,
    [checkoutId, failure.code, failure.message],
  );
}

async function expireCheckouts(client: pg.PoolClient, limit: number): Promise<number> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM checkouts WHERE status = 'OPEN' AND expires_at <= now()
     ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit],
  );
  for (const { id } of rows) {
    const closing = {
      status: 'EXPIRED',
      failure: EXPIRED,
      releaseStock: true,
      errors: [stateError('EXPIRED')],
    } as const;
    await closeOpenCheckout(client, id, closing);
  }
  return rows.length;
}

async function findAnswer(pool: pg.Pool, scope: string, key: string): Promise<Answer | undefined> {
  const { rows } = await pool.query<{ response: Answer | null }>(
    'SELECT response FROM idempotency_keys WHERE scope = $1 AND key = $2',
    [scope, key],
  );
  return rows[0]?.response ?? undefined;
}

async function unlockKey(pool: pg.Pool, { scope, key }: IdempotentRequest): Promise<void> {
  await pool.query(
    `UPDATE idempotency_keys SET locked_until = now() WHERE scope = $1 AND key = $2 AND state = 'IN_PROGRESS'`,
    [scope, key],
  );
}

async function purgeKeys(pool: pg.Pool, limit: number): Promise<number> {
  const { rowCount } = await pool.query(
    `DELETE FROM idempotency_keys WHERE (scope, key) IN (
       SELECT scope, key FROM idempotency_keys WHERE expires_at < now() AND state = 'COMPLETED' LIMIT $1)`,
    [limit],
  );
  return rowCount ?? 0;
}
