import type { ProviderConfig } from '../config.ts';
import { DEFAULT_TIMING } from '../saga/timing.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { createSandboxProvider } from './sandbox-provider.ts';
import { createStripeProvider } from './stripe-provider.ts';

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
