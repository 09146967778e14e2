/**
 * The persisted saga of a payment. One turn is: read the state, call somebody outside any transaction, write the
 * outcome in one transaction that is void when the checkout's version has moved since the read.
 */
import type {
  Amount,
  CaptureMethod,
  CardDetails,
  CheckoutFailure,
  CheckoutStatus,
  NextAction,
  PaymentFailure,
  SagaStep,
} from '../domain/model.ts';
import type { MethodUse } from '../domain/saved-method.ts';
import type { Split } from '../domain/split.ts';
import type { CheckoutUserError } from '../domain/user-error.ts';
import type { RestockOutcome } from '../inventory/inventory.ts';
import type { Authorized, IntentSnapshot } from '../provider/payment-provider.ts';

export type ProviderOperation = 'AUTHORIZE' | 'CAPTURE' | 'CANCEL';

export interface SagaState {
  readonly checkoutId: string;
  /** The hold on its stock, as products knows it. */
  readonly reservationId: string;
  readonly version: number;
  readonly status: CheckoutStatus;
  readonly step: SagaStep;
  /** Failed tries of this step. */
  readonly attempts: number;
  readonly total: Amount;
  /** What the total is made of. */
  readonly sale: Split;
  /** Whether the hold on the stock should be over by now. */
  readonly holdEnded: boolean;
  readonly failure: CheckoutFailure | null;
  readonly payment: {
    readonly id: string;
    readonly amount: Amount;
    /** Null for a guest's, and for one whose buyer was erased. */
    readonly buyerId: string | null;
    readonly provider: string;
    /** The provider's own id of it, once it was learned. */
    readonly reference: string | null;
    readonly isAuthorized: boolean;
    /** MANUAL: an order is made of what is set aside, and somebody captures it later. */
    readonly captureMethod: CaptureMethod;
    readonly methodUse: MethodUse;
  } | null;
  /** The committed intent of the provider call this step makes. */
  readonly request: {
    readonly id: string;
    readonly operation: ProviderOperation;
    readonly idempotencyKey: string;
    readonly token: string | null;
    readonly returnUrl: string | null;
    /** Who keeps the method, as the provider knows them. */
    readonly customer: string | null;
    readonly offSession: boolean;
    readonly ageMs: number;
  } | null;
}

/** The state after the write, still leased to the caller; undefined when the write was void or nothing is left to do. */
export type Next = Promise<SagaState | undefined>;

export interface SagaStore {
  /** Leases a checkout whose next step is due, if nobody else is at it. */
  claim(checkoutId: string): Promise<SagaState | undefined>;
  claimDue(limit: number): Promise<readonly SagaState[]>;
  /** Puts the step off after a try without an answer. */
  postpone(saga: SagaState, delayMs: number): Promise<void>;
  /** Makes a checkout that waits for its buyer's bank due now, if nobody is at it. */
  hurry(checkoutId: string): Promise<void>;
  /** Checkouts of payments that the provider calls so, which wait for their buyer's bank. */
  waitingFor(provider: string, reference: string): Promise<readonly string[]>;
  /** The buyer has to do something first; they are told what, and the saga waits for it. */
  actionRequired(saga: SagaState, outcome: { readonly reference: string; readonly action: NextAction }): Next;
  /** They have not done it yet: the saga looks again later. */
  stillWaiting(saga: SagaState): Next;
  /** Gives up waiting. */
  actionEnded(saga: SagaState, failure: CheckoutFailure): Next;
  authorized(saga: SagaState, outcome: Authorized): Next;
  /** The checkout is open again and its stock still held. */
  declined(saga: SagaState, outcome: DeclinedOutcome): Next;
  stockCommitted(saga: SagaState): Next;
  stockRefused(saga: SagaState, failure: CheckoutFailure): Next;
  /** Ledger, payment, order, checkout and the buyer's answer, all at once. */
  captured(saga: SagaState): Next;
  captureFailed(saga: SagaState, failure: CheckoutFailure): Next;
  /** Whether the goods are back or cannot be: what comes next is the same. */
  restocked(saga: SagaState, outcome: RestockOutcome): Next;
  voided(saga: SagaState): Next;
  /** It was captured by hand before: that is booked, and a refund of it begun. */
  capturedInstead(saga: SagaState, intent: IntentSnapshot): Next;
  released(saga: SagaState): Next;
}

export interface DeclinedOutcome {
  readonly reference: string | null;
  readonly card: CardDetails | null;
  readonly failure: PaymentFailure | null;
  readonly message: string;
  readonly error: CheckoutUserError;
}
