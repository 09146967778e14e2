import type { ProviderEvent } from '../provider/payment-provider.ts';

/** Events of the provider, kept from before they are acknowledged until they have been looked into. */
export interface InboxStore {
  /** Once, however often it comes. */
  keep(provider: string, event: ProviderEvent): Promise<void>;
  /** Leases events that are due; one that is not settled comes again, later each time. */
  claimDue(limit: number): Promise<readonly KeptEvent[]>;
  settle(event: KeptEvent): Promise<void>;
  /** It cannot be looked into yet: it comes again then. */
  postpone(event: KeptEvent, delayMs: number): Promise<void>;
  /** Forgets events that were looked into long ago, so long that they cannot come again; answers how many. */
  purge(limit: number): Promise<number>;
}

export interface KeptEvent extends ProviderEvent {
  readonly provider: string;
  /** This one included. */
  readonly attempts: number;
}
