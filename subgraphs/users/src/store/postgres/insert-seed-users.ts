import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { NewAddress } from '../address-store.ts';
import { createAddress } from './create-address.ts';
import { registerUser } from './register-user.ts';
import type { NewUser } from '../user-store.ts';

export interface SeedUser extends NewUser {
  readonly phone: string | null;
  readonly addresses: readonly Omit<NewAddress, 'userId'>[];
}

export async function findSeededIds(pool: pg.Pool, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>('SELECT id FROM users WHERE id = ANY($1::uuid[])', [ids]);
  return new Set(rows.map(({ id }) => id));
}

/**
 * All of them or none. One whose id or address is taken is passed over, with everything that belongs to it.
 *
 * @returns how many were added.
 */
export function insertSeedUsers(pool: pg.Pool, users: readonly SeedUser[]): Promise<number> {
  return withTransaction(pool, async (client) => {
    let added = 0;
    for (const user of users) if (await insertSeedUser(client, user)) added += 1;
    return added;
  });
}

async function insertSeedUser(client: pg.PoolClient, user: SeedUser): Promise<boolean> {
  if ((await registerUser(client, user)) === 'EMAIL_TAKEN') return false;
  await client.query('UPDATE users SET phone = $2, email_verified_at = created_at WHERE id = $1', [
    user.id,
    user.phone,
  ]);
  for (const address of user.addresses) {
    await createAddress(client, { ...address, userId: user.id }, user.addresses.length);
  }
  return true;
}
