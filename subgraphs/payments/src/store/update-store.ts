import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import type { Checkout, OrderAddress, PricedLine } from '../domain/model.ts';
import type { CheckoutUserError } from '../domain/user-error.ts';
import type { Prices } from '../pricing/price-checkout.ts';
import type { Answer, KnownKey } from './answer.ts';

/** Changes of open checkouts, and the holds on stock they leave behind. Every method is one transaction. */
export interface UpdateStore {
  /** Records the key and, for other lines, the hold that is about to be made. Another change that is under way has lost. */
  begin(command: BeginUpdate): Promise<BeginUpdateOutcome>;
  /** Writes the change and answers its key. False when the checkout is not this request's to change any more. */
  apply(command: ApplyUpdate): Promise<boolean>;
  /** Gives the key an answer that changes nothing, unless it has one. */
  refuse(request: IdempotentRequest, answer: Answer): Promise<void>;
  /** The hold of this revision is not needed: products takes it back next. Null is none. */
  letGo(checkoutId: string, revision: number | null): Promise<void>;
  /** The same for the first hold of a checkout, if it has ended without being sold. */
  letGoIfEnded(checkoutId: string): Promise<void>;
  /** Holds that products should take back now; each comes again, later, until it is settled. */
  claimLooseHolds(limit: number): Promise<readonly string[]>;
  settleLooseHold(reservationId: string): Promise<void>;
}

export interface BeginUpdate {
  readonly checkoutId: string;
  readonly request: IdempotentRequest;
  /** The pieces it is to hold from then on, and how many guests of one network may; null when the lines stay. */
  readonly holds: { readonly units: number; readonly maxUnits: number } | null;
  /** Runs on the locked checkout, with the store's clock. */
  readonly refuse: (checkout: Checkout, now: Date) => CheckoutUserError | undefined;
}

export interface BegunUpdate {
  readonly checkout: Checkout;
  /** As they are. */
  readonly lines: readonly PricedLine[];
  /** Of the hold to make; null when the lines stay. */
  readonly revision: number | null;
}

export type BeginUpdateOutcome =
  | ({ readonly kind: 'begun' } & BegunUpdate)
  | { readonly kind: 'refused'; readonly error: CheckoutUserError }
  | Exclude<KnownKey, { kind: 'resumed' }>;

export interface ApplyUpdate {
  readonly checkoutId: string;
  readonly request: IdempotentRequest;
  readonly revision: number | null;
  /** Null stays as it is. */
  readonly email: string | null;
  readonly shippingAddress: OrderAddress | null;
  readonly billingAddress: OrderAddress | null;
  readonly prices: Prices;
  /** Null stays as it is. */
  readonly expiresAt: Date | null;
}
