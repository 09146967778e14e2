import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { MfaStatus, MfaStore, TotpCredential, TotpUse } from '../mfa-store.ts';
import { appendAuditEvent } from './audit-event.ts';
import { confirmEvidence } from './confirm-evidence.ts';
import { tellOwner } from './tell-owner.ts';

export function createPostgresMfaStore(pool: pg.Pool): MfaStore {
  return {
    findStatus: async (userIds) => {
      const { rows } = await pool.query<MfaStatus>(
        `SELECT user_id AS "userId", confirmed_at IS NOT NULL AS "totpEnabled",
                (SELECT count(*)::int FROM recovery_codes code
                  WHERE code.user_id = totp.user_id AND used_at IS NULL) AS "recoveryCodesRemaining"
           FROM totp_credentials totp WHERE user_id = ANY($1::uuid[])`,
        [userIds],
      );
      return rows;
    },
    findTotp: async (userId) => {
      const { rows } = await pool.query<TotpCredential>(
        `SELECT secret_sealed AS "secretSealed", confirmed_at AS "confirmedAt"
           FROM totp_credentials WHERE user_id = $1`,
        [userId],
      );
      return rows[0];
    },
    beginTotp: async ({ userId, secretSealed, now }) => {
      const { rowCount } = await pool.query(
        `INSERT INTO totp_credentials AS totp (user_id, secret_sealed, created_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET secret_sealed = excluded.secret_sealed, created_at = excluded.created_at
          WHERE totp.confirmed_at IS NULL`,
        [userId, secretSealed, now],
      );
      return rowCount === 1;
    },
    confirmTotp: ({ codeHashes, sessionId, ...use }) =>
      withTransaction(pool, async (client) => {
        const { userId, step, now } = use;
        const { rowCount } = await client.query(
          `UPDATE totp_credentials SET confirmed_at = $2, last_used_step = $3
            WHERE user_id = $1 AND confirmed_at IS NULL`,
          [userId, now, step],
        );
        if (rowCount !== 1) return false;
        await recordTotpUse(client, use);
        await client.query(
          `UPDATE sessions SET methods = methods || 'TOTP'::text
            WHERE id = $1 AND user_id = $2 AND 'TOTP' <> ALL (methods)`,
          [sessionId, userId],
        );
        await writeRecoveryCodes(client, userId, codeHashes);
        await tellOwner(client, 'MFA_ENABLED', userId, now);
        return true;
      }),
    useTotp: (use) => withTransaction(pool, (client) => useTotp(client, use)),
    useRecoveryCode: ({ userId, codeHash, now }) =>
      withTransaction(pool, async (client) => {
        const { rowCount } = await client.query(
          'UPDATE recovery_codes SET used_at = $3 WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL',
          [userId, codeHash, now],
        );
        if (rowCount !== 1) return false;
        await appendAuditEvent(client, { type: 'RECOVERY_CODE_USED', at: now, subjectId: userId });
        return true;
      }),
    replaceRecoveryCodes: ({ userId, codeHashes, now }) =>
      withTransaction(pool, async (client) => {
        await writeRecoveryCodes(client, userId, codeHashes);
        await appendAuditEvent(client, { type: 'RECOVERY_CODES_REPLACED', at: now, subjectId: userId });
      }),
    disableTotp: ({ userId, now }) =>
      withTransaction(pool, async (client) => {
        const { rowCount } = await client.query(
          'DELETE FROM totp_credentials WHERE user_id = $1 AND confirmed_at IS NOT NULL',
          [userId],
        );
        if (rowCount !== 1) return false;
        await client.query('DELETE FROM recovery_codes WHERE user_id = $1', [userId]);
        await tellOwner(client, 'MFA_DISABLED', userId, now);
        return true;
      }),
    addChallenge: ({ idHash, userId, passwordHash, expiresAt }) =>
      withTransaction(pool, async (client) => {
        if (!(await confirmEvidence(client, userId, { passwordHash }))) return false;
        await client.query('INSERT INTO mfa_challenges (id_hash, user_id, expires_at) VALUES ($1, $2, $3)', [
          idHash,
          userId,
          expiresAt,
        ]);
        return true;
      }),
    tryChallenge: async (idHash, maxAttempts, now) => {
      const { rows } = await pool.query<{ userId: string }>(
        `UPDATE mfa_challenges SET attempts = attempts + 1 WHERE id_hash = $1 AND attempts < $2 AND expires_at > $3
         RETURNING user_id AS "userId"`,
        [idHash, maxAttempts, now],
      );
      return rows[0]?.userId;
    },
    purgeChallenges: async (before) => {
      await pool.query('DELETE FROM mfa_challenges WHERE expires_at < $1', [before]);
    },
    purgeTotpUses: async (before) => {
      await pool.query('DELETE FROM totp_uses WHERE used_at < $1', [before]);
    },
  };
}

/** The lock of the credential makes codes of one account take turns. */
async function useTotp(client: pg.PoolClient, use: TotpUse): Promise<'USED' | 'REFUSED' | 'REUSED'> {
  const { userId, step, usedBy, now } = use;
  const used = await client.query(
    'UPDATE totp_credentials SET last_used_step = $2 WHERE user_id = $1 AND last_used_step < $2',
    [userId, step],
  );
  if (used.rowCount === 1) {
    await recordTotpUse(client, use);
    return 'USED';
  }
  const reused = await client.query(
    `UPDATE totp_uses SET reused_at = $4
      WHERE user_id = $1 AND step = $2 AND used_by <> $3 AND reused_at IS NULL`,
    [userId, step, usedBy, now],
  );
  if (reused.rowCount !== 1) return 'REFUSED';
  await tellOwner(client, 'TOTP_CODE_REUSED', userId, now);
  return 'REUSED';
}

async function recordTotpUse(client: pg.PoolClient, { userId, step, usedBy, now }: TotpUse): Promise<void> {
  await client.query('INSERT INTO totp_uses (user_id, step, used_at, used_by) VALUES ($1, $2, $3, $4)', [
    userId,
    step,
    now,
    usedBy,
  ]);
}

async function writeRecoveryCodes(
  client: pg.PoolClient,
  userId: string,
  codeHashes: readonly Buffer[],
): Promise<void> {
  await client.query('DELETE FROM recovery_codes WHERE user_id = $1', [userId]);
  await client.query('INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, unnest($2::bytea[])', [
    userId,
    codeHashes,
  ]);
}
