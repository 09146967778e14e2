import type pg from 'pg';

export const CHANNEL = 'payments_changes';
const BATCH = 1_000;

/**
 * Tells everybody who listens what transactions have left to be told (migration 070): each once, by whichever instance
 * takes it first. It is gone when it is told, and there still when that fails.
 *
 * @returns whether there may be more.
 */
export async function tellChanges(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ taken: number }>(
    `WITH taken AS (
       DELETE FROM untold_changes
       WHERE ctid = ANY (ARRAY(SELECT ctid FROM untold_changes LIMIT $2 FOR UPDATE SKIP LOCKED))
       RETURNING payload
     ), told AS (SELECT pg_notify($1, payload) FROM (SELECT DISTINCT payload FROM taken) changes)
     SELECT (SELECT count(*)::int FROM taken) AS taken, (SELECT count(*) FROM told)`,
    [CHANNEL, BATCH],
  );
  return rows[0]?.taken === BATCH;
}
