import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { CardDetails } from '../../domain/model.ts';

/** SQL: whether a customer has no default yet. The first method is it. */
export const isFirstOf = (customer: string): string =>
  `NOT EXISTS (SELECT 1 FROM payment_methods m WHERE m.customer_id = ${customer} AND m.is_default)`;

/** A token that has paid and is kept, in the transaction in which it paid. */
export async function keepMethod(
  client: pg.PoolClient,
  kept: {
    readonly buyerId: string;
    readonly provider: string;
    readonly reference: string;
    readonly card: CardDetails;
  },
): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM payment_customers WHERE buyer_id = $1 AND provider = $2 FOR UPDATE',
    [kept.buyerId, kept.provider],
  );
  const customer = rows[0];
  if (customer === undefined) return;
  await client.query(
    `INSERT INTO payment_methods (id, customer_id, status, reference, card, is_default, due_at)
     VALUES ($1, $2, 'ACTIVE', $3, $4, ${isFirstOf('$2')}, now()) ON CONFLICT (reference) DO NOTHING`,
    [newUuid(), customer.id, kept.reference, JSON.stringify(kept.card)],
  );
}
