/** What merchants are told, by Standard Webhooks: endpoints of theirs, and what was delivered to them. */
import { disputeId, orderId, paymentId, refundId } from './ids.ts';

/** Everything that can be listened to: a kind of thing, and a status it has taken. */
export const WEBHOOK_EVENT_TYPES: readonly string[] = Object.entries({
  payment: [
    'processing',
    'requires_action',
    'requires_payment_method',
    'requires_capture',
    'succeeded',
    'canceled',
  ],
  order: ['confirmed', 'partially_refunded', 'refunded', 'canceled'],
  refund: ['pending', 'succeeded', 'failed'],
  dispute: [
    'warning_needs_response',
    'warning_under_review',
    'warning_closed',
    'needs_response',
    'under_review',
    'won',
    'lost',
    'prevented',
  ],
}).flatMap(([kind, statuses]) => statuses.map((status) => `${kind}.${status}`));

export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  /** False once the receiver has said that it is gone. */
  readonly enabled: boolean;
  readonly createdAt: Date;
}

export type WebhookDeliveryStatus = 'PENDING' | 'SUCCEEDED' | 'FAILED' | 'DISCARDED';

export interface WebhookDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly messageId: string;
  readonly eventType: string;
  readonly status: WebhookDeliveryStatus;
  readonly attempts: number;
  readonly lastStatusCode: number | null;
  readonly lastError: string | null;
  readonly nextAttemptAt: Date;
  readonly createdAt: Date;
}

export interface WebhookMessage {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
}

const ID_FIELDS = { disputeId, paymentId, orderId, refundId } as const;

/** The body of every delivery of a message: the same bytes each time. Ids are those of the graph. */
export function webhookBody({ type, data, createdAt }: WebhookMessage): string {
  const shown = Object.entries(data).map(([name, value]) => {
    const kind = ID_FIELDS[name as keyof typeof ID_FIELDS] as (typeof ID_FIELDS)['paymentId'] | undefined;
    return [name, kind !== undefined && typeof value === 'string' ? kind.fromUuid(value) : value];
  });
  return JSON.stringify({
    type,
    timestamp: createdAt.toISOString(),
    data: Object.fromEntries(shown) as unknown,
  });
}
