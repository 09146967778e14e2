/** The expected outcomes an operator can act on. Plain data: an idempotency key stores them and gives them again. */
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
