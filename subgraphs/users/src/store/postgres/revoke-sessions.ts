import type pg from 'pg';

/** Ends sessions that live. @returns how many. */
export async function revokeSessions(
  client: Pick<pg.ClientBase, 'query'>,
  {
    userId,
    reason,
    except,
    now,
  }: {
    readonly userId: string;
    readonly reason: string;
    readonly except?: string | undefined;
    readonly now: Date;
  },
): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE sessions SET revoked_at = $3, revoke_reason = $2
      WHERE user_id = $1 AND revoked_at IS NULL AND absolute_expires_at > $3 AND id IS DISTINCT FROM $4`,
    [userId, reason, now, except ?? null],
  );
  return rowCount ?? 0;
}
