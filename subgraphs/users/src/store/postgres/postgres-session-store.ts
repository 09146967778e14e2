import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { appendAuditEvent } from './audit-event.ts';
import { confirmEvidence } from './confirm-evidence.ts';
import { rotateRefreshToken } from './rotate-refresh-token.ts';
import { revokeSessions } from './revoke-sessions.ts';
import type { AuthMethod, LiveSession, NewSession, Proof, SessionStore } from '../session-store.ts';
import { USER_COLUMNS } from './user-columns.ts';
import type { User } from '../user-store.ts';

const MOST_SHOWN = 100;
/** Those that do where the password alone does not. */
const STRONG_METHODS: readonly AuthMethod[] = ['TOTP', 'RECOVERY_CODE', 'PASSKEY'];

/** A session lives as long as its refresh token can be exchanged. */
const SELECT_LIVE = `
  SELECT live.* FROM unnest($1::uuid[]) AS owner (id) CROSS JOIN LATERAL (
    SELECT session.id, session.user_id AS "userId", auth_time AS "authTime", session.created_at AS "createdAt", last_seen_at AS "lastSeenAt",
           expires_at AS "expiresAt", ip_address AS "ipAddress", user_agent AS "userAgent", methods
      FROM sessions session JOIN refresh_tokens token ON token.session_id = session.id AND token.used_at IS NULL
     WHERE session.user_id = owner.id AND revoked_at IS NULL AND absolute_expires_at > $2 AND expires_at > $2
     ORDER BY last_seen_at DESC, session.id DESC LIMIT $3) live`;

export function createPostgresSessionStore(pool: pg.Pool): SessionStore {
  return {
    start: (session) => withTransaction(pool, (client) => start(client, session)),
    rotate: (rotation) => withTransaction(pool, (client) => rotateRefreshToken(client, rotation)),
    findLive: async (userIds, now) => {
      const { rows } = await pool.query<LiveSession>(SELECT_LIVE, [userIds, now, MOST_SHOWN]);
      return rows;
    },
    findProof: async ({ id, userId, now }) => {
      const { rows } = await pool.query<Proof>(
        `SELECT auth_time AS "authTime", methods FROM sessions
          WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND absolute_expires_at > $3
            AND (methods && $4 OR NOT EXISTS (
              SELECT 1 FROM totp_credentials t WHERE t.user_id = $2 AND t.confirmed_at IS NOT NULL))`,
        [id, userId, now, STRONG_METHODS],
      );
      return rows[0];
    },
    renewAuthTime: async ({ id, userId, methods, now }) => {
      const { rowCount } = await pool.query(
        `UPDATE sessions SET auth_time = $3,
                methods = methods || ARRAY(SELECT given FROM unnest($4::text[]) given WHERE given <> ALL (methods))
          WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND absolute_expires_at > $3`,
        [id, userId, now, methods],
      );
      return rowCount === 1;
    },
    end: (session) => withTransaction(pool, (client) => end(client, session, 'SIGN_OUT', 'SIGNED_OUT')),
    revoke: (session) => withTransaction(pool, (client) => end(client, session, 'USER', 'SESSION_REVOKED')),
    revokeAll: ({ userId, except, now }) =>
      withTransaction(pool, async (client) => {
        const count = await revokeSessions(client, { userId, reason: 'USER', except, now });
        if (count > 0)
          await appendAuditEvent(client, { type: 'SESSIONS_REVOKED', at: now, subjectId: userId });
        return count;
      }),
    purgeEnded: async (before) => {
      await pool.query('DELETE FROM sessions WHERE revoked_at < $1 OR absolute_expires_at < $1', [before]);
    },
    recordSignInFailure: ({ userId, now }) =>
      appendAuditEvent(pool, { type: 'SIGN_IN_FAILED', at: now, subjectId: userId }),
  };
}

async function end(
  client: pg.PoolClient,
  { id, userId, now }: { readonly id: string; readonly userId: string; readonly now: Date },
  reason: 'SIGN_OUT' | 'USER',
  type: 'SIGNED_OUT' | 'SESSION_REVOKED',
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE sessions SET revoked_at = $3, revoke_reason = $4
      WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND absolute_expires_at > $3`,
    [id, userId, now, reason],
  );
  if (rowCount === 0) return false;
  await appendAuditEvent(client, { type, at: now, subjectId: userId, sessionId: id });
  return true;
}

async function start(client: pg.PoolClient, session: NewSession): Promise<User | undefined> {
  if (!(await confirmEvidence(client, session.userId, session.evidence))) return undefined;
  const { rows } = await client.query<User>(
    `UPDATE users SET last_sign_in_at = $2 WHERE id = $1 AND suspended_at IS NULL AND erased_at IS NULL
     RETURNING ${USER_COLUMNS}`,
    [session.userId, session.now],
  );
  const user = rows[0];
  if (user === undefined) return undefined;
  await client.query(
    `INSERT INTO sessions (id, user_id, auth_time, created_at, last_seen_at, absolute_expires_at, methods, ip_address, user_agent)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8)`,
    [
      session.id,
      session.userId,
      session.authTime,
      session.now,
      session.absoluteExpiresAt,
      session.methods,
      session.ipAddress ?? null,
      session.userAgent ?? null,
    ],
  );
  await client.query(
    `INSERT INTO refresh_tokens (token_hash, session_id, generation, created_at, expires_at)
     VALUES ($1, $2, 1, $3, $4)`,
    [session.refreshTokenHash, session.id, session.now, session.refreshTokenExpiresAt],
  );
  await appendAuditEvent(client, {
    type: 'SIGNED_IN',
    at: session.now,
    subjectId: session.userId,
    sessionId: session.id,
  });
  return user;
}
