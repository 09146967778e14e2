import type pg from 'pg';
import type { RecordedOperation } from '../schema-work/protocol.ts';

export interface UsedOperation extends RecordedOperation {
  /** Empty: it has none. */
  readonly name: string;
  readonly requests: number;
}

export interface ClientUsage {
  readonly operationId: string;
  readonly clientName: string;
  readonly clientVersion: string;
  readonly requests: number;
}

export interface Window {
  readonly graphId: string;
  readonly variants: readonly string[];
  readonly from: Date;
  readonly to: Date;
}

export interface UsageStore {
  /** The operations that ran, the most frequent first, up to `limit`. */
  operations(window: Window, limit: number): Promise<readonly UsedOperation[]>;
  /** Who sent operations, the most frequent first. */
  clients(window: Window, operationIds: readonly string[]): Promise<readonly ClientUsage[]>;
  /** Forgets what ran before. */
  forget(before: Date): Promise<void>;
}

/** A report that is sent again comes within minutes. */
const KEEP_DIGESTS = "interval '1 hour'";

const IN_WINDOW = `graph_id = $1 AND variant = ANY($2) AND hour >= date_trunc('hour', $3::timestamptz) AND hour <= $4`;

export function createUsageStore(pool: pg.Pool): UsageStore {
  const values = ({ graphId, variants, from, to }: Window): unknown[] => [graphId, variants, from, to];
  return {
    operations: async (window, limit) =>
      (
        await pool.query<UsedOperation>(
          `WITH used AS (
             SELECT operation_id, sum(requests)::bigint AS requests FROM operation_usage WHERE ${IN_WINDOW}
              GROUP BY operation_id ORDER BY requests DESC LIMIT $5)
           SELECT o.id, o.name, o.signature, u.requests,
                  coalesce(array_agg(DISTINCT field ORDER BY field) FILTER (WHERE field IS NOT NULL), '{}') AS fields
             FROM used u
             JOIN recorded_operations o ON o.graph_id = $1 AND o.variant = ANY($2) AND o.id = u.operation_id
             LEFT JOIN unnest(o.fields) AS field ON true
            GROUP BY o.id, o.name, o.signature, u.requests
            ORDER BY u.requests DESC, o.id`,
          [...values(window), limit],
        )
      ).rows,
    clients: async (window, operationIds) =>
      (
        await pool.query<ClientUsage>(
          `SELECT operation_id AS "operationId", client_name AS "clientName", client_version AS "clientVersion",
                  sum(requests)::bigint AS requests
             FROM operation_usage WHERE ${IN_WINDOW} AND operation_id = ANY($5)
            GROUP BY 1, 2, 3 ORDER BY requests DESC, 1, 2, 3`,
          [...values(window), operationIds],
        )
      ).rows,
    forget: async (before) => {
      await pool.query('DELETE FROM operation_usage WHERE hour < $1', [before]);
      await pool.query('DELETE FROM operation_latency WHERE hour < $1', [before]);
      await pool.query(
        `DELETE FROM recorded_operations o WHERE first_seen < $1
            AND NOT EXISTS (SELECT FROM operation_usage u
                             WHERE (u.graph_id, u.variant, u.operation_id) = (o.graph_id, o.variant, o.id))
            AND NOT EXISTS (SELECT FROM operation_latency l
                             WHERE (l.graph_id, l.variant, l.operation_id) = (o.graph_id, o.variant, o.id))`,
        [before],
      );
      await pool.query(`DELETE FROM usage_reports WHERE received_at < now() - ${KEEP_DIGESTS}`);
    },
  };
}
