import type { Config, ProviderConfig } from '../config.ts';
import type { PaymentProviderInfo } from '../domain/payment-provider-info.ts';
import { DEFAULT_TIMING } from '../saga/timing.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { createSandboxProvider } from './sandbox-provider.ts';
import { createStripeProvider } from './stripe-provider.ts';

/** What front ends are told of it. */
export function describeProvider(
  { PROVIDER_API_KEY: key, PROVIDER_PUBLISHABLE_KEY: publishableKey }: Config,
  { code, currencies }: PaymentProvider,
): PaymentProviderInfo {
  const isTest = code === 'sandbox' || /^[rs]k_test_/.test(key);
  const displayName = code === 'sandbox' ? 'Sandbox' : 'Stripe';
  return {
    code,
    displayName,
    publishableKey: publishableKey ?? null,
    isTest,
    supports: ['CARD'],
    currencies,
  };
}

/** The provider that the configuration names. */
export function createProvider(
  { PAYMENT_PROVIDER, PROVIDER_API_KEY, SANDBOX_URL, STRIPE_URL }: ProviderConfig,
  webhookSecrets: readonly string[],
): PaymentProvider {
  if (PAYMENT_PROVIDER === 'sandbox') {
    return createSandboxProvider({ url: SANDBOX_URL, apiKey: PROVIDER_API_KEY, webhookSecrets });
  }
  const { providerTimeoutMs: timeoutMs } = DEFAULT_TIMING;
  return createStripeProvider({ apiKey: PROVIDER_API_KEY, url: STRIPE_URL, webhookSecrets, timeoutMs });
}
