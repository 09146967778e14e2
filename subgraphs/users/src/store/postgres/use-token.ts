import type pg from 'pg';
import type { TokenPurpose } from '../../domain/letters.ts';
import type { TokenProblem, TokenUse } from '../credential-store.ts';
import { lockUser } from './lock-user.ts';

export interface UsedToken {
  readonly userId: string;
  readonly email: string;
}

/** Looks at a token without using it up. */
export async function readToken(
  client: Pick<pg.ClientBase, 'query'>,
  purpose: TokenPurpose,
  { tokenHash, now }: TokenUse,
): Promise<UsedToken | TokenProblem> {
  const { rows } = await client.query<UsedToken & { expiresAt: Date; usedAt: Date | null }>(
    `SELECT user_id AS "userId", email, expires_at AS "expiresAt", used_at AS "usedAt"
       FROM one_time_tokens WHERE token_hash = $1 AND purpose = $2`,
    [tokenHash, purpose],
  );
  const token = rows[0];
  if (token === undefined || token.usedAt !== null) return 'INVALID';
  return token.expiresAt <= now ? 'EXPIRED' : token;
}

/** Uses a token up, inside the caller's transaction, and locks whose it is: of several callers one gets it. */
export async function useToken(
  client: pg.PoolClient,
  purpose: TokenPurpose,
  use: TokenUse,
): Promise<UsedToken | TokenProblem> {
  const found = await readToken(client, purpose, use);
  if (typeof found === 'string') return found;
  if (!(await lockUser(client, found.userId))) return 'INVALID';
  const { rows } = await client.query<UsedToken>(
    `UPDATE one_time_tokens SET used_at = $3
      WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > $3
      RETURNING user_id AS "userId", email`,
    [use.tokenHash, purpose, use.now],
  );
  return rows[0] ?? 'INVALID';
}
