import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { WebhookEndpoint } from '../../domain/webhook-model.ts';
import type { DueDelivery, WebhookStore } from '../webhook-store.ts';
import { toDelivery, type DeliveryRow } from './webhooks-reader.ts';

const KEEP_DAYS = 30;
const ENDPOINT = 'id, url, event_types AS "eventTypes", enabled, created_at AS "createdAt"';

interface DueRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly attempts: number;
  readonly url: string;
  readonly secret: Buffer;
  readonly previous_secret: Buffer | null;
  readonly message_id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
}

export const createPostgresWebhookStore = (pool: pg.Pool): WebhookStore => ({
  listEndpoints: async () => {
    const { rows } = await pool.query<WebhookEndpoint>(
      `SELECT ${ENDPOINT} FROM webhook_endpoints WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC`,
    );
    return rows;
  },
  addEndpoint: ({ id, url, eventTypes, secret }, most) =>
    withTransaction(pool, async (client) => {
      // Two that are added at once would both find room.
      await client.query('LOCK TABLE webhook_endpoints IN SHARE ROW EXCLUSIVE MODE');
      const { rowCount } = await client.query(
        `INSERT INTO webhook_endpoints (id, url, event_types, secret)
         SELECT $1, $2, $3, $4 WHERE (SELECT count(*) FROM webhook_endpoints WHERE deleted_at IS NULL) < $5`,
        [id, url, eventTypes, secret, most],
      );
      return rowCount === 1;
    }),
  updateEndpoint: (id, { url, eventTypes, enabled }) =>
    withTransaction(pool, async (client) => {
      const { rows } = await client.query<WebhookEndpoint>(
        `UPDATE webhook_endpoints SET url = coalesce($2, url), event_types = coalesce($3, event_types),
           enabled = coalesce($4, enabled)
         WHERE id = $1 AND deleted_at IS NULL RETURNING ${ENDPOINT}`,
        [id, url, eventTypes, enabled],
      );
      if (rows[0]?.enabled === false) await discard(client, id);
      return rows[0];
    }),
  deleteEndpoint: (id) =>
    withTransaction(pool, async (client) => {
      const { rows } = await client.query<WebhookEndpoint>(
        `UPDATE webhook_endpoints SET deleted_at = now(), secret = NULL, previous_secret = NULL, previous_until = NULL
         WHERE id = $1 AND deleted_at IS NULL RETURNING ${ENDPOINT}`,
        [id],
      );
      await discard(client, id);
      return rows[0];
    }),
  rotateSecret: async (id, secret, keepPreviousMs) => {
    const { rows } = await pool.query<WebhookEndpoint>(
      `UPDATE webhook_endpoints SET secret = $2, previous_secret = secret,
         previous_until = now() + $3 * interval '1 millisecond'
       WHERE id = $1 AND deleted_at IS NULL RETURNING ${ENDPOINT}`,
      [id, secret, keepPreviousMs],
    );
    return rows[0];
  },
  claimDue: async (limit, mostOfOne, leaseMs) => {
    const { rows } = await pool.query<DueRow>(
      `WITH due AS (
         SELECT waiting.id FROM webhook_endpoints e CROSS JOIN LATERAL (
           SELECT d.id FROM webhook_deliveries d
           WHERE d.endpoint_id = e.id AND d.status = 'PENDING' AND d.next_attempt_at <= now()
             AND (d.leased_until IS NULL OR d.leased_until < now())
           ORDER BY d.next_attempt_at
           LIMIT greatest(0, $2 - (SELECT count(*) FROM webhook_deliveries busy
             WHERE busy.endpoint_id = e.id AND busy.status = 'PENDING' AND busy.leased_until > now()))
           FOR UPDATE SKIP LOCKED) waiting
         WHERE e.enabled AND e.deleted_at IS NULL LIMIT $1)
       UPDATE webhook_deliveries d SET attempts = d.attempts + 1, leased_until = now() + $3 * interval '1 millisecond'
       FROM due, webhook_endpoints e, webhook_messages m
       WHERE d.id = due.id AND e.id = d.endpoint_id AND m.id = d.message_id AND e.secret IS NOT NULL
       RETURNING d.id, d.endpoint_id, d.attempts, e.url, e.secret,
         CASE WHEN e.previous_until > now() THEN e.previous_secret END AS previous_secret,
         m.id AS message_id, m.type, m.data, m.created_at`,
      [limit, mostOfOne, leaseMs],
    );
    return rows.map(toDue);
  },
  delivered: async (id, statusCode) => {
    await pool.query(
      `UPDATE webhook_deliveries SET status = 'SUCCEEDED', last_status_code = $2, last_error = NULL, leased_until = NULL
       WHERE id = $1 AND status = 'PENDING'`,
      [id, statusCode],
    );
  },
  failed: async (id, { statusCode, message }, retryInMs) => {
    await pool.query(
      `UPDATE webhook_deliveries SET status = CASE WHEN $4::bigint IS NULL THEN 'FAILED' ELSE status END,
         last_status_code = $2, last_error = $3, leased_until = NULL,
         next_attempt_at = now() + coalesce($4::bigint, 0) * interval '1 millisecond'
       WHERE id = $1 AND status = 'PENDING'`,
      [id, statusCode, message, retryInMs],
    );
  },
  disable: (endpointId) =>
    withTransaction(pool, async (client) => {
      await client.query('UPDATE webhook_endpoints SET enabled = false WHERE id = $1', [endpointId]);
      await discard(client, endpointId);
    }),
  retry: async (id) => {
    const { rows } = await pool.query<DeliveryRow>(
      `UPDATE webhook_deliveries d SET status = 'PENDING', next_attempt_at = now()
       FROM webhook_messages m, webhook_endpoints e
       WHERE d.id = $1 AND m.id = d.message_id AND d.status <> 'DISCARDED'
         AND e.id = d.endpoint_id AND e.enabled AND e.deleted_at IS NULL
         AND (d.leased_until IS NULL OR d.leased_until < now())
       RETURNING d.*, m.type`,
      [id],
    );
    return rows[0] && toDelivery(rows[0]);
  },
  purge: async (limit) => {
    const { rowCount } = await pool.query(
      `DELETE FROM webhook_messages WHERE id IN (
         SELECT id FROM webhook_messages m WHERE created_at < now() - $1 * interval '1 day'
           AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.message_id = m.id AND d.status = 'PENDING')
         LIMIT $2)`,
      [KEEP_DAYS, limit],
    );
    return rowCount ?? 0;
  },
});

async function discard(client: pg.PoolClient, endpointId: string): Promise<void> {
  await client.query(
    `UPDATE webhook_deliveries SET status = 'DISCARDED' WHERE endpoint_id = $1 AND status = 'PENDING'`,
    [endpointId],
  );
}

const toDue = (row: DueRow): DueDelivery => ({
  id: row.id,
  endpointId: row.endpoint_id,
  url: row.url,
  secrets: row.previous_secret === null ? [row.secret] : [row.secret, row.previous_secret],
  message: { id: row.message_id, type: row.type, data: row.data, createdAt: row.created_at },
  attempts: row.attempts,
});
