import type { Sealer } from '@tributary/subgraph-kit';
import { newDeliverySecret } from '@tributary/subgraph-kit/events';

/** Secrets of endpoints: shown once, and kept so that a copy of the database is of no use. */
export interface WebhookSecrets {
  create(endpointId: string): { readonly shown: string; readonly sealed: Buffer };
  open(endpointId: string, sealed: Buffer): string;
}

export const createWebhookSecrets = (sealer: Sealer): WebhookSecrets => ({
  create: (endpointId) => {
    const shown = newDeliverySecret();
    return { shown, sealed: sealer.seal(shown, purposeOf(endpointId)) };
  },
  open: (endpointId, sealed) => sealer.open(sealed, purposeOf(endpointId)),
});

/** What was sealed for one endpoint is of no use in the row of another. */
const purposeOf = (endpointId: string): string => `webhook-endpoint:${endpointId}`;
