/** What is asked before a checkout has a price. Tables answer it by default; a carrier or a tax service may instead. */
import type { MissingAddress, OrderAddress, PricedLine } from '../domain/model.ts';

export interface PricingRequest {
  readonly currency: string;
  readonly lines: readonly PricedLine[];
  readonly shippingAddress: OrderAddress | null;
  readonly billingAddress: OrderAddress | null;
}

/** Cannot be known yet: the buyer may look at the price so far, and has to say where they live before they pay. */
interface Needs {
  readonly kind: 'needs';
  readonly address: MissingAddress;
}

export type ShippingQuote =
  | { readonly kind: 'priced'; /** Minor units. */ readonly amount: number }
  | Needs
  | { readonly kind: 'refused'; readonly field: readonly string[]; readonly message: string };

export interface ShippingCalculator {
  /** A rejection means that there was no answer; the buyer asks again with the same key. */
  quote(request: PricingRequest): Promise<ShippingQuote>;
}

export type TaxQuote =
  | {
      readonly kind: 'priced';
      /** Minor units, of each line in order. */
      readonly lines: readonly number[];
      readonly shipping: number;
    }
  | Needs;

export interface TaxCalculator {
  /** A rejection means that there was no answer; the buyer asks again with the same key. */
  quote(request: PricingRequest, shipping: number): Promise<TaxQuote>;
}

export interface Calculators {
  readonly shipping: ShippingCalculator;
  readonly tax: TaxCalculator;
}
