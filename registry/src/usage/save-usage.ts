import type pg from 'pg';
import { addUp, type OperationTotal } from './add-up.ts';
import type { UsageReport } from './usage-report.ts';

/** unique_violation: a report was counted before. */
const COUNTED = '23505';
/** serialization_failure and deadlock_detected: PostgreSQL asks the client to try again. */
const RETRYABLE = new Set(['40001', '40P01']);
const MAX_ATTEMPTS = 5;

/**
 * Counts reports that were not counted before, all or none.
 *
 * In one statement, so in one round trip: a process that reads reports has its hands full, and each answer of the database
 * waits its turn. That a report came before is rare, and then the statement fails as a whole.
 */
export async function saveUsage(pool: pg.Pool, reports: readonly UsageReport[]): Promise<void> {
  const missing = new Map(reports.map((report) => [report.digest, report]));
  for (let attempt = 1; missing.size > 0; attempt += 1) {
    try {
      await count(pool, [...missing.keys()], addUp([...missing.values()]));
      return;
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (attempt >= MAX_ATTEMPTS || typeof code !== 'string') throw error;
      if (code === COUNTED) for (const digest of await findCounted(pool, missing)) missing.delete(digest);
      else if (!RETRYABLE.has(code)) throw error;
    }
  }
}

async function findCounted(
  pool: pg.Pool,
  reports: ReadonlyMap<string, UsageReport>,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ digest: string }>(
    `SELECT encode(digest, 'hex') AS digest FROM usage_reports
      WHERE digest IN (SELECT decode(unnest($1::text[]), 'hex'))`,
    [[...reports.keys()]],
  );
  return rows.map(({ digest }) => digest);
}

async function count(
  pool: pg.Pool,
  digests: readonly string[],
  totals: readonly OperationTotal[],
): Promise<void> {
  const rows = totals.map(({ graphId, ...total }) => ({ graph_id: graphId, ...total }));
  // In one order, so that two registries that were sent the same reports do not wait for each other in a circle.
  const values = [[...digests].sort(), JSON.stringify(rows)];
  await pool.query({ name: 'count-usage', text: COUNT_USAGE, values });
}

// A schema that has changed gives an operation other fields: those of both may be used.
const COUNT_USAGE = `
  WITH reports AS (
    INSERT INTO usage_reports (digest) SELECT decode(unnest($1::text[]), 'hex')
  ), given AS MATERIALIZED (
    SELECT o.*, date_trunc('hour', now()) AS hour
      FROM jsonb_to_recordset($2::jsonb) AS o (graph_id text, variant text, id text, name text, signature text,
                                               fields text[], clients jsonb, latency jsonb)
  ), operations AS (
    INSERT INTO recorded_operations (graph_id, variant, id, name, signature, fields)
    SELECT graph_id, variant, id, name, signature, fields FROM given
    ON CONFLICT (graph_id, variant, id) DO UPDATE
       SET fields = ARRAY(SELECT DISTINCT unnest(recorded_operations.fields || excluded.fields) ORDER BY 1)
     WHERE NOT recorded_operations.fields @> excluded.fields
  ), latency AS (
    INSERT INTO operation_latency (graph_id, variant, hour, operation_id, bucket, requests)
    SELECT graph_id, variant, hour, id, (l.pair ->> 0)::smallint, (l.pair ->> 1)::bigint
      FROM given, jsonb_array_elements(given.latency) AS l (pair)
    ON CONFLICT (graph_id, variant, hour, operation_id, bucket) DO UPDATE
       SET requests = operation_latency.requests + excluded.requests
  )
  INSERT INTO operation_usage (graph_id, variant, hour, operation_id, client_name, client_version, requests, errors)
  SELECT graph_id, variant, hour, given.id, c.name, c.version, c.requests, c.errors
    FROM given, jsonb_to_recordset(given.clients) AS c (name text, version text, requests bigint, errors bigint)
  ON CONFLICT (graph_id, variant, hour, operation_id, client_name, client_version) DO UPDATE
     SET requests = operation_usage.requests + excluded.requests, errors = operation_usage.errors + excluded.errors`;
