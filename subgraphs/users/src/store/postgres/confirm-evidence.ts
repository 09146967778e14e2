import type pg from 'pg';
import type { Evidence } from '../session-store.ts';
import { lockUser } from './lock-user.ts';

/**
 * Looks once more at what somebody proved to be this user with: a new password ends what the old one began, also when
 * that is only beginning now. The user's lock, which a change of password takes too, keeps it so until the transaction ends.
 */
export async function confirmEvidence(
  client: pg.PoolClient,
  userId: string,
  evidence: Evidence,
): Promise<boolean> {
  if (!(await lockUser(client, userId))) return false;
  const { rowCount } = await client.query(...lookUp(userId, evidence));
  return rowCount === 1;
}

function lookUp(userId: string, evidence: Evidence): [sql: string, values: unknown[]] {
  if ('passwordHash' in evidence)
    return [
      'SELECT FROM password_credentials WHERE user_id = $1 AND hash = $2',
      [userId, evidence.passwordHash],
    ];
  if ('passkeyId' in evidence)
    return ['SELECT FROM passkeys WHERE user_id = $1 AND id = $2', [userId, evidence.passkeyId]];
  return [
    'DELETE FROM mfa_challenges WHERE user_id = $1 AND id_hash = $2',
    [userId, evidence.challengeIdHash],
  ];
}
