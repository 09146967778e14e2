import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { SigningKeyStore, StoredSigningKey } from '../signing-key-store.ts';

/** Any number that no other lock of this database has. */
const LOCK = 7_460_181;

export function createPostgresSigningKeyStore(pool: pg.Pool): SigningKeyStore {
  return {
    list: () => list(pool),
    change: (decide, now) =>
      withTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
        const { add, remove } = await decide(await list(client));
        if (remove.length > 0) await client.query('DELETE FROM signing_keys WHERE kid = ANY($1)', [remove]);
        if (add !== undefined) {
          await client.query(
            `INSERT INTO signing_keys (kid, public_jwk, private_sealed, active_from, created_at)
             VALUES ($1, $2, $3, $4, $5)`,
            [add.kid, add.publicJwk, add.privateSealed, add.activeFrom, now],
          );
        }
        return list(client);
      }),
  };
}

async function list(client: Pick<pg.ClientBase, 'query'>): Promise<readonly StoredSigningKey[]> {
  const { rows } = await client.query<StoredSigningKey>(
    `SELECT kid, public_jwk AS "publicJwk", private_sealed AS "privateSealed", active_from AS "activeFrom"
       FROM signing_keys`,
  );
  return rows;
}
