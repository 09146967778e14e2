import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { reservationId } from '../../domain/reservation-id.ts';
import { checkoutNotFound, stateError } from '../../domain/user-error.ts';
import type { Answer } from '../answer.ts';
import type { ApplyUpdate, BeginUpdate, BeginUpdateOutcome, UpdateStore } from '../update-store.ts';
import { cancelDeclined } from './cancel-declined.ts';
import { toCheckout, type CheckoutRow } from './checkout-rows.ts';
import { readLines } from './checkouts-reader.ts';
import { holdUnits, settleUnits } from './guest-units.ts';
import { answerWaitingKey, meetKey, takeKey } from './idempotency.ts';
import type { Leases } from './leases.ts';
import { toJson, writePrices } from './write-lines.ts';

/** A hold belongs to the request that makes it for this long: far longer than any request works. */
const LOOSE_AFTER_SECONDS = 60;
/** Until products is asked again to take a hold back. */
const TRY_AGAIN_SECONDS = 5;

export function createPostgresUpdateStore(pool: pg.Pool, leases: Leases): UpdateStore {
  return {
    begin: (command) => withTransaction(pool, (client) => begin(client, command, leases)),
    apply: (command) => withTransaction(pool, (client) => apply(client, command)),
    refuse: async ({ scope, key }, answer) => {
      await pool.query(
        `UPDATE idempotency_keys SET state = 'COMPLETED', response = $3
         WHERE scope = $1 AND key = $2 AND state = 'IN_PROGRESS'`,
        [scope, key, JSON.stringify(answer)],
      );
      if (answer.checkoutId !== null) await settleUnits(pool, answer.checkoutId);
    },
    letGo: async (checkoutId, revision) => {
      if (revision === null) return;
      await pool.query('UPDATE loose_holds SET due_at = now() WHERE reservation_id = $1', [
        reservationId(checkoutId, revision),
      ]);
    },
    letGoIfEnded: async (checkoutId) => {
      await pool.query(
        `INSERT INTO loose_holds (reservation_id, checkout_id, claimed, due_at)
         SELECT $2, id, true, now() FROM checkouts WHERE id = $1 AND status IN ('EXPIRED', 'CANCELED', 'FAILED')
         ON CONFLICT DO NOTHING`,
        [checkoutId, reservationId(checkoutId, 0)],
      );
    },
    claimLooseHolds: async (limit) => {
      const { rows } = await pool.query<{ reservation_id: string }>(
        `UPDATE loose_holds SET claimed = true, attempts = attempts + 1, due_at = now() + $2 * interval '1 second'
         WHERE reservation_id IN (
           SELECT reservation_id FROM loose_holds WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
         RETURNING reservation_id`,
        [limit, TRY_AGAIN_SECONDS],
      );
      return rows.map((row) => row.reservation_id);
    },
    settleLooseHold: async (id) => {
      await pool.query('DELETE FROM loose_holds WHERE reservation_id = $1', [id]);
    },
  };
}

async function begin(
  client: pg.PoolClient,
  { checkoutId, request, holds, refuse }: BeginUpdate,
  leases: Leases,
): Promise<BeginUpdateOutcome> {
  const { rows } = await client.query<CheckoutRow & { readonly now: Date }>(
    'SELECT *, clock_timestamp() AS now FROM checkouts WHERE id = $1 FOR UPDATE',
    [checkoutId],
  );
  const row = rows[0];
  if (row === undefined) return { kind: 'refused', error: checkoutNotFound() };
  const known = await meetKey(client, request, leases.keyLockMs);
  if (known !== undefined && known.kind !== 'resumed') return known;
  const checkout = toCheckout(row);
  const error = refuse(checkout, row.now);
  if (error !== undefined) return { kind: 'refused', error };
  const crowded = holds && (await holdUnits(client, checkoutId, holds));
  if (crowded) return { kind: 'refused', error: crowded };
  if (known === undefined) {
    if (!(await takeKey(client, request, checkoutId, leases.keyLockMs))) return { kind: 'reused' };
    await answerWaitingKey(client, checkoutId, lost(checkoutId, 'Another change of it came between.'));
  }
  const revision = await openRevision(client, checkoutId, holds !== null);
  await client.query('UPDATE checkouts SET waiting_scope = $2, waiting_key = $3 WHERE id = $1', [
    checkoutId,
    request.scope,
    request.key,
  ]);
  return { kind: 'begun', checkout, lines: await readLines(client, [checkoutId]), revision };
}

async function openRevision(
  client: pg.PoolClient,
  checkoutId: string,
  changesLines: boolean,
): Promise<number | null> {
  if (!changesLines) return null;
  const { rows } = await client.query<{ last_revision: number }>(
    'UPDATE checkouts SET last_revision = last_revision + 1 WHERE id = $1 RETURNING last_revision',
    [checkoutId],
  );
  const revision = rows[0]?.last_revision ?? 0;
  await client.query(
    `INSERT INTO loose_holds (reservation_id, checkout_id, due_at) VALUES ($1, $2, now() + $3 * interval '1 second')`,
    [reservationId(checkoutId, revision), checkoutId, LOOSE_AFTER_SECONDS],
  );
  return revision;
}

async function apply(client: pg.PoolClient, command: ApplyUpdate): Promise<boolean> {
  const { checkoutId, request, revision } = command;
  const { rows } = await client.query<{ revision: number }>(
    `SELECT revision FROM checkouts c WHERE id = $1 AND status = 'OPEN' AND step = 'AWAIT_BUYER'
       AND expires_at > clock_timestamp() AND waiting_scope = $2 AND waiting_key = $3
       AND EXISTS (SELECT 1 FROM idempotency_keys k
         WHERE k.scope = c.waiting_scope AND k.key = c.waiting_key AND k.state = 'IN_PROGRESS')
     FOR UPDATE`,
    [checkoutId, request.scope, request.key],
  );
  const old = rows[0];
  if (old === undefined) return false;
  if (revision !== null) {
    const { rowCount } = await client.query(
      'DELETE FROM loose_holds WHERE reservation_id = $1 AND NOT claimed',
      [reservationId(checkoutId, revision)],
    );
    if (rowCount !== 1) return false;
    await client.query(
      'INSERT INTO loose_holds (reservation_id, checkout_id, claimed, due_at) VALUES ($1, $2, true, now())',
      [reservationId(checkoutId, old.revision), checkoutId],
    );
  }
  await cancelDeclined(client, checkoutId);
  await client.query(
    `UPDATE checkouts SET revision = coalesce($2, revision), email = coalesce($3, email), shipping_address = $4,
       billing_address = $5, expires_at = least(expires_at, coalesce($6, expires_at)) WHERE id = $1`,
    [
      checkoutId,
      revision,
      command.email,
      toJson(command.shippingAddress),
      toJson(command.billingAddress),
      command.expiresAt,
    ],
  );
  await writePrices(client, checkoutId, command.prices);
  await settleUnits(client, checkoutId);
  await answerWaitingKey(client, checkoutId, { checkoutId, paymentId: null, errors: [] });
  return true;
}

const lost = (checkoutId: string, message: string): Answer => ({
  checkoutId,
  paymentId: null,
  errors: [stateError('OPEN', message)],
});
