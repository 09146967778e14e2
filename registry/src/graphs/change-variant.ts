import type pg from 'pg';
import { appendAuditEvent } from '../store/audit-event.ts';
import type { GraphRef } from './graph-ref.ts';
import type { Readme } from './graph-store.ts';

/** Inside the caller's transaction. What was counted of its operations stays until it is old. */
export async function deleteVariant(
  client: pg.PoolClient,
  { graphId, variant }: GraphRef,
  actor: string,
): Promise<boolean> {
  const values = [graphId, variant];
  // Whoever launches at the same time waits here, and then makes the variant anew.
  const { rowCount } = await client.query(
    'SELECT FROM variants WHERE graph_id = $1 AND name = $2 FOR UPDATE',
    values,
  );
  if (rowCount !== 1) return false;
  for (const table of ['launch_subgraphs', 'launches'])
    await client.query(`DELETE FROM ${table} WHERE graph_id = $1 AND variant = $2`, values);
  await client.query('DELETE FROM variants WHERE graph_id = $1 AND name = $2', values);
  await appendAuditEvent(client, { graphId, actor, type: 'VARIANT_DELETED', details: { variant } });
  return true;
}

/** Inside the caller's transaction. */
export async function saveReadme(
  client: pg.PoolClient,
  { graphId, variant }: GraphRef,
  content: string,
  actor: string,
): Promise<Readme | undefined> {
  const { rows } = await client.query<Readme>(
    `INSERT INTO readmes (graph_id, variant, content)
     SELECT graph_id, name, $3 FROM variants WHERE graph_id = $1 AND name = $2
     ON CONFLICT (graph_id, variant) DO UPDATE SET content = excluded.content, updated_at = now()
     RETURNING content, updated_at AS "updatedAt"`,
    [graphId, variant, content],
  );
  if (rows[0] !== undefined)
    await appendAuditEvent(client, { graphId, actor, type: 'README_PUBLISHED', details: { variant } });
  return rows[0];
}
