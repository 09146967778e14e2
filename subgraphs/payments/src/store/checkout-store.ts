import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import type {
  Amount,
  CaptureMethod,
  Checkout,
  CheckoutFailure,
  CheckoutStatus,
  OrderAddress,
  PricedLine,
} from '../domain/model.ts';
import type { CheckoutUserError } from '../domain/user-error.ts';
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
  readonly buyerId: string;
  readonly currency: string;
  readonly shippingAddress: OrderAddress | null;
  readonly ttlSeconds: number;
  readonly maxOpen: number;
  readonly request: IdempotentRequest;
}

export type OpenOutcome = { readonly kind: 'opened' } | { readonly kind: 'too_many' } | KnownKey;

export interface ApplyReservation {
  readonly checkoutId: string;
  readonly lines: readonly PricedLine[];
  readonly total: Amount;
  readonly expiresAt: Date;
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
  readonly token: string;
  /** Where the buyer's bank sends them afterwards, should it want to see them. */
  readonly returnUrl: string | null;
  readonly request: IdempotentRequest;
  /** Runs on the locked checkout, with the store's clock. */
  readonly refuse: (checkout: Checkout, now: Date) => CheckoutUserError | undefined;
}

export type BeginOutcome =
  | { readonly kind: 'begun'; readonly saga: SagaState }
  | { readonly kind: 'refused'; readonly error: CheckoutUserError }
  | KnownKey;
