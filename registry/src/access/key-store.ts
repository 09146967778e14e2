import { withTransaction } from '@tributary/subgraph-kit/postgres';
import { LRUCache } from 'lru-cache';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { appendAuditEvent } from '../store/audit-event.ts';
import { generateApiKey, hintOf, hintOfUnknown } from './api-key.ts';
import { hashSecret } from './hash-secret.ts';
import type { Role, Viewer } from './viewer.ts';
import { toViewer, VIEWER_COLUMNS, type ViewerRow } from './viewer-row.ts';

export interface NewKey {
  readonly graphId: string;
  readonly name: string;
  readonly role: Role;
  readonly variant?: string | undefined;
  readonly subgraphs?: Viewer['subgraphs'];
}

export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly hint: string;
  readonly createdAt: Date;
}

export interface KeyStore {
  /** Whose key it is; undefined: nobody's. A revoked key may still be answered for CACHE_MS. */
  find(key: string): Promise<Viewer | undefined>;
  /** @returns the key itself, for the only time, with its record. */
  create(key: NewKey, actor: string): Promise<KeyRecord & { readonly token: string }>;
  /** Takes a key that was made elsewhere, by its hash (`hashSecret`): the key itself is never seen here. */
  take(key: NewKey, hash: string, actor: string): Promise<KeyRecord>;
  list(graphId: string): Promise<readonly KeyRecord[]>;
  get(graphId: string, id: string): Promise<KeyRecord | undefined>;
  /** False when the graph has no such key. */
  rename(graphId: string, id: string, name: string, actor: string): Promise<boolean>;
  revoke(graphId: string, id: string, actor: string): Promise<boolean>;
}

/** A gateway's reports come with the same key hundreds of times a second. */
const CACHE_MS = 5_000;
const MAX_CACHED = 1_000;

const RECORD = 'id, name, role, token_hint AS hint, created_at AS "createdAt"';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function createKeyStore(pool: pg.Pool): KeyStore {
  const known = new LRUCache<string, { readonly viewer: Viewer | undefined }>({
    max: MAX_CACHED,
    ttl: CACHE_MS,
  });
  const insert = (
    { graphId, name, role, variant, subgraphs }: NewKey,
    { hash, hint }: { readonly hash: string; readonly hint: string },
    actor: string,
  ): Promise<KeyRecord> =>
    withTransaction(pool, async (client) => {
      const { rows } = await client.query<KeyRecord>(
        `INSERT INTO api_keys (id, graph_id, name, token_hash, token_hint, role, variant, subgraphs, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING ${RECORD}`,
        [
          randomUUID(),
          graphId,
          name,
          hash,
          hint,
          role,
          variant ?? null,
          subgraphs === undefined ? null : JSON.stringify(subgraphs),
          actor,
        ],
      );
      const [created] = rows;
      if (created === undefined) throw new Error('unreachable: INSERT ... RETURNING answered nothing');
      await appendAuditEvent(client, {
        graphId,
        actor,
        type: 'KEY_CREATED',
        details: { id: created.id, name, role },
      });
      return created;
    });
  return {
    find: async (key) => {
      const hash = hashSecret(key);
      const cached = known.get(hash);
      if (cached !== undefined) return cached.viewer;
      const { rows } = await pool.query<ViewerRow>(
        `SELECT ${VIEWER_COLUMNS} FROM api_keys k WHERE k.token_hash = $1 AND k.revoked_at IS NULL`,
        [hash],
      );
      const viewer = rows.map(toViewer)[0];
      known.set(hash, { viewer });
      return viewer;
    },
    create: async (key, actor) => {
      const token = generateApiKey(key.graphId);
      const hash = hashSecret(token);
      const record = await insert(key, { hash, hint: hintOf(token) }, actor);
      known.delete(hash);
      return { ...record, token };
    },
    take: async (key, hash, actor) => {
      const record = await insert(key, { hash, hint: hintOfUnknown(key.graphId) }, actor);
      known.delete(hash);
      return record;
    },
    list: async (graphId) => {
      const { rows } = await pool.query<KeyRecord>(
        `SELECT ${RECORD} FROM api_keys WHERE graph_id = $1 AND revoked_at IS NULL ORDER BY created_at, id`,
        [graphId],
      );
      return rows;
    },
    get: async (graphId, id) => {
      if (!UUID.test(id)) return undefined;
      const { rows } = await pool.query<KeyRecord>(
        `SELECT ${RECORD} FROM api_keys WHERE graph_id = $1 AND id = $2 AND revoked_at IS NULL`,
        [graphId, id],
      );
      return rows[0];
    },
    rename: (graphId, id, name, actor) =>
      change(pool, 'KEY_RENAMED', 'name = $3', { graphId, id, actor, values: [name], details: { id, name } }),
    revoke: async (graphId, id, actor) => {
      const revoked = await change(pool, 'KEY_REVOKED', 'revoked_at = now()', {
        graphId,
        id,
        actor,
        values: [],
        details: { id },
      });
      known.clear();
      return revoked;
    },
  };
}

interface KeyChange {
  readonly graphId: string;
  readonly id: string;
  readonly actor: string;
  readonly values: readonly string[];
  readonly details: Readonly<Record<string, string>>;
}

async function change(
  pool: pg.Pool,
  type: string,
  assignment: string,
  { graphId, id, actor, values, details }: KeyChange,
): Promise<boolean> {
  if (!UUID.test(id)) return false;
  return withTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE api_keys SET ${assignment} WHERE graph_id = $1 AND id = $2 AND revoked_at IS NULL`,
      [graphId, id, ...values],
    );
    if (rowCount !== 1) return false;
    await appendAuditEvent(client, { graphId, actor, type, details });
    return true;
  });
}
