import type pg from 'pg';

export interface AuditEvent {
  readonly graphId: string;
  /** Name and id of the key, or `command line`. */
  readonly actor: string;
  readonly type: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Inside the transaction of what it tells about: there is no change without its event. */
export async function appendAuditEvent(
  client: pg.PoolClient,
  { graphId, actor, type, details }: AuditEvent,
): Promise<void> {
  await client.query('INSERT INTO audit_events (graph_id, actor, type, details) VALUES ($1, $2, $3, $4)', [
    graphId,
    actor,
    type,
    JSON.stringify(details),
  ]);
}
