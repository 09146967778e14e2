import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { ReportedOperation, UsageReport } from './usage-entry.ts';

/** Counts reports that were not counted before, all or none. */
export async function saveUsage(pool: pg.Pool, reports: readonly UsageReport[]): Promise<void> {
  const byDigest = new Map(reports.map((report) => [report.digest.toString('hex'), report]));
  // In one order, so that two registries that were sent the same reports do not wait for each other in a circle.
  const digests = [...byDigest.keys()].sort();
  await withTransaction(pool, async (client) => {
    const { rows } = await client.query<{ digest: string }>(
      `INSERT INTO usage_reports (digest) SELECT decode(unnest($1::text[]), 'hex') ON CONFLICT DO NOTHING
       RETURNING encode(digest, 'hex') AS digest`,
      [digests],
    );
    const fresh = rows.flatMap(({ digest }) => byDigest.get(digest) ?? []);
    if (fresh.length === 0) return;
    await saveOperations(client, fresh);
    await addUsage(client, fresh);
    await addLatency(client, fresh);
  });
}

async function saveOperations(client: pg.PoolClient, reports: readonly UsageReport[]): Promise<void> {
  const operations = new Map<string, ReportedOperation & { readonly graphId: string }>();
  for (const { graphId, entries } of reports)
    for (const { operation } of entries) {
      const key = `${graphId} ${operation.id}`;
      const present = operations.get(key);
      const fields =
        present === undefined || present.fields === operation.fields
          ? operation.fields
          : [...new Set([...present.fields, ...operation.fields])].sort();
      operations.set(key, { ...operation, fields, graphId });
    }
  const rows = inOrder(operations);
  // A schema that has changed gives an operation other fields: those of both may be used.
  await client.query(
    `INSERT INTO operations (graph_id, id, name, signature, fields)
     SELECT o.graph_id, o.id, o.name, o.signature, ARRAY(SELECT jsonb_array_elements_text(o.fields))
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[]) AS o (graph_id, id, name, signature, fields)
     ON CONFLICT (graph_id, id) DO UPDATE
        SET fields = ARRAY(SELECT DISTINCT unnest(operations.fields || excluded.fields) ORDER BY 1)
      WHERE NOT operations.fields @> excluded.fields`,
    [
      rows.map(({ graphId }) => graphId),
      rows.map(({ id }) => id),
      rows.map(({ name }) => name),
      rows.map(({ signature }) => signature),
      rows.map(({ fields }) => JSON.stringify(fields)),
    ],
  );
}

interface Usage {
  readonly graphId: string;
  readonly variant: string;
  readonly operationId: string;
  readonly clientName: string;
  readonly clientVersion: string;
  requests: number;
  errors: number;
}

async function addUsage(client: pg.PoolClient, reports: readonly UsageReport[]): Promise<void> {
  const sums = new Map<string, Usage>();
  for (const { graphId, variant, entries } of reports)
    for (const { operation, clientName, clientVersion, requests, errors } of entries) {
      const key = [graphId, variant, operation.id, clientName, clientVersion].join('\n');
      const sum = sums.get(key);
      if (sum === undefined) {
        sums.set(key, {
          graphId,
          variant,
          operationId: operation.id,
          clientName,
          clientVersion,
          requests,
          errors,
        });
      } else {
        sum.requests += requests;
        sum.errors += errors;
      }
    }
  const rows = inOrder(sums);
  await client.query(
    `INSERT INTO operation_usage (graph_id, variant, hour, operation_id, client_name, client_version, requests, errors)
     SELECT graph_id, variant, date_trunc('hour', now()), operation_id, client_name, client_version, requests, errors
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
         AS u (graph_id, variant, operation_id, client_name, client_version, requests, errors)
     ON CONFLICT (graph_id, variant, hour, operation_id, client_name, client_version) DO UPDATE
        SET requests = operation_usage.requests + excluded.requests, errors = operation_usage.errors + excluded.errors`,
    [
      rows.map(({ graphId }) => graphId),
      rows.map(({ variant }) => variant),
      rows.map(({ operationId }) => operationId),
      rows.map(({ clientName }) => clientName),
      rows.map(({ clientVersion }) => clientVersion),
      rows.map(({ requests }) => requests),
      rows.map(({ errors }) => errors),
    ],
  );
}

interface Latency {
  readonly graphId: string;
  readonly variant: string;
  readonly operationId: string;
  readonly bucket: number;
  requests: number;
}

async function addLatency(client: pg.PoolClient, reports: readonly UsageReport[]): Promise<void> {
  const sums = new Map<string, Latency>();
  for (const { graphId, variant, entries } of reports)
    for (const { operation, latency } of entries)
      for (const [bucket, requests] of latency) {
        const key = `${graphId}\n${variant}\n${operation.id}\n${bucket}`;
        const sum = sums.get(key);
        if (sum === undefined)
          sums.set(key, { graphId, variant, operationId: operation.id, bucket, requests });
        else sum.requests += requests;
      }
  const rows = inOrder(sums);
  await client.query(
    `INSERT INTO operation_latency (graph_id, variant, hour, operation_id, bucket, requests)
     SELECT graph_id, variant, date_trunc('hour', now()), operation_id, bucket, requests
       FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::bigint[])
         AS l (graph_id, variant, operation_id, bucket, requests)
     ON CONFLICT (graph_id, variant, hour, operation_id, bucket) DO UPDATE
        SET requests = operation_latency.requests + excluded.requests`,
    [
      rows.map(({ graphId }) => graphId),
      rows.map(({ variant }) => variant),
      rows.map(({ operationId }) => operationId),
      rows.map(({ bucket }) => bucket),
      rows.map(({ requests }) => requests),
    ],
  );
}

/** Two registries that add to the same rows take them in the same order. */
const inOrder = <T>(rows: ReadonlyMap<string, T>): readonly T[] =>
  [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
