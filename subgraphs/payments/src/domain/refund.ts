import type { Amount } from './model.ts';

export type RefundStatus = 'PENDING' | 'SUCCEEDED' | 'FAILED';
export type RefundReason = 'DUPLICATE' | 'FRAUDULENT' | 'REQUESTED_BY_CUSTOMER' | 'ORDER_CANCELED' | 'OTHER';

export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly checkoutId: string;
  readonly buyerId: string | null;
  readonly amount: Amount;
  readonly status: RefundStatus;
  readonly reason: RefundReason;
  readonly note: string | null;
  readonly failureMessage: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface RefundLine {
  readonly refundId: string;
  readonly lineItemId: string;
  readonly quantity: number;
  /** What of the refund is for it, with its tax. */
  readonly amount: Amount;
  /** Its pieces are back in stock. */
  readonly restocked: boolean;
}
