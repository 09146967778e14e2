import type pg from 'pg';
import type { GitContext } from '../graphs/graph-store.ts';
import type { GraphRef } from '../graphs/graph-ref.ts';

export interface PastCheck {
  readonly id: string;
  /** Null: a schema that is no subgraph. */
  readonly subgraph: string | null;
  readonly passed: boolean;
  readonly compositionErrors: number;
  readonly changes: number;
  readonly failingChanges: number;
  readonly git: GitContext;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface ChecksSlice {
  /** Id of a check: those before it; undefined: the newest. */
  readonly before: string | undefined;
  readonly limit: number;
  /** Undefined: both. */
  readonly passed: boolean | undefined;
}

/** Checks of a variant, the newest first. */
export async function pastChecks(
  pool: pg.Pool,
  { graphId, variant }: GraphRef,
  { before, limit, passed }: ChecksSlice,
): Promise<readonly PastCheck[]> {
  const { rows } = await pool.query<PastCheck>(
    `SELECT id::text, subgraph, passed, git, created_by AS "createdBy", created_at AS "createdAt",
            coalesce(jsonb_array_length(result #> '{composition,errors}'), 0) AS "compositionErrors",
            coalesce(jsonb_array_length(result #> '{operations,changes}'), 0) AS changes,
            jsonb_array_length(jsonb_path_query_array(result, '$.operations.changes[*] ? (@.fails == true)'))
              AS "failingChanges"
       FROM checks
      WHERE graph_id = $1 AND variant = $2 AND ($3::bigint IS NULL OR id < $3) AND ($4::boolean IS NULL OR passed = $4)
      ORDER BY checks.id DESC LIMIT $5`,
    [graphId, variant, before ?? null, passed ?? null, limit],
  );
  return rows;
}
