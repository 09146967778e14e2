import type { Amount } from './model.ts';

/** Who bought what: one pair. */
export interface Purchase {
  readonly buyerId: string;
  readonly productId: string;
}

export interface ProductSales {
  readonly productId: string;
  readonly orders: number;
  readonly units: number;
  /** One for each currency. */
  readonly net: readonly Amount[];
}

export interface VerifiedBuyer {
  readonly lineId: string;
  readonly productId: string;
  readonly buyerId: string;
  readonly variantId: string;
  readonly purchasedAt: Date;
}
