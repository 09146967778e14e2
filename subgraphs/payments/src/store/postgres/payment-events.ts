import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { PaymentEventType } from '../../domain/model.ts';

/** Appends to a payment's timeline. The caller holds the checkout's row, so no number is taken twice. */
export async function appendEvent(
  client: pg.PoolClient,
  paymentId: string,
  type: PaymentEventType,
  details: { readonly amount?: number; readonly message?: string } = {},
): Promise<void> {
  await client.query(
    `INSERT INTO payment_events (id, payment_id, seq, type, amount, message)
     SELECT $1, $2, coalesce(max(seq), 0) + 1, $3, $4, $5 FROM payment_events WHERE payment_id = $2`,
    [newUuid(), paymentId, type, details.amount ?? null, details.message ?? null],
  );
}
