import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { newOrderNumber } from '../../domain/order-number.ts';

/** 40 random bits collide after a million orders about once in two million: a few tries are plenty. */
const MAX_TRIES = 5;

export async function insertOrder(client: pg.PoolClient, checkoutId: string): Promise<void> {
  for (let attempt = 1; attempt <= MAX_TRIES; attempt += 1) {
    const { rowCount } = await client.query(
      `INSERT INTO orders (id, number, checkout_id, buyer_id, currency, total)
       SELECT $1, $2, id, buyer_id, currency, total FROM checkouts WHERE id = $3
       ON CONFLICT (number) DO NOTHING`,
      [newUuid(), newOrderNumber(), checkoutId],
    );
    if (rowCount === 1) return;
  }
  throw new Error('no free order number was found');
}
