import type { Logger } from '@tributary/service-kit';
import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import { DeliveryFailedError, postDelivery, signWithSecrets } from '@tributary/subgraph-kit/events';
import { webhookMessageId } from '../domain/ids.ts';
import { webhookBody } from '../domain/webhook-model.ts';
import type { DueDelivery, WebhookStore } from '../store/webhook-store.ts';
import { webhookRetryMs } from './webhook-schedule.ts';
import type { WebhookSecrets } from './webhook-secrets.ts';

const AT_ONCE = 20;
const AT_ONCE_TO_ONE = 4;
const TIMEOUT_MS = 15_000;
/** Longer than a delivery may take. */
const LEASE_MS = 30_000;
const GONE = 410;
/** Merchants read it. */
const UNOPENED = 'the secret of the endpoint cannot be opened: rotate it, or bring its encryption key back';
const PURGE_EVERY_MS = 60_000;
const PURGE_BATCH = 1_000;

export interface WebhookDeliveryOptions {
  readonly store: WebhookStore;
  readonly secrets: WebhookSecrets;
  /** Endpoints may lead into private networks. */
  readonly allowsPrivate: boolean;
  /** The longest wait before each retry, in milliseconds. */
  readonly scheduleMs: readonly number[];
  readonly everyMs: number;
  readonly logger: Logger;
}

/**
 * Delivers what merchants are told: at least once, in no order, in whichever process is free. One that is not taken is
 * tried again by the schedule, and given up after it.
 */
export function deliverWebhooks(options: WebhookDeliveryOptions): PeriodicWorker {
  const { store, everyMs, logger } = options;
  const running = new Set<Promise<void>>();
  let nextPurgeAt = 0;
  const worker = runPeriodically({
    name: 'merchant-webhooks',
    everyMs,
    logger,
    work: async () => {
      const free = AT_ONCE - running.size;
      const due = free > 0 ? await store.claimDue(free, AT_ONCE_TO_ONE, LEASE_MS) : [];
      // Not awaited, so that a slow receiver holds up no other.
      for (const delivery of due) {
        const work = deliver(options, delivery)
          .catch((error: unknown) => {
            logger.warn(
              { err: error, 'webhook.delivery': delivery.id },
              'a webhook is delivered again later',
            );
          })
          .finally(() => running.delete(work));
        running.add(work);
      }
      if (Date.now() >= nextPurgeAt) {
        await store.purge(PURGE_BATCH);
        nextPurgeAt = Date.now() + PURGE_EVERY_MS;
      }
      return due.length > 0;
    },
  });
  return {
    wake: worker.wake,
    stop: async () => {
      await worker.stop();
      await Promise.all(running);
    },
  };
}

async function deliver(options: WebhookDeliveryOptions, delivery: DueDelivery): Promise<void> {
  const { store, allowsPrivate, scheduleMs, logger } = options;
  const { id, endpointId, url, message, attempts } = delivery;
  const body = webhookBody(message);
  let status: number;
  try {
    const keys = openSecrets(options, delivery);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Tributary-Webhooks/1.0',
      ...signWithSecrets(keys, webhookMessageId.fromUuid(message.id), body, new Date()),
    };
    const to = allowsPrivate ? 'anywhere' : 'public';
    status = await postDelivery({ url, headers, body, timeoutMs: TIMEOUT_MS, to });
  } catch (error) {
    if (!(error instanceof DeliveryFailedError)) throw error;
    const retryInMs = error.status === GONE ? null : webhookRetryMs(attempts, scheduleMs);
    await store.failed(id, { statusCode: error.status ?? null, message: error.message }, retryInMs);
    if (error.status === GONE) await store.disable(endpointId);
    const fields = {
      'webhook.endpoint': endpointId,
      'webhook.delivery': id,
      attempts,
      retryInMs,
      err: error,
    };
    logger.warn(fields, retryInMs === null ? 'a webhook was given up' : 'a webhook was not taken yet');
    return;
  }
  await store.delivered(id, status);
}

/**
 * The secret, and the previous one if that can be opened: receivers that know the new one take what it alone has signed.
 *
 * @throws DeliveryFailedError when the secret cannot be opened: its encryption key is not there any more.
 */
function openSecrets(
  { secrets, logger }: WebhookDeliveryOptions,
  { endpointId, secrets: [current, ...previous] }: DueDelivery,
): readonly string[] {
  const open = (sealed: Buffer): string => secrets.open(endpointId, sealed);
  const opened: string[] = [];
  try {
    opened.push(open(current));
  } catch (error) {
    throw new DeliveryFailedError(UNOPENED, undefined, error);
  }
  for (const sealed of previous) {
    try {
      opened.push(open(sealed));
    } catch (error) {
      const fields = { 'webhook.endpoint': endpointId, err: error };
      logger.warn(fields, 'the previous secret of a webhook endpoint cannot be opened');
    }
  }
  return opened;
}
