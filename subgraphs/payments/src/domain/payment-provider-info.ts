/** What a front end has to know of a provider to collect payment methods for it. Nothing of it is secret. */
export interface PaymentProviderInfo {
  readonly code: string;
  readonly displayName: string;
  readonly publishableKey: string | null;
  /** No money moves. */
  readonly isTest: boolean;
  readonly supports: readonly 'CARD'[];
  /** ISO 4217: what a checkout may be in. */
  readonly currencies: readonly string[];
}
