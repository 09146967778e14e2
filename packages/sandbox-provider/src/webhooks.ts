/** Delivers events, signed as Stripe signs them: at least once, and disturbed on purpose when asked to. */
import { createHttpCaller, type HttpCaller, type Logger } from '@tributary/service-kit';
import { createHash, createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { unixNow, type Books } from './books.ts';
import type { EventObject } from './objects.ts';

const POLL_MS = 50;
const TIMEOUT_MS = 5_000;
const LONGEST_RETRY_MS = 5_000;
const AT_ONCE = 16;
/** Of a disturbed event. */
const LONGEST_DELAY_MS = 1_500;

export interface WebhookOptions {
  readonly url: string;
  readonly secret: string;
  readonly disturb: number | undefined;
}

export function deliverWebhooks(
  books: Books,
  { url, secret, disturb }: WebhookOptions,
  logger: Logger,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<void>>();
  const { signal } = stopping;
  const http = createHttpCaller();
  const send = async (event: EventObject, index: number): Promise<void> => {
    const pauses = disturbance(event.id, disturb);
    for (const [nth, pauseMs] of pauses.entries()) {
      await delay(pauseMs, undefined, { signal });
      for (let attempt = 1; !(await post(http, url, secret, event, signal)); attempt += 1) {
        if (attempt === 1) logger.warn({ 'event.id': event.id, index, nth }, 'a webhook was not taken yet');
        await delay(Math.min(LONGEST_RETRY_MS, 100 * 2 ** attempt), undefined, { signal });
      }
    }
    books.put({ ...event, delivery: { done: true, attempts: pauses.length } });
  };
  const loop = async (): Promise<void> => {
    let seen = 0;
    while (!signal.aborted) {
      const events = books.list('event');
      while (seen < events.length && underWay.size < AT_ONCE) {
        const event = events[seen];
        seen += 1;
        if (event === undefined || event.delivery.done) continue;
        // Nobody hears of what may yet be forgotten.
        const work = books
          .sync()
          .then(() => send(event, seen))
          .catch(() => undefined)
          .finally(() => underWay.delete(event.id));
        underWay.set(event.id, work);
      }
      await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    stop: async () => {
      stopping.abort();
      await running;
      await Promise.all(underWay.values());
    },
  };
}

/** Pauses before each delivery of the event, in milliseconds; the same for the same seed. */
function disturbance(id: string, seed: number | undefined): readonly number[] {
  if (seed === undefined) return [0];
  const [first = 0, second = 0, third = 0] = createHash('sha256').update(`${seed}:${id}`).digest();
  const pauses = [(first / 255) * LONGEST_DELAY_MS];
  return second < 85 ? [...pauses, (third / 255) * LONGEST_DELAY_MS] : pauses;
}

/** @see https://docs.stripe.com/webhooks#verify-manually */
export function signatureOf(secret: string, body: string, timestamp: number): string {
  const v1 = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return `t=${timestamp},v1=${v1}`;
}

async function post(
  http: HttpCaller,
  url: string,
  secret: string,
  event: EventObject,
  signal: AbortSignal,
): Promise<boolean> {
  const { delivery: _, ...shown } = event;
  const body = JSON.stringify(shown);
  try {
    const { status } = await http(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signatureOf(secret, body, unixNow()),
      },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return status >= 200 && status < 300;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
