import { BadUserInputError } from '@tributary/service-kit';
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { formatGraphRef, type GraphRef } from '../graphs/graph-ref.ts';
import { appendAuditEvent } from '../store/audit-event.ts';
import { formatManifest, type PersistedOperation } from './persisted-operation.ts';

/** A gateway holds all of a list in memory, and a check looks at all of it. */
export const MAX_OPERATIONS = 10_000;

export interface PublishOutcome {
  /** Of the list as it is now; 0: it is empty still. */
  readonly revision: number;
  readonly added: number;
  readonly updated: number;
  readonly identical: number;
  /** What else is in the list. */
  readonly unaffected: number;
}

/** The id stands for another document already, which clients rely on. */
export class OperationBodyChangedError extends BadUserInputError {
  constructor(id: string) {
    super(
      `The operation ${id} is registered with another body. Bodies never change: give the new one a new id.`,
    );
  }
}

/** Inside the caller's transaction. */
export async function saveOperations(
  client: pg.PoolClient,
  ref: GraphRef,
  operations: readonly PersistedOperation[],
  actor: string,
): Promise<PublishOutcome> {
  const { graphId, variant } = ref;
  // Whoever publishes at the same time waits here.
  const { rowCount } = await client.query(
    'SELECT FROM variants WHERE graph_id = $1 AND name = $2 FOR UPDATE',
    [graphId, variant],
  );
  if (rowCount !== 1)
    throw new BadUserInputError(`There is no ${formatGraphRef(ref)}: publish a schema first.`);
  const present = new Map((await readList(client, ref)).map((each) => [keyOf(each), each]));
  const next = new Map(present);
  let [added, updated] = [0, 0];
  for (const each of operations) {
    const old = next.get(keyOf(each));
    if (old !== undefined && old.body !== each.body) throw new OperationBodyChangedError(each.id);
    if (old === undefined) added += 1;
    else if (old.name !== each.name || old.type !== each.type) updated += 1;
    next.set(keyOf(each), each);
  }
  if (next.size > MAX_OPERATIONS)
    throw new BadUserInputError(
      `A list has at most ${MAX_OPERATIONS} operations; this would make ${next.size}.`,
    );
  const counts = {
    added,
    updated,
    identical: operations.length - added - updated,
    unaffected: next.size - new Set(operations.map(keyOf)).size,
  };
  const revision = await latestRevision(client, ref);
  if (added + updated === 0) return { revision, ...counts };

  await insert(client, ref, operations);
  const manifest = formatManifest(await readList(client, ref));
  const hash = createHash('sha256').update(manifest).digest('hex');
  await client.query('INSERT INTO documents (hash, content) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    hash,
    manifest,
  ]);
  await client.query(
    `INSERT INTO persisted_revisions (graph_id, variant, revision, manifest_hash, created_by)
     VALUES ($1, $2, $3, $4, $5)`,
    [graphId, variant, revision + 1, hash, actor],
  );
  const details = { variant, revision: revision + 1, added, updated };
  await appendAuditEvent(client, { graphId, actor, type: 'OPERATIONS_PERSISTED', details });
  return { revision: revision + 1, ...counts };
}

const keyOf = ({ clientName, id }: PersistedOperation): string => JSON.stringify([clientName, id]);

async function readList(
  client: pg.PoolClient,
  { graphId, variant }: GraphRef,
): Promise<readonly PersistedOperation[]> {
  const { rows } = await client.query<PersistedOperation>(
    `SELECT id, name, type, body, client_name AS "clientName" FROM persisted_operations
      WHERE graph_id = $1 AND variant = $2 ORDER BY client_name, id`,
    [graphId, variant],
  );
  return rows;
}

async function latestRevision(client: pg.PoolClient, { graphId, variant }: GraphRef): Promise<number> {
  const { rows } = await client.query<{ revision: number | null }>(
    'SELECT max(revision) AS revision FROM persisted_revisions WHERE graph_id = $1 AND variant = $2',
    [graphId, variant],
  );
  return rows[0]?.revision ?? 0;
}

async function insert(
  client: pg.PoolClient,
  { graphId, variant }: GraphRef,
  operations: readonly PersistedOperation[],
): Promise<void> {
  const rows = [...new Map(operations.map((each) => [keyOf(each), each])).values()];
  await client.query(
    `INSERT INTO persisted_operations (graph_id, variant, client_name, id, name, type, body)
     SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
     ON CONFLICT (graph_id, variant, client_name, id) DO UPDATE SET name = excluded.name, type = excluded.type`,
    [
      graphId,
      variant,
      rows.map(({ clientName }) => clientName),
      rows.map(({ id }) => id),
      rows.map(({ name }) => name),
      rows.map(({ type }) => type),
      rows.map(({ body }) => body),
    ],
  );
}
