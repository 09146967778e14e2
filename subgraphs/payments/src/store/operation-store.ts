/** What operators do with a payment: written down first, done at the provider, and its outcome written once. */
import type { IdempotentRequest } from '../domain/idempotency-key.ts';
import type { Amount } from '../domain/model.ts';
import type { RefundLineRequest } from '../domain/operation-input.ts';
import type { PaymentUserError } from '../domain/payment-user-error.ts';
import type { ProviderDispute } from '../provider/payment-provider.ts';
import type { RefundReason } from '../domain/refund.ts';

interface Begin {
  readonly paymentId: string;
  readonly request: IdempotentRequest;
}

export type BeginOperation =
  /** No amount: all that is set aside. */
  | (Begin & { readonly kind: 'CAPTURE'; readonly amount: number | null })
  | (Begin & {
      readonly kind: 'CANCEL';
      /** For the timeline, for good. */
      readonly reason: string | null;
      /** What a buyer says, who may want it forgotten. */
      readonly note: string | null;
    })
  | (Begin & {
      readonly kind: 'REFUND';
      /** Nothing: what the lines cost, or all that is left. */
      readonly amount: number | null;
      readonly lines: readonly RefundLineRequest[];
      /** Sends the stock of the whole order back to the shelf. */
      readonly restock: boolean;
      /** All that is left of it, because the order is canceled: it is when the refund is paid. */
      readonly cancelsOrder: boolean;
      readonly reason: RefundReason;
      readonly note: string | null;
      readonly by: string;
    })
  /** Lets the money of an order go or gives it back, whichever it is when this is begun, and puts the goods back. */
  | (Begin & {
      readonly kind: 'CANCEL_ORDER';
      readonly reason: string | null;
      readonly by: string;
      /** How long after the order its buyer may, once the money is taken; null for an operator, who always may. */
      readonly buyerWithinMs: number | null;
    })
  | (Begin & {
      readonly kind: 'EVIDENCE';
      readonly disputeId: string;
      readonly text: string;
      /** Sent to the bank at once; else only kept at the provider. */
      readonly submit: boolean;
    })
  | (Begin & { readonly kind: 'ACCEPT'; readonly disputeId: string });

/** What an operator's key answers for good. The things are shown as they are now. */
export interface OperationAnswer {
  readonly paymentId: string | null;
  readonly refundId: string | null;
  readonly disputeId: string | null;
  readonly errors: readonly PaymentUserError[];
}

export type BeginOperationOutcome =
  /** Leased to the caller; the next turn takes it by its id. */
  | { readonly kind: 'begun'; readonly operation: Operation }
  | { readonly kind: 'refused'; readonly error: PaymentUserError }
  | { readonly kind: 'answered'; readonly answer: OperationAnswer }
  | { readonly kind: 'resumed' }
  | { readonly kind: 'in_use'; readonly retryAfterSeconds: number }
  | { readonly kind: 'reused' };

export interface Operation {
  readonly id: string;
  readonly kind: BeginOperation['kind'];
  readonly paymentId: string;
  readonly reference: string | null;
  readonly currency: string;
  /** Minor units. */
  readonly amount: number;
  readonly refundId: string | null;
  readonly reason: RefundReason | null;
  readonly disputeId: string | null;
  /** The provider's id of the dispute. */
  readonly disputeReference: string | null;
  readonly evidence: { readonly text: string; readonly submit: boolean } | null;
  readonly idempotencyKey: string;
  /** Failed tries. */
  readonly attempts: number;
  readonly ageMs: number;
}

export type OperationOutcome =
  /** So much, in minor units. The error tells who wanted to let go of it that somebody had captured it before, by hand. */
  | { readonly kind: 'captured'; readonly amount: number; readonly error: PaymentUserError | null }
  /** What was set aside is worth nothing any more. */
  | { readonly kind: 'canceled'; readonly error: PaymentUserError | null }
  | { readonly kind: 'refund'; readonly refund: RefundOutcome }
  | { readonly kind: 'dispute'; readonly dispute: ProviderDispute };

export interface RefundOutcome {
  readonly reference: string | null;
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  readonly message: string | null;
}

/** A refund that the provider knows of, and how to ask it. */
export interface PlacedRefund {
  readonly id: string;
  readonly reference: string;
}

export type IsMovable = (amount: Amount) => boolean;

export interface OperationStore {
  /** @param isMovable Whether the provider can move so much: what it would refuse for good is not written down. */
  begin(command: BeginOperation, isMovable: IsMovable): Promise<BeginOperationOutcome>;
  /** Leases one that nobody is at, by the key that waits for it. */
  claim(request: IdempotentRequest): Promise<Operation | undefined>;
  claimDue(limit: number): Promise<readonly Operation[]>;
  postpone(operation: Operation, delayMs: number): Promise<void>;
  /** Void when somebody else has written it. */
  finish(operation: Operation, outcome: OperationOutcome): Promise<void>;
  findAnswer(request: IdempotentRequest): Promise<OperationAnswer | undefined>;
  unlockKey(request: IdempotentRequest): Promise<void>;
  /** Leases refunds that a bank has not answered yet. */
  claimPendingRefunds(limit: number): Promise<readonly PlacedRefund[]>;
  /**
   * Those of a payment that the provider knows of, whatever their status: a bank may change its mind. And whether it is
   * being asked for another at this moment.
   */
  refundsOf(
    provider: string,
    paymentReference: string,
  ): Promise<{ readonly placed: readonly PlacedRefund[]; readonly isAsking: boolean }>;
  /** What the provider says of a refund now; nothing when that is known already. */
  settleRefund(refundId: string, outcome: RefundOutcome): Promise<void>;
}
