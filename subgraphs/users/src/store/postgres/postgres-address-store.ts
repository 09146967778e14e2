import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { AddressKind } from '../../domain/address.ts';
import { ADDRESS_COLUMNS, linesOf } from './address-columns.ts';
import type { Address, AddressStore } from '../address-store.ts';
import { createAddress } from './create-address.ts';
import { lockUser } from './lock-user.ts';

const DEFAULT_COLUMN: Readonly<Record<AddressKind, string>> = {
  SHIPPING: 'is_default_shipping',
  BILLING: 'is_default_billing',
};

/**
 * Every write locks the user's row first: the limit and the one default of each kind are facts about
 * all addresses of a user together, so their writes take turns.
 */
export function createPostgresAddressStore(pool: pg.Pool): AddressStore {
  return {
    findByUsers: async (userIds) => {
      const { rows } = await pool.query<Address>(
        `SELECT ${ADDRESS_COLUMNS} FROM addresses WHERE user_id = ANY($1::uuid[]) ORDER BY created_at, id`,
        [userIds],
      );
      return rows;
    },
    create: (address, maxPerUser) =>
      withTransaction(pool, (client) => createAddress(client, address, maxPerUser)),
    update: async ({ id, userId, address, expectedVersion }) => {
      const { rows } = await pool.query<Address>(
        `UPDATE addresses SET recipient_name = $4, company = $5, line1 = $6, line2 = $7, city = $8, region = $9,
                postal_code = $10, country_code = $11, phone = $12, version = version + 1
          WHERE id = $1 AND user_id = $2 AND version = coalesce($3, version) RETURNING ${ADDRESS_COLUMNS}`,
        [id, userId, expectedVersion ?? null, ...linesOf(address)],
      );
      if (rows[0] !== undefined) return rows[0];
      const owned = await pool.query('SELECT FROM addresses WHERE id = $1 AND user_id = $2', [id, userId]);
      return owned.rowCount === 0 ? 'NOT_FOUND' : 'VERSION_MISMATCH';
    },
    delete: (id, userId) => withTransaction(pool, (client) => remove(client, id, userId)),
    setDefault: (id, userId, kind) => withTransaction(pool, (client) => setDefault(client, id, userId, kind)),
  };
}

async function remove(client: pg.PoolClient, id: string, userId: string): Promise<'DELETED' | 'NOT_FOUND'> {
  if (!(await lockUser(client, userId))) return 'NOT_FOUND';
  const { rows } = await client.query<Address>(
    `DELETE FROM addresses WHERE id = $1 AND user_id = $2 RETURNING ${ADDRESS_COLUMNS}`,
    [id, userId],
  );
  const deleted = rows[0];
  if (deleted === undefined) return 'NOT_FOUND';
  if (deleted.isDefaultShipping || deleted.isDefaultBilling) {
    await client.query(
      `UPDATE addresses SET is_default_shipping = is_default_shipping OR $2, is_default_billing = is_default_billing OR $3
        WHERE id = (SELECT id FROM addresses WHERE user_id = $1 ORDER BY created_at, id LIMIT 1)`,
      [userId, deleted.isDefaultShipping, deleted.isDefaultBilling],
    );
  }
  return 'DELETED';
}

async function setDefault(
  client: pg.PoolClient,
  id: string,
  userId: string,
  kind: AddressKind,
): Promise<Address | 'NOT_FOUND'> {
  if (!(await lockUser(client, userId))) return 'NOT_FOUND';
  const owned = await client.query('SELECT FROM addresses WHERE id = $1 AND user_id = $2', [id, userId]);
  if (owned.rowCount === 0) return 'NOT_FOUND';
  const column = DEFAULT_COLUMN[kind];
  // Two statements: a unique index is checked row by row, so the old default must be gone before the new one is.
  await client.query(`UPDATE addresses SET ${column} = false WHERE user_id = $1 AND ${column} AND id <> $2`, [
    userId,
    id,
  ]);
  const { rows } = await client.query<Address>(
    `UPDATE addresses SET ${column} = true WHERE id = $1 RETURNING ${ADDRESS_COLUMNS}`,
    [id],
  );
  return rows[0] ?? 'NOT_FOUND';
}
