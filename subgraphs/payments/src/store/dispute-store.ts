import type { DisputeStatus } from '../domain/dispute.ts';
import type { ProviderDispute } from '../provider/payment-provider.ts';

/** `unknown`: of no payment of ours. `early`: its payment is not in our books as captured yet, look again later. */
export type DisputeSettlement = 'settled' | 'unknown' | 'early';

export interface DisputeStore {
  /** What the provider says of a dispute now; nothing when that is known already. */
  settle(provider: string, dispute: ProviderDispute): Promise<DisputeSettlement>;
  /** By the provider's ids. */
  statuses(provider: string, references: readonly string[]): Promise<ReadonlyMap<string, DisputeStatus>>;
  /** The provider's ids of all that we know, in their order: `limit` after this one. */
  referencesAfter(provider: string, reference: string, limit: number): Promise<readonly string[]>;
}
