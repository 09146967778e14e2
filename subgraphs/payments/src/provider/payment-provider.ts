/**
 * What payments needs of a company that moves money.
 *
 * Every call carries an idempotency key that was committed before it: the same key again, from any process and
 * after any crash, has no second effect and gets the first answer.
 */
import type { Amount, CardDetails, PaymentFailureCode } from '../domain/model.ts';

export interface PaymentProvider {
  /** Stable name; part of stored payments and of ledger account codes. */
  readonly code: string;
  /** How long the provider remembers a key. After that, ask with `retrieve` before repeating. */
  readonly keyLifetimeMs: number;
  /** Creates or reuses this payment's one intent, and sets the money aside. */
  authorize(request: AuthorizeRequest, options: CallOptions): Promise<AuthorizeOutcome>;
  /** What the provider knows of a payment, also when its reference was never learned; undefined when nothing. */
  retrieve(request: { readonly paymentId: string }, signal: AbortSignal): Promise<IntentSnapshot | undefined>;
  /** Takes the money. */
  capture(request: CaptureRequest, options: CallOptions): Promise<CaptureOutcome>;
  /** Gives up an authorization. Resolves when nothing is set aside any more. */
  cancel(request: { readonly paymentId: string }, options: CallOptions): Promise<void>;
}

export interface CallOptions {
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

export interface AuthorizeRequest {
  readonly paymentId: string;
  readonly amount: Amount;
  readonly token: string;
}

export interface CaptureRequest {
  readonly paymentId: string;
  readonly amount: Amount;
}

export interface Decline {
  readonly code: PaymentFailureCode;
  readonly message: string;
  readonly retryable: boolean;
}

export type AuthorizeOutcome =
  | { readonly kind: 'authorized'; readonly reference: string; readonly card: CardDetails }
  | {
      readonly kind: 'declined';
      readonly reference: string;
      readonly card: CardDetails | null;
      readonly failure: Decline;
    }
  | { readonly kind: 'unknown_method' };

export type CaptureOutcome =
  | { readonly kind: 'captured' }
  /** For good: the authorization is no longer worth anything. */
  | { readonly kind: 'failed'; readonly message: string };

export interface IntentSnapshot {
  readonly reference: string;
  readonly status: 'requires_payment_method' | 'requires_capture' | 'succeeded' | 'canceled';
  readonly card: CardDetails | null;
  readonly failure: Decline | null;
}

/** No answer, or none that says what happened: the outcome is UNKNOWN, so the same call is made again. */
export class ProviderUnavailableError extends Error {
  constructor(cause?: unknown) {
    super('the payment provider did not answer', { cause });
    this.name = 'ProviderUnavailableError';
  }
}

/** The provider refuses the request itself (a key with other parameters, a capture after a cancel): a bug of ours. */
export class ProviderRejectedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProviderRejectedError';
  }
}
