import type pg from 'pg';

export interface PastEvent {
  readonly id: string;
  readonly at: Date;
  readonly actor: string;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What was done to a graph before the event `before`, the newest first. */
export async function auditEvents(
  pool: pg.Pool,
  graphId: string,
  before: string | undefined,
  limit: number,
): Promise<readonly PastEvent[]> {
  const { rows } = await pool.query<PastEvent>(
    `SELECT id::text, at, actor, type, details FROM audit_events
      WHERE graph_id = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY audit_events.id DESC LIMIT $3`,
    [graphId, before ?? null, limit],
  );
  return rows;
}
