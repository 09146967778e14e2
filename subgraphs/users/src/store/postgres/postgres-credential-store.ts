import { newUuid } from '@tributary/subgraph-kit';
import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { CredentialStore, TokenProblem, TokenUse } from '../credential-store.ts';
import type { User } from '../user-store.ts';
import { addLetter } from './add-letter.ts';
import { appendAuditEvent } from './audit-event.ts';
import { lockUser } from './lock-user.ts';
import { revokeSessions } from './revoke-sessions.ts';
import { USER_COLUMNS } from './user-columns.ts';
import { readToken, useToken, type UsedToken } from './use-token.ts';

const UNIQUE_VIOLATION = '23505';

export function createPostgresCredentialStore(pool: pg.Pool): CredentialStore {
  return {
    addToken: ({ tokenHash, purpose, letterId, userId, email, expiresAt }) =>
      withTransaction(pool, async (client) => {
        if (!(await lockUser(client, userId)) || !(await lockLetter(client, letterId))) return false;
        if (purpose !== 'EMAIL_CHANGE' && (await findOwner(client, { userId, email })) === undefined)
          return false;
        await client.query('DELETE FROM one_time_tokens WHERE user_id = $1 AND purpose = $2', [
          userId,
          purpose,
        ]);
        await client.query(
          `INSERT INTO one_time_tokens (token_hash, purpose, user_id, email, expires_at) VALUES ($1, $2, $3, $4, $5)`,
          [tokenHash, purpose, userId, email, expiresAt],
        );
        return true;
      }),
    findResetUser: async (use) => {
      const token = await readToken(pool, 'PASSWORD_RESET', use);
      if (typeof token === 'string') return token;
      return (await findOwner(pool, token)) ?? 'INVALID';
    },
    verifyEmail: (use) => withTransaction(pool, (client) => verifyEmail(client, use)),
    resetPassword: (use) => withTransaction(pool, (client) => resetPassword(client, use)),
    changePassword: ({ userId, from, to, now }) =>
      withTransaction(pool, async (client) => {
        if (!(await lockUser(client, userId))) return undefined;
        const { rowCount } = await client.query(
          'UPDATE password_credentials SET hash = $3, updated_at = $4 WHERE user_id = $1 AND hash = $2',
          [userId, from, to, now],
        );
        return rowCount === 0 ? undefined : afterPasswordChange(client, userId, 'PASSWORD_CHANGED', now);
      }),
    changeEmail: (use) => changeEmail(pool, use),
    purgeTokens: async (before) => {
      await pool.query('DELETE FROM one_time_tokens WHERE expires_at < $1', [before]);
    },
  };
}

/** Keeps a letter that is to be sent from being taken back until the transaction ends. False when it is not to be sent. */
async function lockLetter(client: pg.PoolClient, letterId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM letters WHERE id = $1 AND done_at IS NULL AND failed_at IS NULL FOR SHARE',
    [letterId],
  );
  return rowCount === 1;
}

/** Undefined when the account has another address by now: whoever reads the old one may be a stranger. */
async function findOwner(
  client: Pick<pg.ClientBase, 'query'>,
  { userId, email }: UsedToken,
): Promise<User | undefined> {
  const { rows } = await client.query<User>(
    `SELECT ${USER_COLUMNS} FROM users WHERE id = $1 AND email = $2`,
    [userId, email],
  );
  return rows[0];
}

async function verifyEmail(client: pg.PoolClient, use: TokenUse): Promise<User | TokenProblem> {
  const token = await useToken(client, 'EMAIL_VERIFY', use);
  if (typeof token === 'string') return token;
  // The address may have been changed since: then another one was proved.
  const { rows } = await client.query<User>(
    `UPDATE users SET email_verified_at = coalesce(email_verified_at, $3) WHERE id = $1 AND email = $2
     RETURNING ${USER_COLUMNS}`,
    [token.userId, token.email, use.now],
  );
  if (rows[0] === undefined) return 'INVALID';
  await appendAuditEvent(client, { type: 'EMAIL_VERIFIED', at: use.now, subjectId: token.userId });
  return rows[0];
}

async function resetPassword(
  client: pg.PoolClient,
  { passwordHash, ...use }: TokenUse & { readonly passwordHash: string },
): Promise<User | TokenProblem> {
  const token = await useToken(client, 'PASSWORD_RESET', use);
  if (typeof token === 'string') return token;
  if ((await findOwner(client, token)) === undefined) return 'INVALID';
  await client.query(
    `INSERT INTO password_credentials (user_id, hash, updated_at) VALUES ($1, $2, $3)
     ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, updated_at = excluded.updated_at`,
    [token.userId, passwordHash, use.now],
  );
  const { rowCount: isFirstProof } = await client.query(
    'UPDATE users SET email_verified_at = $3 WHERE id = $1 AND email = $2 AND email_verified_at IS NULL',
    [token.userId, token.email, use.now],
  );
  if (isFirstProof === 1) await removeOtherFactors(client, token.userId);
  return (await afterPasswordChange(client, token.userId, 'PASSWORD_RESET', use.now)) ?? 'INVALID';
}

/**
 * Whoever set them had never proved to hold the address, so they may be another's who registered it first: they would
 * keep its owner out of the account.
 */
async function removeOtherFactors(client: pg.PoolClient, userId: string): Promise<void> {
  for (const table of [
    'mfa_challenges',
    'recovery_codes',
    'totp_credentials',
    'passkeys',
    'passkey_challenges',
  ])
    await client.query(`DELETE FROM ${table} WHERE user_id = $1`, [userId]);
}

/** Whoever knew the old password is out, whatever they hold. */
async function afterPasswordChange(
  client: pg.PoolClient,
  userId: string,
  type: 'PASSWORD_CHANGED' | 'PASSWORD_RESET',
  now: Date,
): Promise<User | undefined> {
  await revokeSessions(client, { userId, reason: type, now });
  await client.query('DELETE FROM mfa_challenges WHERE user_id = $1', [userId]);
  // Letters first: from one that is being written just now there is a token after this, or there will be none.
  await client.query(
    `DELETE FROM letters WHERE user_id = $1 AND kind = 'EMAIL_CHANGE' AND done_at IS NULL AND failed_at IS NULL`,
    [userId],
  );
  await client.query(
    `DELETE FROM one_time_tokens WHERE user_id = $1 AND purpose IN ('PASSWORD_RESET', 'EMAIL_CHANGE')`,
    [userId],
  );
  const { rows } = await client.query<User>(`SELECT ${USER_COLUMNS} FROM users WHERE id = $1`, [userId]);
  const user = rows[0];
  if (user === undefined) return undefined;
  await addLetter(client, { id: newUuid(), kind: 'PASSWORD_CHANGED', email: user.email, userId, now });
  await appendAuditEvent(client, { type, at: now, subjectId: userId });
  return user;
}

async function changeEmail(
  pool: pg.Pool,
  { emailKeyOf, ...use }: TokenUse & { readonly emailKeyOf: (email: string) => string },
): Promise<User | TokenProblem | 'EMAIL_TAKEN'> {
  try {
    return await withTransaction(pool, async (client) => {
      const token = await useToken(client, 'EMAIL_CHANGE', use);
      if (typeof token === 'string') return token;
      const before = await client.query<{ email: string }>(
        'SELECT email FROM users WHERE id = $1 FOR UPDATE',
        [token.userId],
      );
      const { rows } = await client.query<User>(
        `UPDATE users SET email = $2, email_key = $3, email_verified_at = $4, version = version + 1, updated_at = $4
          WHERE id = $1 RETURNING ${USER_COLUMNS}`,
        [token.userId, token.email, emailKeyOf(token.email), use.now],
      );
      const [user] = rows;
      const [old] = before.rows;
      if (user === undefined || old === undefined) return 'INVALID';
      await client.query('DELETE FROM one_time_tokens WHERE user_id = $1 AND used_at IS NULL', [
        token.userId,
      ]);
      // To the old address: its owner must hear of it if it was not them.
      await addLetter(client, {
        id: newUuid(),
        kind: 'EMAIL_CHANGED',
        email: old.email,
        userId: token.userId,
        now: use.now,
      });
      await appendAuditEvent(client, { type: 'EMAIL_CHANGED', at: use.now, subjectId: token.userId });
      return user;
    });
  } catch (error) {
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) return 'EMAIL_TAKEN';
    throw error;
  }
}
