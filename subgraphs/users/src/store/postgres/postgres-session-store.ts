import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { appendAuditEvent } from './audit-event.ts';
import { rotateRefreshToken } from './rotate-refresh-token.ts';
import type { NewSession, SessionStore } from '../session-store.ts';
import { USER_COLUMNS } from './user-columns.ts';
import type { User } from '../user-store.ts';

export function createPostgresSessionStore(pool: pg.Pool): SessionStore {
  return {
    start: (session) => withTransaction(pool, (client) => start(client, session)),
    rotate: (rotation) => withTransaction(pool, (client) => rotateRefreshToken(client, rotation)),
    end: ({ id, userId, now }) =>
      withTransaction(pool, async (client) => {
        const { rowCount } = await client.query(
          `UPDATE sessions SET revoked_at = $3, revoke_reason = 'SIGN_OUT'
            WHERE id = $1 AND user_id = $2 AND revoked_at IS NULL AND absolute_expires_at > $3`,
          [id, userId, now],
        );
        if (rowCount === 0) return false;
        await appendAuditEvent(client, { type: 'SIGNED_OUT', at: now, subjectId: userId, sessionId: id });
        return true;
      }),
    recordSignInFailure: ({ userId, now }) =>
      appendAuditEvent(pool, { type: 'SIGN_IN_FAILED', at: now, subjectId: userId }),
  };
}

async function start(client: pg.PoolClient, session: NewSession): Promise<User | undefined> {
  const { rows } = await client.query<User>(
    `UPDATE users SET last_sign_in_at = $2 WHERE id = $1 RETURNING ${USER_COLUMNS}`,
    [session.userId, session.authTime],
  );
  const user = rows[0];
  if (user === undefined) return undefined;
  await client.query(
    `INSERT INTO sessions (id, user_id, auth_time, last_seen_at, absolute_expires_at) VALUES ($1, $2, $3, $3, $4)`,
    [session.id, session.userId, session.authTime, session.absoluteExpiresAt],
  );
  await client.query(
    `INSERT INTO refresh_tokens (token_hash, session_id, generation, created_at, expires_at)
     VALUES ($1, $2, 1, $3, $4)`,
    [session.refreshTokenHash, session.id, session.authTime, session.refreshTokenExpiresAt],
  );
  await appendAuditEvent(client, {
    type: 'SIGNED_IN',
    at: session.authTime,
    subjectId: session.userId,
    sessionId: session.id,
  });
  return user;
}
