import type pg from 'pg';
import type { GraphRef } from '../graphs/graph-ref.ts';
import type { Histogram } from './percentile.ts';
import type { Period } from './period.ts';

/** What happened in one part of a period. */
export interface UsageBin {
  readonly from: Date;
  readonly requests: number;
  readonly errors: number;
  readonly latency: Histogram;
}

export interface OperationStatistics {
  readonly id: string;
  /** Empty: it has none. */
  readonly name: string;
  readonly requests: number;
  readonly errors: number;
  readonly clients: number;
  readonly latency: Histogram;
}

export interface ClientStatistics {
  readonly name: string;
  readonly version: string;
  readonly requests: number;
  readonly errors: number;
  readonly operations: number;
  readonly lastHour: Date;
}

export interface FieldUse {
  /** `Type.field` as operations select it. */
  readonly coordinate: string;
  readonly requests: number;
  readonly operations: number;
}

export interface KnownOperation {
  readonly id: string;
  readonly name: string;
  readonly signature: string;
  readonly fields: readonly string[];
  readonly firstSeen: Date;
}

/** Where a list goes on that is sorted by requests, the most first, and then by key. */
export interface Position {
  readonly requests: number;
  readonly key: readonly string[];
}

export interface UsageStatistics {
  /** One for each part of the period; of one operation if it is named. */
  overTime(ref: GraphRef, period: Period, operationId?: string): Promise<readonly UsageBin[]>;
  /** Key of a position: the id. Those that select one of `fields`, if there are any. */
  operations(
    ref: GraphRef,
    period: Period,
    after: Position | undefined,
    limit: number,
    fields?: readonly string[],
  ): Promise<readonly OperationStatistics[]>;
  /** Key of a position: name and version. Of one operation if it is named. */
  clients(
    ref: GraphRef,
    period: Period,
    after: Position | undefined,
    limit: number,
    operationId?: string,
  ): Promise<readonly ClientStatistics[]>;
  fields(ref: GraphRef, period: Period): Promise<readonly FieldUse[]>;
  operation(ref: GraphRef, id: string): Promise<KnownOperation | undefined>;
}

/** $1 to $4: graph, variant, from, to. */
const IN_PERIOD = `graph_id = $1 AND variant = $2 AND hour >= $3 AND hour <= $4`;
const BIN = `floor(extract(epoch FROM hour - $3::timestamptz) * 1000 / $5)::int`;

export function createUsageStatistics(pool: pg.Pool): UsageStatistics {
  const values = ({ graphId, variant }: GraphRef, { from, to }: Period): unknown[] => [
    graphId,
    variant,
    from,
    to,
  ];
  const histograms = async (ref: GraphRef, period: Period, ids: readonly string[]) => {
    const { rows } = await pool.query<{ id: string; bucket: number; requests: number }>(
      `SELECT operation_id AS id, bucket::int, sum(requests)::bigint AS requests FROM operation_latency
        WHERE ${IN_PERIOD} AND operation_id = ANY($5) GROUP BY 1, 2`,
      [...values(ref, period), ids],
    );
    const found = new Map(ids.map((id) => [id, new Map<number, number>()]));
    for (const { id, bucket, requests } of rows) found.get(id)?.set(bucket, requests);
    return found;
  };
  return {
    overTime: async (ref, period, operationId) => {
      const parameters = [...values(ref, period), period.binMs, operationId ?? null];
      const [counts, latency] = await Promise.all([
        pool.query<{ bin: number; requests: number; errors: number }>(
          `SELECT ${BIN} AS bin, sum(requests)::bigint AS requests, sum(errors)::bigint AS errors FROM operation_usage
            WHERE ${IN_PERIOD} AND ($6::text IS NULL OR operation_id = $6) GROUP BY 1`,
          parameters,
        ),
        pool.query<{ bin: number; bucket: number; requests: number }>(
          `SELECT ${BIN} AS bin, bucket::int, sum(requests)::bigint AS requests FROM operation_latency
            WHERE ${IN_PERIOD} AND ($6::text IS NULL OR operation_id = $6) GROUP BY 1, 2`,
          parameters,
        ),
      ]);
      const bins = Array.from({ length: period.bins }, (_, index) => ({
        from: new Date(period.from.getTime() + index * period.binMs),
        requests: 0,
        errors: 0,
        latency: new Map<number, number>(),
      }));
      for (const { bin, requests, errors } of counts.rows)
        Object.assign(bins[bin] ?? {}, { requests, errors });
      for (const { bin, bucket, requests } of latency.rows) bins[bin]?.latency.set(bucket, requests);
      return bins;
    },
    operations: async (ref, period, after, limit, fields) => {
      const { rows } = await pool.query<Omit<OperationStatistics, 'latency'>>(
        `WITH used AS (
           SELECT operation_id AS id, sum(requests)::bigint AS requests, sum(errors)::bigint AS errors,
                  count(DISTINCT (client_name, client_version))::int AS clients
             FROM operation_usage WHERE ${IN_PERIOD} GROUP BY 1)
         SELECT u.id, o.name, u.requests, u.errors, u.clients
           FROM used u JOIN recorded_operations o ON o.graph_id = $1 AND o.variant = $2 AND o.id = u.id
          WHERE ($5::bigint IS NULL OR (-u.requests, u.id) > (-$5::bigint, $6)) AND ($8::text[] IS NULL OR o.fields && $8)
          ORDER BY -u.requests, u.id LIMIT $7`,
        [...values(ref, period), after?.requests ?? null, after?.key[0] ?? '', limit, fields ?? null],
      );
      const latency = await histograms(
        ref,
        period,
        rows.map(({ id }) => id),
      );
      return rows.map((row) => ({ ...row, latency: latency.get(row.id) ?? new Map<number, number>() }));
    },
    clients: async (ref, period, after, limit, operationId) => {
      const { rows } = await pool.query<ClientStatistics>(
        `WITH used AS (
           SELECT client_name AS name, client_version AS version, sum(requests)::bigint AS requests,
                  sum(errors)::bigint AS errors, count(DISTINCT operation_id)::int AS operations,
                  max(hour) AS "lastHour"
             FROM operation_usage WHERE ${IN_PERIOD} AND ($9::text IS NULL OR operation_id = $9) GROUP BY 1, 2)
         SELECT * FROM used
          WHERE $5::bigint IS NULL OR (-requests, name, version) > (-$5::bigint, $6, $7)
          ORDER BY -requests, name, version LIMIT $8`,
        [
          ...values(ref, period),
          after?.requests ?? null,
          after?.key[0] ?? '',
          after?.key[1] ?? '',
          limit,
          operationId ?? null,
        ],
      );
      return rows;
    },
    fields: async (ref, period) => {
      const { rows } = await pool.query<FieldUse>(
        `WITH used AS (
           SELECT operation_id, sum(requests)::bigint AS requests FROM operation_usage WHERE ${IN_PERIOD} GROUP BY 1)
         SELECT field AS coordinate, sum(u.requests)::bigint AS requests, count(*)::int AS operations
           FROM used u JOIN recorded_operations o ON o.graph_id = $1 AND o.variant = $2 AND o.id = u.operation_id,
                unnest(o.fields) AS field
          GROUP BY 1`,
        values(ref, period),
      );
      return rows;
    },
    operation: async ({ graphId, variant }, id) => {
      const { rows } = await pool.query<KnownOperation>(
        `SELECT id, name, signature, fields, first_seen AS "firstSeen" FROM recorded_operations
          WHERE graph_id = $1 AND variant = $2 AND id = $3`,
        [graphId, variant, id],
      );
      return rows[0];
    },
  };
}
