import type { Amount, Checkout } from './model.ts';
import { inputError, priceChanged, stateError, type CheckoutUserError } from './user-error.ts';

/** Why this checkout cannot be paid now with what the buyer was shown; undefined when it can. */
export function whyNotPayable(
  checkout: Checkout,
  expectedTotal: Amount,
  now: Date,
): CheckoutUserError | undefined {
  const refusal = whyNotChangeable(checkout, now);
  if (refusal !== undefined) return refusal;
  const { total, lacksAddress } = checkout;
  if (lacksAddress !== null) {
    const name = lacksAddress === 'SHIPPING' ? 'shippingAddress' : 'billingAddress';
    return inputError('REQUIRED', ['id'], `Give the ${name} first, with checkoutUpdate.`);
  }
  if (expectedTotal.currency !== total.currency) {
    const field = ['input', 'expectedTotal', 'currency'];
    return inputError('CURRENCY_MISMATCH', field, `This checkout is in ${total.currency}.`);
  }
  return expectedTotal.amount === total.amount ? undefined : priceChanged(expectedTotal, total);
}

/** Why nothing can be done with this checkout now; undefined when its buyer may change or pay it. */
export function whyNotChangeable(checkout: Checkout, now: Date): CheckoutUserError | undefined {
  if (checkout.status !== 'OPEN') return stateError(checkout.status);
  if (checkout.expiresAt <= now) return stateError('EXPIRED');
  if (checkout.step !== 'AWAIT_BUYER') return stateError('OPEN', 'The checkout is not priced yet.');
  return undefined;
}
