import type pg from 'pg';
import type { KeyRecord } from './key-store.ts';
import type { Viewer } from './viewer.ts';

/** A key with what it is limited to. */
export interface DescribedKey extends KeyRecord {
  /** Null: every variant. */
  readonly variant: string | null;
  /** Null: every subgraph. */
  readonly subgraphs: NonNullable<Viewer['subgraphs']> | null;
  readonly createdBy: string;
}

/** The keys of a graph that hold, the newest first. */
export async function describeKeys(pool: pg.Pool, graphId: string): Promise<readonly DescribedKey[]> {
  const { rows } = await pool.query<DescribedKey>(
    `SELECT id, name, role, token_hint AS hint, variant, subgraphs, created_by AS "createdBy", created_at AS "createdAt"
       FROM api_keys WHERE graph_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id`,
    [graphId],
  );
  return rows;
}
