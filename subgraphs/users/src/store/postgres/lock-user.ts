import type pg from 'pg';

/**
 * Makes writes about one user take turns until the transaction ends; before any other lock, so that none waits for the
 * other's. False when there is no such user any more.
 */
export async function lockUser(client: pg.PoolClient, userId: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM users WHERE id = $1 AND erased_at IS NULL FOR NO KEY UPDATE',
    [userId],
  );
  return rowCount === 1;
}
