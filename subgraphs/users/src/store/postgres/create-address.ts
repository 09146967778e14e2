import type pg from 'pg';
import { ADDRESS_COLUMNS, linesOf } from './address-columns.ts';
import type { Address, NewAddress } from '../address-store.ts';
import { lockUser } from './lock-user.ts';

/** Adds an address, inside the caller's transaction. */
export async function createAddress(
  client: pg.PoolClient,
  { id, userId, address, createdAt }: NewAddress,
  maxPerUser: number,
): Promise<Address | 'NOT_FOUND' | 'LIMIT_EXCEEDED'> {
  if (!(await lockUser(client, userId))) return 'NOT_FOUND';
  const existing = await client.query<{ count: number }>(
    'SELECT count(*) AS count FROM addresses WHERE user_id = $1',
    [userId],
  );
  const count = existing.rows[0]?.count ?? 0;
  if (count >= maxPerUser) return 'LIMIT_EXCEEDED';
  const { rows } = await client.query<Address>(
    `INSERT INTO addresses (id, user_id, recipient_name, company, line1, line2, city, region, postal_code,
                            country_code, phone, is_default_shipping, is_default_billing, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13) RETURNING ${ADDRESS_COLUMNS}`,
    [id, userId, ...linesOf(address), count === 0, createdAt],
  );
  return rows[0] ?? 'NOT_FOUND';
}
