import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { isCounterPlausible } from '../../domain/passkey.ts';
import type { NewPasskey, Passkey, PasskeyStore, PasskeyUse } from '../passkey-store.ts';
import { lockUser } from './lock-user.ts';
import { tellOwner } from './tell-owner.ts';

const COLUMNS = `id, user_id AS "userId", credential_id AS "credentialId", public_key AS "publicKey", counter, transports,
  backed_up AS "backedUp", name, created_at AS "createdAt", last_used_at AS "lastUsedAt"`;

type PasskeyRow = Omit<Passkey, 'credentialId'> & { readonly credentialId: Buffer };

const toPasskey = (row: PasskeyRow): Passkey => ({
  ...row,
  credentialId: row.credentialId.toString('base64url'),
});

export function createPostgresPasskeyStore(pool: pg.Pool): PasskeyStore {
  return {
    findByUsers: async (userIds) => {
      const { rows } = await pool.query<PasskeyRow>(
        `SELECT ${COLUMNS} FROM passkeys WHERE user_id = ANY($1::uuid[]) ORDER BY created_at, id`,
        [userIds],
      );
      return rows.map(toPasskey);
    },
    findByCredential: async (credentialId) => {
      const { rows } = await pool.query<PasskeyRow>(
        `SELECT ${COLUMNS} FROM passkeys WHERE credential_id = $1`,
        [Buffer.from(credentialId, 'base64url')],
      );
      return rows.map(toPasskey)[0];
    },
    addChallenge: async ({ idHash, challenge, userId, expiresAt }) => {
      await pool.query(
        'INSERT INTO passkey_challenges (id_hash, challenge, user_id, expires_at) VALUES ($1, $2, $3, $4)',
        [idHash, challenge, userId ?? null, expiresAt],
      );
    },
    takeChallenge: async ({ idHash, userId, now }) => {
      const { rows } = await pool.query<{ challenge: string }>(
        `DELETE FROM passkey_challenges WHERE id_hash = $1 AND user_id IS NOT DISTINCT FROM $2 AND expires_at > $3
         RETURNING challenge`,
        [idHash, userId ?? null, now],
      );
      return rows[0]?.challenge;
    },
    purgeChallenges: async (before) => {
      await pool.query('DELETE FROM passkey_challenges WHERE expires_at < $1', [before]);
    },
    add: (passkey, maxPerUser) => withTransaction(pool, (client) => add(client, passkey, maxPerUser)),
    use: (use) => withTransaction(pool, (client) => recordUse(client, use)),
    rename: async ({ id, userId, name }) => {
      const { rows } = await pool.query<PasskeyRow>(
        `UPDATE passkeys SET name = $3 WHERE id = $1 AND user_id = $2 RETURNING ${COLUMNS}`,
        [id, userId, name],
      );
      return rows.map(toPasskey)[0];
    },
    remove: ({ id, userId, now }) =>
      withTransaction(pool, async (client) => {
        const { rowCount } = await client.query('DELETE FROM passkeys WHERE id = $1 AND user_id = $2', [
          id,
          userId,
        ]);
        if (rowCount !== 1) return false;
        await tellOwner(client, 'PASSKEY_REMOVED', userId, now);
        return true;
      }),
  };
}

async function add(
  client: pg.PoolClient,
  { id, userId, name, credential, now }: NewPasskey,
  maxPerUser: number,
): Promise<Passkey | 'NOT_FOUND' | 'LIMIT_EXCEEDED' | 'KNOWN'> {
  if (!(await lockUser(client, userId))) return 'NOT_FOUND';
  const existing = await client.query<{ count: number }>(
    'SELECT count(*) AS count FROM passkeys WHERE user_id = $1',
    [userId],
  );
  if ((existing.rows[0]?.count ?? 0) >= maxPerUser) return 'LIMIT_EXCEEDED';
  const { rows } = await client.query<PasskeyRow>(
    `INSERT INTO passkeys (id, user_id, credential_id, public_key, counter, transports, backed_up, name, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (credential_id) DO NOTHING RETURNING ${COLUMNS}`,
    [
      id,
      userId,
      Buffer.from(credential.credentialId, 'base64url'),
      credential.publicKey,
      credential.counter,
      credential.transports,
      credential.backedUp,
      name,
      now,
    ],
  );
  const [added] = rows.map(toPasskey);
  if (added === undefined) return 'KNOWN';
  await tellOwner(client, 'PASSKEY_ADDED', userId, now);
  return added;
}

/** The lock makes signatures of one key take turns: of two with the same counter one comes second. */
async function recordUse(
  client: pg.PoolClient,
  { id, counter, backedUp, now }: PasskeyUse,
): Promise<'USED' | 'COPIED' | 'NOT_FOUND'> {
  const { rows } = await client.query<{ userId: string; counter: number }>(
    'SELECT user_id AS "userId", counter FROM passkeys WHERE id = $1 FOR UPDATE',
    [id],
  );
  const [known] = rows;
  if (known === undefined) return 'NOT_FOUND';
  if (!isCounterPlausible(known.counter, counter)) {
    await tellOwner(client, 'PASSKEY_COPIED', known.userId, now);
    return 'COPIED';
  }
  await client.query('UPDATE passkeys SET counter = $2, backed_up = $3, last_used_at = $4 WHERE id = $1', [
    id,
    counter,
    backedUp,
    now,
  ]);
  return 'USED';
}
