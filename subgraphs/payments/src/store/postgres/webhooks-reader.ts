import type pg from 'pg';
import type { WebhookDelivery, WebhookDeliveryStatus } from '../../domain/webhook-model.ts';
import type { Reader } from '../reader.ts';
import { groupByKey, keyset } from './keyset.ts';

export interface DeliveryRow {
  readonly id: string;
  readonly endpoint_id: string;
  readonly message_id: string;
  readonly type: string;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly last_status_code: number | null;
  readonly last_error: string | null;
  readonly next_attempt_at: Date;
  readonly created_at: Date;
}

export const createWebhookReader = (pool: pg.Pool): Pick<Reader, 'webhookDeliveryPages'> => ({
  webhookDeliveryPages: async (endpointIds, { page, statuses }) => {
    const { where, orderBy, limit, parameters } = keyset(page, 'd.created_at', 'd.id', 3);
    const { rows } = await pool.query<DeliveryRow>(
      `SELECT x.* FROM unnest($1::uuid[]) AS endpoint (id)
       CROSS JOIN LATERAL (
         SELECT d.*, m.type FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id
         WHERE d.endpoint_id = endpoint.id AND ($2::text[] IS NULL OR d.status = ANY ($2)) AND ${where}
         ORDER BY ${orderBy} LIMIT ${limit}
       ) x`,
      [endpointIds, statuses, ...parameters],
    );
    return groupByKey(rows.map(toDelivery), ({ endpointId }) => endpointId);
  },
});

export const toDelivery = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  endpointId: row.endpoint_id,
  messageId: row.message_id,
  eventType: row.type,
  status: row.status,
  attempts: row.attempts,
  lastStatusCode: row.last_status_code,
  lastError: row.last_error,
  nextAttemptAt: row.next_attempt_at,
  createdAt: row.created_at,
});
