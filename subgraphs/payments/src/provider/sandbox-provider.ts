import { createIntentsProvider } from './intents-provider.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { createSandboxApi, type SandboxApiOptions } from './sandbox-api.ts';

export interface SandboxProviderOptions extends SandboxApiOptions {
  readonly webhookSecrets: readonly string[];
}

/** The sandbox keeps every key it was ever sent. */
const NEVER_FORGETS_MS = Number.MAX_SAFE_INTEGER;

/** Test cards, no money: packages/sandbox-provider. */
export const createSandboxProvider = ({ webhookSecrets, ...api }: SandboxProviderOptions): PaymentProvider =>
  createIntentsProvider({
    code: 'sandbox',
    keyLifetimeMs: NEVER_FORGETS_MS,
    api: createSandboxApi(api),
    webhookSecrets,
  });
