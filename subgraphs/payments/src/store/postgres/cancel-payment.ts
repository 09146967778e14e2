import type pg from 'pg';
import { postVoid } from './ledger.ts';
import { appendEvent } from './payment-events.ts';

/** Every writer of a payment holds its checkout's row, so no two number an event alike. */
export async function lockCheckout(client: pg.PoolClient, paymentId: string): Promise<void> {
  await client.query(
    'SELECT 1 FROM checkouts WHERE id = (SELECT checkout_id FROM payments WHERE id = $1) FOR UPDATE',
    [paymentId],
  );
}

/** Gives up what is set aside for an order: it is canceled with its payment, and the saga gives the stock back. */
export async function cancelPayment(client: pg.PoolClient, paymentId: string): Promise<void> {
  const { rows } = await client.query<{ checkout_id: string }>(
    `UPDATE payments SET status = 'CANCELED' WHERE id = $1 RETURNING checkout_id`,
    [paymentId],
  );
  await postVoid(client, paymentId);
  await appendEvent(client, paymentId, 'CANCELED');
  const checkoutId = rows[0]?.checkout_id;
  await client.query(`UPDATE orders SET status = 'CANCELED', canceled_at = now() WHERE checkout_id = $1`, [
    checkoutId,
  ]);
  await client.query(
    `UPDATE checkouts SET step = 'RESTOCK', attempts = 0, next_attempt_at = now(), lease_owner = NULL, lease_until = NULL
     WHERE id = $1 AND step = 'DONE'`,
    [checkoutId],
  );
}
