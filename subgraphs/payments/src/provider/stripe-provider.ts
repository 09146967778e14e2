import Stripe from 'stripe';
import { createIntentsProvider } from './intents-provider.ts';
import type { Amount } from '../domain/model.ts';
import {
  ProviderRejectedError,
  WebhookRefusedError,
  type PaymentProvider,
  type ProviderEvent,
} from './payment-provider.ts';
import { toStripeAmount } from './stripe-amounts.ts';
import { createStripeApi } from './stripe-api.ts';

/** The version this code was written for; the library's types are of it. */
const API_VERSION = '2026-10-28.endive';
const TOLERANCE_SECONDS = 300;
/** Stripe forgets keys after a day at the earliest. */
const KEY_LIFETIME_MS = 20 * 60 * 60 * 1_000;

export interface StripeProviderOptions {
  readonly apiKey: string;
  readonly webhookSecrets: readonly string[];
  /** Origin of the API; undefined: Stripe's own. */
  readonly url?: string | undefined;
  /** Longest a call may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** @see https://docs.stripe.com/api */
export function createStripeProvider(options: StripeProviderOptions): PaymentProvider {
  const { apiKey, webhookSecrets, url, timeoutMs } = options;
  const client = new Stripe(apiKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: 0,
    timeout: timeoutMs,
    telemetry: false,
    ...(url === undefined ? {} : addressOf(url)),
  });
  return {
    ...createIntentsProvider({
      code: 'stripe',
      keyLifetimeMs: KEY_LIFETIME_MS,
      api: createStripeApi(client),
      webhookSecrets,
    }),
    whyNotMovable,
    readWebhook: (body, headers) =>
      readWebhook(client, body, String(headers['stripe-signature']), webhookSecrets),
  };
}

function whyNotMovable({ amount, currency }: Amount): string | undefined {
  try {
    toStripeAmount(amount, currency.toLowerCase());
    return undefined;
  } catch (error) {
    if (error instanceof ProviderRejectedError) return error.message;
    throw error;
  }
}

function addressOf(url: string): {
  readonly host: string;
  readonly port: string;
  readonly protocol: 'http' | 'https';
} {
  const { hostname, port, protocol } = new URL(url);
  const isSecure = protocol === 'https:';
  return {
    host: hostname,
    port: port === '' ? (isSecure ? '443' : '80') : port,
    protocol: isSecure ? 'https' : 'http',
  };
}

/** The library's own verifier, with each secret: while they change there are two. */
function readWebhook(
  client: Stripe,
  body: string,
  signature: string,
  secrets: readonly string[],
): ProviderEvent {
  for (const secret of secrets) {
    let event: Stripe.Event;
    try {
      event = client.webhooks.constructEvent(body, signature, secret, TOLERANCE_SECONDS);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeSignatureVerificationError) continue;
      throw new WebhookRefusedError('The body is not an event of the payment provider.');
    }
    return { id: event.id, type: event.type, reference: referenceOf(event) };
  }
  throw new WebhookRefusedError('The event is not signed by the payment provider, or not of now.');
}

function referenceOf({ data }: Stripe.Event): string | null {
  const object = data.object as {
    readonly object?: string;
    readonly id?: string;
    readonly payment_intent?: string | { readonly id: string } | null;
  };
  if (object.object === 'payment_intent' || object.object === 'setup_intent') return object.id ?? null;
  const { payment_intent: intent } = object;
  return typeof intent === 'object' ? (intent?.id ?? null) : (intent ?? null);
}
