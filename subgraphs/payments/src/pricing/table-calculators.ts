import type { Calculators, PricingRequest, ShippingCalculator, TaxCalculator } from './calculators.ts';
import { findRow, type Rates } from './rates.ts';
import { taxOf } from './tax-of.ts';

/** The category of shipping in the table of taxes. */
const SHIPPING_CATEGORY = 'shipping';
const COUNTRY_FIELD = ['input', 'shippingAddress', 'countryCode'];

/** Prices by the tables; an empty table costs nothing and asks for no address. */
export const createTableCalculators = ({ shipping, taxes }: Rates): Calculators => ({
  shipping: createTableShipping(shipping),
  tax: createTableTax(taxes),
});

const createTableShipping = (rows: Rates['shipping']): ShippingCalculator => ({
  quote: (request) => Promise.resolve(quoteShipping(rows, request)),
});

function quoteShipping(
  rows: Rates['shipping'],
  { currency, lines, shippingAddress }: PricingRequest,
): Awaited<ReturnType<ShippingCalculator['quote']>> {
  const shipped = lines.filter(({ requiresShipping }) => requiresShipping);
  if (rows.length === 0 || shipped.length === 0) return { kind: 'priced', amount: 0 };
  if (shippingAddress === null) return { kind: 'needs', address: 'SHIPPING' };
  const row = findRow(rows, shippingAddress);
  if (row === undefined) {
    return { kind: 'refused', field: COUNTRY_FIELD, message: 'We do not ship there.' };
  }
  const price = row.prices.find((candidate) => candidate.currency === currency);
  if (price === undefined) {
    return { kind: 'refused', field: COUNTRY_FIELD, message: `We do not ship there for ${currency}.` };
  }
  const worth = shipped.reduce(
    (sum, { unitPrice, quantity }) => sum + BigInt(unitPrice.amount) * BigInt(quantity),
    0n,
  );
  const isFree = price.freeFrom !== undefined && worth >= BigInt(price.freeFrom);
  return { kind: 'priced', amount: isFree ? 0 : price.amount };
}

/** Where goods go decides; where there is nothing to send, where the buyer lives. A place without a row has no tax. */
const createTableTax = (rows: Rates['taxes']): TaxCalculator => ({
  quote: ({ lines, shippingAddress, billingAddress }, shipping) => {
    const free = { kind: 'priced', lines: lines.map(() => 0), shipping: 0 } as const;
    if (rows.length === 0) return Promise.resolve(free);
    const isSent = lines.some(({ requiresShipping }) => requiresShipping);
    const place = isSent ? shippingAddress : (billingAddress ?? shippingAddress);
    if (place === null) {
      return Promise.resolve({ kind: 'needs', address: isSent ? 'SHIPPING' : 'BILLING' });
    }
    const tax = (amount: bigint, category: string): number =>
      taxOf(amount, findRow(rows, place, category)?.percent ?? '0');
    return Promise.resolve({
      kind: 'priced',
      lines: lines.map(({ unitPrice, quantity, taxCategory }) =>
        tax(BigInt(unitPrice.amount) * BigInt(quantity), taxCategory),
      ),
      shipping: tax(BigInt(shipping), SHIPPING_CATEGORY),
    });
  },
});
