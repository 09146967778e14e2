import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import type {
  CaptureMethod,
  Checkout,
  CheckoutFailure,
  CheckoutStatus,
  OrderAddress,
} from '../domain/model.ts';
import type { MethodUse } from '../domain/saved-method.ts';
import type { CheckoutUserError } from '../domain/user-error.ts';
import type { Prices } from '../pricing/price-checkout.ts';
import type { Answer, KnownKey } from './answer.ts';
import type { SagaState } from './saga-store.ts';

/** Writes that a buyer's request asks for. Every method is one transaction. */
export interface CheckoutStore {
  /** Records the key and an unpriced checkout, before anything outside is asked. */
  openCheckout(command: OpenCheckout): Promise<OpenOutcome>;
  /** Prices the checkout and answers its key. False when it is no longer waiting for that. */
  applyReservation(command: ApplyReservation): Promise<boolean>;
  /** Ends a checkout that was never priced and answers its key. False when it is no longer waiting for that. */
  rejectReservation(command: RejectReservation): Promise<boolean>;
  /** Records the key, the payment's next attempt and the intent to authorize. */
  beginPayment(command: BeginPayment): Promise<BeginOutcome>;
  /** Ends an open checkout of this buyer, answering what it was before. */
  cancelCheckout(checkoutId: string, failure: CheckoutFailure): Promise<CheckoutStatus>;
  /** Ends open checkouts whose time is over; answers how many. */
  expireCheckouts(limit: number): Promise<number>;
  /** The final answer of a key, once there is one. */
  findAnswer(request: IdempotentRequest): Promise<Answer | undefined>;
  /** Lets the next request with this key go on at once. */
  unlockKey(request: IdempotentRequest): Promise<void>;
  /** Forgets keys past their retention; answers how many. */
  purgeKeys(limit: number): Promise<number>;
}

export interface OpenCheckout {
  readonly checkoutId: string;
  /** Null for a guest. */
  readonly buyerId: string | null;
  /** A guest's, should they have to be shown a new one; null for others. */
  readonly clientSecretHash: Buffer | null;
  readonly email: string | null;
  readonly currency: string;
  readonly shippingAddress: OrderAddress | null;
  readonly billingAddress: OrderAddress | null;
  readonly showAsVerifiedBuyer: boolean;
  readonly ttlSeconds: number;
  /** Of one buyer. */
  readonly maxOpen: number;
  /** Null for who is no guest, or is nobody knows where. */
  readonly guests: GuestLimits | null;
  readonly request: IdempotentRequest;
}

/** Where a guest is, and what guests from there may hold together. */
export interface GuestLimits {
  readonly network: string;
  /** Open checkouts. */
  readonly maxOpen: number;
  /** Pieces in them. */
  readonly maxUnits: number;
  /** Those of this checkout. */
  readonly units: number;
}

export type OpenOutcome =
  | { readonly kind: 'opened' }
  | { readonly kind: 'too_many' }
  | { readonly kind: 'too_many_guests'; readonly retryAfterSeconds: number }
  | { readonly kind: 'too_many_units'; readonly error: CheckoutUserError }
  /** To a guest who lost the answer: nothing was done with the checkout since, and it has the new secret now. */
  | { readonly kind: 'shown_again'; readonly answer: Answer }
  | KnownKey;

export interface ApplyReservation {
  readonly checkoutId: string;
  readonly prices: Prices;
  readonly expiresAt: Date;
  readonly clientSecretHash: Buffer | null;
}

export interface RejectReservation {
  readonly checkoutId: string;
  readonly status: 'FAILED' | 'CANCELED' | 'EXPIRED';
  readonly failure: CheckoutFailure;
  /** Whether stock may be held for it. */
  readonly releaseStock: boolean;
  readonly errors: readonly CheckoutUserError[];
}

export interface BeginPayment {
  readonly checkoutId: string;
  readonly provider: string;
  readonly captureMethod: CaptureMethod;
  readonly method: ChosenMethod;
  /** Where the buyer's bank sends them afterwards, should it want to see them. */
  readonly returnUrl: string | null;
  readonly request: IdempotentRequest;
  /** Runs on the locked checkout, with the store's clock. */
  readonly refuse: (checkout: Checkout, now: Date) => CheckoutUserError | undefined;
}

/** What is paid with, as the provider knows it. */
export interface ChosenMethod {
  readonly token: string;
  readonly use: MethodUse;
  /** Who keeps it, or will; null for one that is used once. */
  readonly customer: string | null;
  /** The buyer is not there. */
  readonly offSession: boolean;
}

export type BeginOutcome =
  | { readonly kind: 'begun'; readonly saga: SagaState }
  | { readonly kind: 'refused'; readonly error: CheckoutUserError }
  | KnownKey;
