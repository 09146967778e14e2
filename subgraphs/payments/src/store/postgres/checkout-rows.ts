import type {
  Checkout,
  CheckoutFailureCode,
  CheckoutStatus,
  MissingAddress,
  OrderAddress,
  SagaStep,
  Totals,
} from '../../domain/model.ts';

export interface TotalsRow {
  readonly currency: string;
  readonly subtotal: number;
  readonly shipping_total: number;
  readonly tax_total: number;
  readonly total: number;
}

export interface CheckoutRow extends TotalsRow {
  readonly id: string;
  readonly buyer_id: string | null;
  readonly email: string | null;
  readonly client_secret_hash: Buffer | null;
  readonly status: CheckoutStatus;
  readonly step: SagaStep;
  readonly version: number;
  readonly revision: number;
  readonly shipping_address: OrderAddress | null;
  readonly billing_address: OrderAddress | null;
  readonly lacks_address: MissingAddress | null;
  readonly failure_code: CheckoutFailureCode | null;
  readonly failure_message: string | null;
  readonly expires_at: Date;
  readonly created_at: Date;
}

export function toTotals({ currency, subtotal, shipping_total, tax_total, total }: TotalsRow): Totals {
  return {
    subtotal: { amount: subtotal, currency },
    shippingTotal: { amount: shipping_total, currency },
    taxTotal: { amount: tax_total, currency },
    total: { amount: total, currency },
  };
}

export const toCheckout = (row: CheckoutRow): Checkout => ({
  id: row.id,
  buyerId: row.buyer_id,
  email: row.email,
  clientSecretHash: row.client_secret_hash,
  status: row.status,
  step: row.step,
  version: row.version,
  revision: row.revision,
  ...toTotals(row),
  shippingAddress: row.shipping_address,
  billingAddress: row.billing_address,
  lacksAddress: row.lacks_address,
  failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message ?? '' },
  expiresAt: row.expires_at,
  createdAt: row.created_at,
});
