import { ProviderRejectedError } from './payment-provider.ts';

/** Stripe writes these with two decimals that ISO 4217 does not know. */
const STRIPE_TIMES_HUNDRED: ReadonlySet<string> = new Set(['isk', 'ugx']);
/** Stripe writes these without the two decimals that ISO 4217 has for them. */
const WHOLE_UNITS: ReadonlySet<string> = new Set(['mga']);
/** Stripe takes three decimals, of which the last is zero. */
const THREE_DECIMALS: ReadonlySet<string> = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
/** Eight digits is what cards take. */
const MAX_AMOUNT = 99_999_999;

/**
 * ISO minor units as Stripe counts them.
 *
 * @see https://docs.stripe.com/currencies#special-cases
 * @throws ProviderRejectedError for an amount that Stripe cannot move.
 */
export function toStripeAmount(amount: number, currency: string): number {
  const step = WHOLE_UNITS.has(currency) ? 100 : THREE_DECIMALS.has(currency) ? 10 : 1;
  if (amount % step !== 0) {
    throw new ProviderRejectedError(`amounts in ${currency} are multiples of ${step}, but got: ${amount}`);
  }
  const converted = Math.round(amount * stripePerMinorUnit(currency));
  if (converted > MAX_AMOUNT)
    throw new ProviderRejectedError(`more than ${MAX_AMOUNT} cannot be charged at once`);
  return converted;
}

/** Stripe's amount in ISO minor units. */
export const fromStripeAmount = (amount: number, currency: string): number =>
  Math.round(amount / stripePerMinorUnit(currency));

const stripePerMinorUnit = (currency: string): number =>
  STRIPE_TIMES_HUNDRED.has(currency) ? 100 : WHOLE_UNITS.has(currency) ? 1 / 100 : 1;
