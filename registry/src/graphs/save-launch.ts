import { createHash } from 'node:crypto';
import type pg from 'pg';
import { appendAuditEvent } from '../store/audit-event.ts';
import type { NewLaunch } from './graph-store.ts';

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Inside the caller's transaction.
 *
 * @returns undefined when the number is taken: somebody else was first; of a contract's launch also when the contract has
 *   another filter by now, or is gone, and of any other when there is a contract.
 */
export async function saveLaunch(client: pg.PoolClient, launch: NewLaunch): Promise<number | undefined> {
  const { ref, after, subgraphs, composition, cause, actor } = launch;
  const { graphId, variant } = ref;
  const { supergraph, errors, hints } = composition;
  const number = after + 1;
  const filter = cause.kind === 'CONTRACT' ? JSON.stringify(cause.filter) : undefined;
  // A contract makes its variant; one that is deleted meanwhile stays deleted.
  if (filter === undefined)
    await client.query('INSERT INTO variants (graph_id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      graphId,
      variant,
    ]);
  // Whoever saves at the same time waits here, and then finds that the number is gone. Who changes a contract's filter after
  // this launches it after this.
  const { rowCount } = await client.query(
    `UPDATE variants SET latest_launch = $3, served_launch = CASE WHEN $4 THEN $3 ELSE served_launch END
      WHERE graph_id = $1 AND name = $2 AND latest_launch = $3 - 1
        AND $5::jsonb IS NOT DISTINCT FROM (SELECT c.filter FROM contracts c WHERE (c.graph_id, c.variant) = ($1, $2))`,
    [graphId, variant, number, supergraph !== undefined, filter],
  );
  if (rowCount !== 1) return undefined;

  const texts = subgraphs.map(({ sdl }) => sdl);
  if (supergraph !== undefined) texts.push(supergraph.sdl, supergraph.apiSdl);
  await saveDocuments(client, texts);
  await client.query(
    `INSERT INTO launches (graph_id, variant, number, cause, supergraph_hash, api_hash, errors, hints, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      graphId,
      variant,
      number,
      JSON.stringify(cause),
      supergraph === undefined ? null : hashOf(supergraph.sdl),
      supergraph === undefined ? null : hashOf(supergraph.apiSdl),
      JSON.stringify(errors),
      JSON.stringify(hints),
      actor,
    ],
  );
  await client.query(
    `INSERT INTO launch_subgraphs (graph_id, variant, number, name, url, sdl_hash, published_at)
     SELECT $1, $2, $3, * FROM unnest($4::text[], $5::text[], $6::text[], $7::timestamptz[])`,
    [
      graphId,
      variant,
      number,
      subgraphs.map(({ name }) => name),
      subgraphs.map(({ url }) => url),
      subgraphs.map(({ sdl }) => hashOf(sdl)),
      subgraphs.map(({ publishedAt }) => publishedAt),
    ],
  );
  await appendAuditEvent(client, { graphId, actor, type: 'LAUNCH', details: { variant, number, ...cause } });
  return number;
}

/** In one order, so that two launches never wait for each other's documents in a circle. */
async function saveDocuments(client: pg.PoolClient, texts: readonly string[]): Promise<void> {
  const byHash = new Map(texts.map((text) => [hashOf(text), text]));
  const hashes = [...byHash.keys()].sort();
  await client.query(
    `INSERT INTO documents (hash, content) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING`,
    [hashes, hashes.map((hash) => byHash.get(hash))],
  );
}
