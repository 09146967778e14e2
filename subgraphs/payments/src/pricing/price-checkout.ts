import type { MissingAddress, PricedLine } from '../domain/model.ts';
import { inputError, type InputError } from '../domain/user-error.ts';
import type { Calculators, PricingRequest } from './calculators.ts';

/** All in minor units of one currency. */
export interface Prices {
  readonly lines: readonly TaxedLine[];
  readonly subtotal: number;
  readonly shippingTotal: number;
  readonly shippingTax: number;
  /** That of the lines and of the shipping. */
  readonly taxTotal: number;
  readonly total: number;
  /** What is known is priced; nobody can pay before this is given. */
  readonly lacksAddress: MissingAddress | null;
}

export interface TaxedLine extends PricedLine {
  readonly tax: number;
}

/** What everything costs, or why it cannot be sold so. Rejects when a calculator does. */
export async function priceCheckout(
  { shipping, tax }: Calculators,
  request: PricingRequest,
): Promise<Prices | { readonly error: InputError }> {
  const shipped = await shipping.quote(request);
  if (shipped.kind === 'refused') return { error: inputError('UNSUPPORTED', shipped.field, shipped.message) };
  const shippingTotal = shipped.kind === 'priced' ? shipped.amount : 0;
  const taxed = await tax.quote(request, shippingTotal);
  const taxes = taxed.kind === 'priced' ? taxed.lines : request.lines.map(() => 0);
  const shippingTax = taxed.kind === 'priced' ? taxed.shipping : 0;
  const subtotal = request.lines.reduce(
    (sum, { unitPrice, quantity }) => sum + BigInt(unitPrice.amount) * BigInt(quantity),
    0n,
  );
  const taxTotal = [...taxes, shippingTax].reduce((sum, amount) => sum + BigInt(amount), 0n);
  const total = subtotal + BigInt(shippingTotal) + taxTotal;
  if (total > BigInt(Number.MAX_SAFE_INTEGER)) {
    return { error: inputError('LIMIT_EXCEEDED', ['input', 'lines'], 'The total is too large.') };
  }
  return {
    lines: request.lines.map((line, index) => ({ ...line, tax: taxes[index] ?? 0 })),
    subtotal: Number(subtotal),
    shippingTotal,
    shippingTax,
    taxTotal: Number(taxTotal),
    total: Number(total),
    lacksAddress: shipped.kind === 'needs' ? shipped.address : taxed.kind === 'needs' ? taxed.address : null,
  };
}
