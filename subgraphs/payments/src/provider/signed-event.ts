import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { WebhookRefusedError, type ProviderEvent, type WebhookHeaders } from './payment-provider.ts';

/** Older deliveries could be repeated by whoever saw one. */
const TOLERANCE_SECONDS = 300;

const SignedEvent = z.object({
  id: z.string().min(1).max(255),
  type: z.string().max(255),
  data: z.object({
    object: z.object({ object: z.string(), id: z.string(), payment_intent: z.string().nullish() }),
  }),
});

/**
 * Reads what a provider has posted.
 *
 * @see https://docs.stripe.com/webhooks#verify-manually
 * @throws WebhookRefusedError when no secret made the signature, it is not of now, or it is no event.
 */
export function readSignedEvent(
  body: string,
  headers: WebhookHeaders,
  secrets: readonly string[],
  now: Date,
): ProviderEvent {
  const parts = String(headers['stripe-signature'] ?? '').split(',');
  const valuesOf = (name: string): readonly string[] =>
    parts.flatMap((part) => (part.startsWith(`${name}=`) ? [part.slice(name.length + 1)] : []));
  const timestamp = valuesOf('t')[0] ?? '';
  const isOfNow = Math.abs(now.getTime() / 1_000 - Number(timestamp)) <= TOLERANCE_SECONDS;
  const isSigned = secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest();
    return valuesOf('v1').some((signature) => isSame(expected, Buffer.from(signature, 'hex')));
  });
  if (!isSigned || !isOfNow || !/^\d+$/.test(timestamp)) {
    throw new WebhookRefusedError('The event is not signed by the payment provider, or not of now.');
  }
  const event = SignedEvent.safeParse(parseJson(body));
  if (!event.success) throw new WebhookRefusedError('The body is not an event of the payment provider.');
  const { id, type, data } = event.data;
  const { object, id: subject, payment_intent: intent } = data.object;
  const isIntent = object === 'payment_intent' || object === 'setup_intent';
  return { id, type, reference: (isIntent ? subject : intent) ?? null };
}

const isSame = (expected: Buffer, given: Buffer): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
