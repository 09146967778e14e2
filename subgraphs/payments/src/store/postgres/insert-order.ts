import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { newOrderNumber } from '../../domain/order-number.ts';

/** Fails when the number is another order's: see `isNumberTaken`. */
export async function insertOrder(client: pg.PoolClient, checkoutId: string): Promise<void> {
  await client.query(
    `INSERT INTO orders (id, number, checkout_id, buyer_id, currency, total)
     SELECT $1, $2, id, buyer_id, currency, total FROM checkouts WHERE id = $3`,
    [newUuid(), newOrderNumber(), checkoutId],
  );
}

/** Of 40 random bits: after a million orders about one in a million. What is done again has another. */
export const isNumberTaken = (error: unknown): boolean =>
  (error as { readonly constraint?: unknown }).constraint === 'orders_number_key';
