import type pg from 'pg';
import type { GraphRef } from './graph-ref.ts';
import type { LaunchCause } from './graph-store.ts';

export interface PastLaunch {
  readonly number: number;
  readonly cause: LaunchCause;
  readonly succeeded: boolean;
  readonly errors: number;
  readonly hints: number;
  readonly createdBy: string;
  readonly createdAt: Date;
}

/** A launch in which a subgraph got another schema. */
export interface SubgraphVersion {
  readonly number: number;
  /** Null: the subgraph was not there in the launch before. */
  readonly previous: number | null;
  readonly cause: LaunchCause;
  readonly succeeded: boolean;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export type SubgraphDifference = {
  readonly name: string;
  readonly change: 'ADDED' | 'REMOVED' | 'CHANGED' | 'MOVED';
};

/** Launches older than `before`, the newest first. */
export interface Slice {
  readonly before: number | undefined;
  readonly limit: number;
}

const values = ({ graphId, variant }: GraphRef): readonly [string, string] => [graphId, variant];

export async function pastLaunches(
  pool: pg.Pool,
  ref: GraphRef,
  { before, limit }: Slice,
): Promise<readonly PastLaunch[]> {
  const { rows } = await pool.query<PastLaunch>(
    `SELECT number, cause, supergraph_hash IS NOT NULL AS succeeded, jsonb_array_length(errors) AS errors,
            jsonb_array_length(hints) AS hints, created_by AS "createdBy", created_at AS "createdAt"
       FROM launches WHERE graph_id = $1 AND variant = $2 AND number < $3 ORDER BY number DESC LIMIT $4`,
    [...values(ref), before ?? MAX_NUMBER, limit],
  );
  return rows;
}

export async function subgraphVersions(
  pool: pg.Pool,
  ref: GraphRef,
  name: string,
  { before, limit }: Slice,
): Promise<readonly SubgraphVersion[]> {
  const { rows } = await pool.query<SubgraphVersion>(
    `SELECT l.number, p.number AS previous, l.cause, l.supergraph_hash IS NOT NULL AS succeeded,
            l.created_by AS "createdBy", l.created_at AS "createdAt"
       FROM launch_subgraphs s
       JOIN launches l USING (graph_id, variant, number)
       LEFT JOIN launch_subgraphs p
         ON (p.graph_id, p.variant, p.number, p.name) = (s.graph_id, s.variant, s.number - 1, s.name)
      WHERE s.graph_id = $1 AND s.variant = $2 AND s.name = $3 AND s.number < $4
        AND s.sdl_hash IS DISTINCT FROM p.sdl_hash
      ORDER BY s.number DESC LIMIT $5`,
    [...values(ref), name, before ?? MAX_NUMBER, limit],
  );
  return rows;
}

/** What one launch was made from and the other was not, by name. */
export async function subgraphDifferences(
  pool: pg.Pool,
  ref: GraphRef,
  from: number,
  to: number,
): Promise<readonly SubgraphDifference[]> {
  const { rows } = await pool.query<SubgraphDifference>(
    `WITH a AS (SELECT * FROM launch_subgraphs WHERE graph_id = $1 AND variant = $2 AND number = $3),
          b AS (SELECT * FROM launch_subgraphs WHERE graph_id = $1 AND variant = $2 AND number = $4)
     SELECT name, CASE WHEN a.sdl_hash IS NULL THEN 'ADDED' WHEN b.sdl_hash IS NULL THEN 'REMOVED'
                       WHEN a.sdl_hash <> b.sdl_hash THEN 'CHANGED' ELSE 'MOVED' END AS change
       FROM a FULL JOIN b USING (name)
      WHERE (a.sdl_hash, a.url) IS DISTINCT FROM (b.sdl_hash, b.url) ORDER BY name`,
    [...values(ref), from, to],
  );
  return rows;
}

const MAX_NUMBER = 2_147_483_647;
