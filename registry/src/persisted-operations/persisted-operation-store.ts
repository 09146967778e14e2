import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { GraphRef } from '../graphs/graph-ref.ts';
import type { PersistedOperation } from './persisted-operation.ts';
import { saveOperations, type PublishOutcome } from './save-operations.ts';

export interface Revision {
  readonly revision: number;
  /** SHA-256 of the manifest's text. */
  readonly manifestHash: string;
}

export interface PersistedOperationStore {
  /** What is registered for any of the variants, up to `limit`. */
  list(
    graphId: string,
    variants: readonly string[],
    limit: number,
  ): Promise<readonly (PersistedOperation & { readonly variant: string })[]>;
  /** Adds to a variant's list, and changes names in it: all or nothing. */
  publish(ref: GraphRef, operations: readonly PersistedOperation[], actor: string): Promise<PublishOutcome>;
  /** Undefined: nothing was ever registered. */
  latestRevision(ref: GraphRef): Promise<Revision | undefined>;
  /** Text of any list there was, by its hash: who knows the hash has seen the list, or was told by who may. */
  manifest(hash: string): Promise<string | undefined>;
}

export function createPersistedOperationStore(pool: pg.Pool): PersistedOperationStore {
  return {
    list: async (graphId, variants, limit) =>
      (
        await pool.query<PersistedOperation & { readonly variant: string }>(
          `SELECT variant, id, name, type, body, client_name AS "clientName" FROM persisted_operations
            WHERE graph_id = $1 AND variant = ANY($2) ORDER BY variant, client_name, id LIMIT $3`,
          [graphId, variants, limit],
        )
      ).rows,
    publish: (ref, operations, actor) =>
      withTransaction(pool, (client) => saveOperations(client, ref, operations, actor)),
    latestRevision: async ({ graphId, variant }) =>
      (
        await pool.query<Revision>(
          `SELECT revision, manifest_hash AS "manifestHash" FROM persisted_revisions
            WHERE graph_id = $1 AND variant = $2 ORDER BY revision DESC LIMIT 1`,
          [graphId, variant],
        )
      ).rows[0],
    manifest: async (hash) =>
      (
        await pool.query<{ content: string }>(
          `SELECT content FROM documents WHERE hash = $1
              AND EXISTS (SELECT FROM persisted_revisions WHERE manifest_hash = $1)`,
          [hash],
        )
      ).rows[0]?.content,
  };
}
