/** The expected outcomes an operator can act on. Plain data: an idempotency key stores them and gives them again. */
import type { DisputeStatus } from './dispute.ts';
import type { Amount, OrderStatus, PaymentStatus } from './model.ts';
import type { CheckoutUserError, InputError } from './user-error.ts';

interface Base<T extends string> {
  readonly __typename: T;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export type PaymentUserError =
  | InputError
  | (Base<'PaymentStateError'> & { readonly status: PaymentStatus })
  | (Base<'OrderStateError'> & { readonly status: OrderStatus })
  | (Base<'DisputeStateError'> & { readonly disputeStatus: DisputeStatus })
  | (Base<'AmountExceedsCapturableError'> & { readonly capturable: Amount })
  | (Base<'AmountExceedsRefundableError'> & { readonly refundable: Amount })
  | Extract<CheckoutUserError, { __typename: 'IdempotencyKeyInUseError' | 'IdempotencyKeyReusedError' }>;

const STATE_MESSAGES: Readonly<Record<PaymentStatus, string>> = {
  REQUIRES_PAYMENT_METHOD: 'The payment was not made yet.',
  REQUIRES_ACTION: 'The payment waits for its buyer.',
  PROCESSING: 'The payment is being worked on right now.',
  REQUIRES_CAPTURE: 'The payment is not captured yet.',
  SUCCEEDED: 'The payment is already captured.',
  CANCELED: 'The payment was canceled.',
};

export const paymentStateError = (
  status: PaymentStatus,
  message = STATE_MESSAGES[status],
): PaymentUserError => ({
  __typename: 'PaymentStateError',
  message,
  field: ['input', 'paymentId'],
  status,
});

export const orderStateError = (status: OrderStatus, message: string): PaymentUserError => ({
  __typename: 'OrderStateError',
  message,
  field: ['input', 'orderId'],
  status,
});

const DISPUTE_MESSAGES: Readonly<Record<DisputeStatus, string>> = {
  WARNING_NEEDS_RESPONSE: 'This is an inquiry: answer it with evidence, or refund the payment.',
  WARNING_UNDER_REVIEW: 'This is an inquiry, and its evidence was sent.',
  WARNING_CLOSED: 'The inquiry is closed.',
  NEEDS_RESPONSE: 'The dispute waits for evidence.',
  UNDER_REVIEW: 'The evidence was sent to the bank.',
  WON: 'The dispute is won.',
  LOST: 'The dispute is lost.',
  PREVENTED: 'The dispute was prevented.',
};

export const disputeStateError = (
  status: DisputeStatus,
  message = DISPUTE_MESSAGES[status],
): PaymentUserError => ({
  __typename: 'DisputeStateError',
  message,
  field: ['id'],
  disputeStatus: status,
});

export const exceedsCapturable = (capturable: Amount): PaymentUserError => ({
  __typename: 'AmountExceedsCapturableError',
  message: 'That is more than is set aside.',
  field: ['input', 'amount'],
  capturable,
});

export const exceedsRefundable = (refundable: Amount): PaymentUserError => ({
  __typename: 'AmountExceedsRefundableError',
  message: 'That is more than is left to refund.',
  field: ['input', 'amount'],
  refundable,
});
