import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { CheckoutFailure, CheckoutStatus } from '../../domain/model.ts';
import { stateError } from '../../domain/user-error.ts';
import type { PersonalDataStore } from '../personal-data-store.ts';
import { closeOpenCheckout } from './close-checkout.ts';
import { keyset } from './keyset.ts';

const ACCOUNT_ERASED: CheckoutFailure = { code: 'CANCELED', message: 'The account was deleted.' };

/** Amounts in minor units. */
const CHECKOUTS = `
  SELECT c.id, o.number AS "orderNumber", o.placed_at AS "placedAt", c.status, c.created_at AS "createdAt", c.currency, c.total,
         c.email, c.shipping_address AS "shippingAddress", c.billing_address AS "billingAddress",
         c.show_as_verified_buyer AS "showAsVerifiedBuyer",
         (SELECT coalesce(json_agg(json_build_object('sku', l.sku, 'title', l.title, 'quantity', l.quantity,
                   'unitAmount', l.unit_amount) ORDER BY l.position), '[]')
            FROM line_items l WHERE l.checkout_id = c.id) AS lines,
         (SELECT coalesce(json_agg(json_build_object('status', p.status, 'amount', p.amount, 'card', p.card,
                   'createdAt', p.created_at) ORDER BY p.created_at), '[]')
            FROM payments p WHERE p.checkout_id = c.id) AS payments
    FROM checkouts c LEFT JOIN orders o ON o.checkout_id = c.id`;

const METHODS = `
  SELECT m.card ->> 'brand' AS brand, m.card ->> 'last4' AS last4, (m.card ->> 'expMonth')::int AS "expMonth",
         (m.card ->> 'expYear')::int AS "expYear", m.card ->> 'issuerCountry' AS "issuerCountry",
         m.is_default AS "isDefault", m.created_at AS "createdAt"
    FROM payment_methods m JOIN payment_customers c ON c.id = m.customer_id
   WHERE c.buyer_id = $1 AND m.card IS NOT NULL ORDER BY m.created_at DESC, m.id DESC`;

interface CheckoutRow {
  readonly id: string;
  readonly createdAt: Date;
}

export const createPostgresPersonalDataStore = (pool: pg.Pool): PersonalDataStore => ({
  collect: async (userId, page) => {
    const { where, orderBy, limit, parameters } = keyset(page, 'c.created_at', 'c.id', 2);
    const { rows } = await pool.query<CheckoutRow>(
      `${CHECKOUTS} WHERE c.buyer_id = $1 AND ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      [userId, ...parameters],
    );
    const shown = rows.slice(0, page.size);
    const last = rows.length > page.size ? shown.at(-1) : undefined;
    return {
      lists: {
        checkouts: shown.map(({ id: _id, ...checkout }) => checkout),
        // There are twenty at most: all of them are with the first page.
        ...(page.values === undefined && {
          paymentMethods: (await pool.query<Record<string, unknown>>(METHODS, [userId])).rows,
        }),
      },
      last: last && [last.createdAt.toISOString(), last.id],
    };
  },
  erase: (userId) => withTransaction(pool, (client) => erase(client, userId)),
});

async function erase(client: pg.PoolClient, userId: string): Promise<boolean> {
  const { rows } = await client.query<{ id: string; status: CheckoutStatus }>(
    'SELECT id, status FROM checkouts WHERE buyer_id = $1 ORDER BY id FOR UPDATE',
    [userId],
  );
  // A payment that is being made writes the card it was made with.
  if (rows.some(({ status }) => status === 'PAYING')) return false;
  // What is on its way to a bank would arrive there empty, and for good.
  const { rowCount: submitting } = await client.query(
    `SELECT 1 FROM provider_requests r JOIN payments p ON p.id = r.payment_id
      WHERE p.buyer_id = $1 AND r.operation = 'EVIDENCE' AND r.state = 'INTENDED' LIMIT 1`,
    [userId],
  );
  if (submitting !== 0) return false;
  for (const { id } of rows.filter(({ status }) => status === 'OPEN')) {
    const errors = [stateError('CANCELED')];
    await closeOpenCheckout(client, id, {
      status: 'CANCELED',
      failure: ACCOUNT_ERASED,
      releaseStock: true,
      errors,
    });
  }
  await client.query(
    `UPDATE checkouts SET email = NULL, shipping_address = NULL, billing_address = NULL, show_as_verified_buyer = false
      WHERE buyer_id = $1 AND (coalesce(shipping_address, billing_address) IS NOT NULL OR email IS NOT NULL
        OR show_as_verified_buyer)`,
    [userId],
  );
  await client.query(
    // What is needed of an answer is named, so that nothing else stays, wherever in it a provider put it.
    `UPDATE provider_requests SET request = request - '{token,customer,returnUrl,note,text}'::text[],
       response = (SELECT jsonb_object_agg(key, value) FROM jsonb_each(response) WHERE key IN ('reference', 'message'))
      WHERE payment_id IN (SELECT id FROM payments WHERE buyer_id = $1)`,
    [userId],
  );
  await client.query(
    `UPDATE refunds SET note = NULL
      WHERE note IS NOT NULL AND payment_id IN (SELECT id FROM payments WHERE buyer_id = $1)`,
    [userId],
  );
  await client.query(
    `UPDATE disputes SET evidence = NULL
      WHERE evidence IS NOT NULL AND payment_id IN (SELECT id FROM payments WHERE buyer_id = $1)`,
    [userId],
  );
  await client.query(
    `DELETE FROM payment_methods m USING payment_customers c WHERE c.id = m.customer_id AND c.buyer_id = $1`,
    [userId],
  );
  await client.query('UPDATE payments SET card = NULL WHERE buyer_id = $1 AND card IS NOT NULL', [userId]);
  return true;
}
