import type pg from 'pg';
import { decideRotation, type PresentedToken, type TokenFamily } from '../../domain/refresh-rotation.ts';
import { refreshTokenExpiry } from '../../domain/session-lifetime.ts';
import { appendAuditEvent } from './audit-event.ts';
import type { Rotation, RotationResult, Session } from '../session-store.ts';

type SessionRow = Session & Omit<TokenFamily, 'newestGeneration'>;
type TokenRow = PresentedToken & {
  readonly newestGeneration: number;
  readonly sealedSuccessor: Buffer | null;
};

/**
 * Exchanges a refresh token, inside the caller's transaction.
 *
 * The lock is on the session, and the token is read only once it is held: of many callers with one token
 * the first rotates and the others see a used token with its successor.
 */
export async function rotateRefreshToken(client: pg.PoolClient, rotation: Rotation): Promise<RotationResult> {
  const { presentedHash, now } = rotation;
  const session = await lockSession(client, presentedHash);
  const token = session === undefined ? undefined : await readToken(client, presentedHash);
  if (session === undefined || token === undefined) return { kind: 'INVALID', expired: false };
  const family = { ...session, newestGeneration: token.newestGeneration };
  const decision = decideRotation(token, family, now);
  switch (decision) {
    case 'ENDED':
      return { kind: 'INVALID', expired: false };
    case 'EXPIRED':
      return { kind: 'INVALID', expired: true };
    case 'REUSED':
      await endReusedSession(client, session, now);
      return { kind: 'REUSED' };
    case 'REPLAY':
      return replay(client, session, token);
    case 'ROTATE':
      return rotate(client, session, token, rotation);
    default:
      return decision satisfies never;
  }
}

async function lockSession(client: pg.PoolClient, presentedHash: Buffer): Promise<SessionRow | undefined> {
  const { rows } = await client.query<SessionRow>(
    `SELECT id, user_id AS "userId", auth_time AS "authTime", revoked_at AS "revokedAt",
            absolute_expires_at AS "absoluteExpiresAt"
       FROM sessions WHERE id = (SELECT session_id FROM refresh_tokens WHERE token_hash = $1) FOR UPDATE`,
    [presentedHash],
  );
  return rows[0];
}

async function readToken(client: pg.PoolClient, presentedHash: Buffer): Promise<TokenRow | undefined> {
  const { rows } = await client.query<TokenRow>(
    `SELECT generation, expires_at AS "expiresAt", used_at AS "usedAt", sealed_successor AS "sealedSuccessor",
            (SELECT max(generation) FROM refresh_tokens newest
              WHERE newest.session_id = presented.session_id) AS "newestGeneration"
       FROM refresh_tokens presented WHERE token_hash = $1`,
    [presentedHash],
  );
  return rows[0];
}

async function endReusedSession(client: pg.PoolClient, session: Session, now: Date): Promise<void> {
  await client.query(`UPDATE sessions SET revoked_at = $2, revoke_reason = 'TOKEN_REUSE' WHERE id = $1`, [
    session.id,
    now,
  ]);
  await appendAuditEvent(client, {
    type: 'TOKEN_REUSED',
    at: now,
    subjectId: session.userId,
    sessionId: session.id,
  });
}

async function replay(client: pg.PoolClient, session: Session, token: TokenRow): Promise<RotationResult> {
  const { rows } = await client.query<{ expiresAt: Date }>(
    `SELECT expires_at AS "expiresAt" FROM refresh_tokens WHERE session_id = $1 AND generation = $2`,
    [session.id, token.newestGeneration],
  );
  const expiresAt = rows[0]?.expiresAt;
  if (expiresAt === undefined || token.sealedSuccessor === null) {
    throw new Error('a used refresh token has no successor');
  }
  return { kind: 'REPLAYED', session, expiresAt, sealedSuccessor: token.sealedSuccessor };
}

async function rotate(
  client: pg.PoolClient,
  session: SessionRow,
  token: TokenRow,
  { presentedHash, successorHash, sealedSuccessor, now }: Rotation,
): Promise<RotationResult> {
  const expiresAt = refreshTokenExpiry(now, session.absoluteExpiresAt);
  await client.query('UPDATE refresh_tokens SET used_at = $2, sealed_successor = $3 WHERE token_hash = $1', [
    presentedHash,
    now,
    sealedSuccessor,
  ]);
  await client.query(
    `INSERT INTO refresh_tokens (token_hash, session_id, generation, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5)`,
    [successorHash, session.id, token.generation + 1, now, expiresAt],
  );
  await client.query('UPDATE sessions SET last_seen_at = $2 WHERE id = $1', [session.id, now]);
  return { kind: 'ROTATED', session, expiresAt };
}
