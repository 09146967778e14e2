import type {
  Checkout,
  CheckoutFailureCode,
  CheckoutStatus,
  OrderAddress,
  SagaStep,
} from '../../domain/model.ts';

export interface CheckoutRow {
  readonly id: string;
  readonly buyer_id: string;
  readonly status: CheckoutStatus;
  readonly step: SagaStep;
  readonly version: number;
  readonly currency: string;
  readonly total: number;
  readonly shipping_address: OrderAddress | null;
  readonly failure_code: CheckoutFailureCode | null;
  readonly failure_message: string | null;
  readonly expires_at: Date;
  readonly created_at: Date;
}

export const toCheckout = (row: CheckoutRow): Checkout => ({
  id: row.id,
  buyerId: row.buyer_id,
  status: row.status,
  step: row.step,
  version: row.version,
  total: { amount: row.total, currency: row.currency },
  shippingAddress: row.shipping_address,
  failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
  expiresAt: row.expires_at,
  createdAt: row.created_at,
});
