import type pg from 'pg';

/**
 * Makes administrators take turns until the transaction ends, and looks whether this one still is one: of two who suspend
 * or demote each other at once the second finds that it is too late.
 *
 * @returns false when they are suspended or erased, or have no role any more that may.
 */
export async function admitAdministrator(client: pg.PoolClient, actorId: string): Promise<boolean> {
  // Grants of the role, also those of other transactions, need the row to stay and are not held up.
  await client.query(`SELECT FROM roles WHERE role = 'ADMIN' FOR NO KEY UPDATE`);
  const { rows } = await client.query(
    `SELECT FROM users JOIN user_roles ON user_id = users.id JOIN role_scopes USING (role)
      WHERE users.id = $1 AND scope = 'users:admin' AND suspended_at IS NULL AND erased_at IS NULL`,
    [actorId],
  );
  return rows.length > 0;
}
