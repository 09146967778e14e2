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
  const { buyerId, provider, reference, card } = kept;
  await Promise.all([
    // Locked by a statement of its own: what the next one sees is what is there once the lock is had.
    client.query('SELECT FROM payment_customers WHERE buyer_id = $1 AND provider = $2 FOR UPDATE', [
      buyerId,
      provider,
    ]),
    client.query(
      `INSERT INTO payment_methods (id, customer_id, status, reference, card, is_default, due_at)
       SELECT $1, c.id, 'ACTIVE', $2, $3, ${isFirstOf('c.id')}, now() FROM payment_customers c
       WHERE c.buyer_id = $4 AND c.provider = $5 ON CONFLICT (reference) DO NOTHING`,
      [newUuid(), reference, JSON.stringify({ ...card, threeDSecure: false }), buyerId, provider],
    ),
  ]);
}
