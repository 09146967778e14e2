import type pg from 'pg';
import { appendEvent } from './payment-events.ts';

/** A payment that was tried and declined is over: the caller has locked the checkout, which ends or gets another price. */
export async function cancelDeclined(client: pg.PoolClient, checkoutId: string): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `UPDATE payments SET status = 'CANCELED' WHERE checkout_id = $1 AND status = 'REQUIRES_PAYMENT_METHOD' RETURNING id`,
    [checkoutId],
  );
  for (const { id } of rows) await appendEvent(client, id, 'CANCELED');
}
