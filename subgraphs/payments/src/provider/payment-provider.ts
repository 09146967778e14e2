/**
 * What payments needs of a company that moves money.
 *
 * Every call that changes something carries an idempotency key that was committed before it: the same key again,
 * from any process and after any crash, has no second effect and gets the first answer.
 */
import type { DisputeStatus } from '../domain/dispute.ts';
import type { Amount, CardDetails, NextAction, PaymentFailureCode } from '../domain/model.ts';
import type { RefundReason } from '../domain/refund.ts';

export interface PaymentProvider {
  /** Stable name; part of stored payments and of ledger account codes. */
  readonly code: string;
  /** How long the provider remembers a key. After that, ask with `retrieve` before repeating. */
  readonly keyLifetimeMs: number;
  /** ISO 4217: what new payments may be in. What was paid before in another is still given back. */
  readonly currencies: readonly string[];
  /** Why it cannot move so much, whatever it is asked; undefined when it can. */
  whyNotMovable(amount: Amount): string | undefined;
  /** Creates or reuses this payment's one intent, and sets the money aside. */
  authorize(request: AuthorizeRequest, options: CallOptions): Promise<AuthorizeOutcome>;
  /** What the provider knows of a payment, also when its reference was never learned; undefined when nothing. */
  retrieve(payment: PaymentReference, signal: AbortSignal): Promise<IntentSnapshot | undefined>;
  /** Takes the money, all that was set aside or less; the rest is given back. */
  capture(request: CaptureRequest, options: CallOptions): Promise<CaptureOutcome>;
  /** Gives up an authorization. Resolves when nothing is set aside any more, and tells why. */
  cancel(payment: PaymentReference, options: CallOptions): Promise<CancelOutcome>;
  /** Gives money back, or begins to. */
  refund(request: RefundRequest, options: CallOptions): Promise<ProviderRefund>;
  retrieveRefund(reference: string, signal: AbortSignal): Promise<ProviderRefund>;
  /** The same by our own id, when the provider's was never learned; undefined when it knows of none. */
  findRefund(request: RefundRequest, signal: AbortSignal): Promise<ProviderRefund | undefined>;
  /** Somebody to keep methods for, of whom it is told nothing but our id. @returns Its own id of them. */
  createCustomer(customerId: string, options: CallOptions): Promise<string>;
  /** Forgets a customer and all their methods. Resolves also when there is none any more. */
  deleteCustomer(reference: string, options: CallOptions): Promise<void>;
  /** Keeps a method for its customer, whose bank agrees to payments without them or wants to see them first. */
  saveMethod(request: SaveMethodRequest, options: CallOptions): Promise<SetupOutcome>;
  /** How that stands, after the customer was sent to their bank. */
  retrieveSetup(reference: string, signal: AbortSignal): Promise<SetupOutcome>;
  /** Resolves also when it is nobody's any more. */
  forgetMethod(reference: string, options: CallOptions): Promise<void>;
  /** The provider's own ids of what it keeps for a customer; none of one it does not know any more. */
  listMethods(customer: string, signal: AbortSignal): AsyncIterable<string>;
  /** Tells the bank the shop's side of a dispute. @returns How it stands, also when it takes nothing any more. */
  submitEvidence(evidence: DisputeEvidence, options: CallOptions): Promise<ProviderDispute>;
  /** Gives in: the dispute is lost. @returns How it stands, also when it was over. */
  acceptDispute(reference: string, options: CallOptions): Promise<ProviderDispute>;
  /** Those of a payment, by the provider's id of it, or all. */
  listDisputes(paymentReference: string | null, signal: AbortSignal): AsyncIterable<ProviderDispute>;
  /** Everything it has taken or set aside, for comparison with our books. */
  listIntents(signal: AbortSignal): AsyncIterable<IntentSnapshot>;
  /** @throws WebhookRefusedError when it is not signed by the provider, or not of now. */
  readWebhook(body: string, headers: WebhookHeaders, now: Date): ProviderEvent;
}

export interface CallOptions {
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

export interface PaymentReference {
  readonly paymentId: string;
  /** The provider's own id of it, once it was learned. */
  readonly reference: string | null;
}

export interface AuthorizeRequest extends PaymentReference {
  readonly amount: Amount;
  readonly token: string;
  /** Where the buyer's bank sends them afterwards, should it want to see them; null when the provider's library is there. */
  readonly returnUrl: string | null;
  /** Who keeps the method, or will; null for one that is used once. */
  readonly customer: string | null;
  /** Keeps the method with the customer once it has paid. */
  readonly keepsMethod: boolean;
  /** The buyer is not there: what would need them is declined. */
  readonly offSession: boolean;
}

export interface SaveMethodRequest {
  readonly methodId: string;
  readonly customer: string;
  readonly token: string;
  readonly returnUrl: string | null;
}

export type SetupOutcome =
  | { readonly kind: 'saved'; readonly method: string; readonly card: CardDetails }
  | { readonly kind: 'action_required'; readonly reference: string; readonly action: NextAction }
  | { readonly kind: 'declined'; readonly failure: Decline }
  | { readonly kind: 'unknown_method' };

export interface CaptureRequest extends PaymentReference {
  readonly amount: Amount;
}

export interface RefundRequest extends PaymentReference {
  readonly refundId: string;
  readonly amount: Amount;
  readonly reason: RefundReason;
}

export interface ProviderRefund {
  /** Null for one that was refused at once. */
  readonly reference: string | null;
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  readonly message: string | null;
}

export interface ProviderDispute {
  readonly reference: string;
  /** Of the payment, as the provider knows it. */
  readonly paymentReference: string;
  readonly amount: Amount;
  readonly status: DisputeStatus;
  readonly reason: string;
  readonly evidenceDueBy: Date | null;
  /** What it has charged for the dispute so far, in the currency it settles in. */
  readonly fee: Amount | null;
}

export interface DisputeEvidence {
  /** The provider's id of the dispute. */
  readonly reference: string;
  readonly text: string;
  /** Sent to the bank at once; else only kept there. */
  readonly isFinal: boolean;
}

export interface Decline {
  readonly code: PaymentFailureCode;
  readonly message: string;
  readonly retryable: boolean;
}

export interface Authorized {
  readonly reference: string;
  readonly card: CardDetails;
  /** The provider's own id of the method it was made with. */
  readonly method: string | null;
}

export type AuthorizeOutcome =
  | ({ readonly kind: 'authorized' } & Authorized)
  | {
      readonly kind: 'declined';
      readonly reference: string;
      readonly card: CardDetails | null;
      readonly failure: Decline;
    }
  | { readonly kind: 'action_required'; readonly reference: string; readonly action: NextAction }
  | { readonly kind: 'unknown_method' };

export type CaptureOutcome =
  | { readonly kind: 'captured' }
  /** For good: the authorization is no longer worth anything. */
  | { readonly kind: 'failed'; readonly message: string };

export type CancelOutcome =
  | { readonly kind: 'canceled' }
  /** Somebody has taken the money before, by hand: it can only be given back. */
  | { readonly kind: 'captured'; readonly intent: IntentSnapshot };

/** Only of somebody else's are `requires_confirmation` and `processing`: ours are cards, confirmed as they are made. */
export type IntentStatus =
  | 'requires_payment_method'
  | 'requires_confirmation'
  | 'requires_action'
  | 'processing'
  | 'requires_capture'
  | 'succeeded'
  | 'canceled';

export interface IntentSnapshot {
  readonly reference: string;
  /** Null for one that is not ours. */
  readonly paymentId: string | null;
  readonly status: IntentStatus;
  readonly currency: string;
  /** Minor units. */
  readonly capturable: number;
  readonly captured: number;
  readonly refunded: number;
  readonly card: CardDetails | null;
  /** The provider's own id of the method that was tried last. */
  readonly method: string | null;
  readonly failure: Decline | null;
  readonly action: NextAction | null;
}

export type WebhookHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** A hint to look: what it says is never taken for what is true now. */
export interface ProviderEvent {
  readonly id: string;
  readonly type: string;
  /** Of the payment, or the setup of a method, it is about, as the provider knows it; null when it is about none. */
  readonly reference: string | null;
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

export class WebhookRefusedError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebhookRefusedError';
  }
}
