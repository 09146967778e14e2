import { checkLines, type CheckoutLine } from './check-lines.ts';
import { checkIdempotencyKey } from './idempotency-key.ts';
import type { Amount, OrderAddress } from './model.ts';
import { readAddress, type OrderAddressInput } from './read-address.ts';
import { readEmail } from './read-email.ts';
import { inputError, type InputError } from './user-error.ts';

/** `CheckoutCreateInput` as GraphQL delivers it. */
export interface CheckoutCreateInput {
  readonly lines: readonly CheckoutLine[];
  readonly currency: string;
  readonly email?: string | null;
  readonly shippingAddress?: OrderAddressInput | null;
  readonly billingAddress?: OrderAddressInput | null;
  readonly showAsVerifiedBuyer?: boolean;
  readonly expectedTotal?: Amount | null;
  readonly idempotencyKey: string;
}

export interface CheckoutRequest {
  readonly lines: readonly CheckoutLine[];
  readonly currency: string;
  readonly email: string | null;
  readonly shippingAddress: OrderAddress | null;
  readonly billingAddress: OrderAddress | null;
  readonly showAsVerifiedBuyer: boolean;
  readonly expectedTotal: Amount | null;
}

/**
 * What is asked for, cleaned, in a fixed property order (it is hashed); or everything that is wrong with it.
 *
 * @param isGuest Nobody is signed in: then there has to be an address to write to.
 * @param currencies What the payment provider takes.
 */
export function readCheckoutRequest(
  input: CheckoutCreateInput,
  isGuest: boolean,
  currencies: readonly string[],
): { readonly request: CheckoutRequest } | { readonly errors: readonly InputError[] } {
  const errors: InputError[] = [];
  const keyError = checkIdempotencyKey(input.idempotencyKey);
  if (keyError !== undefined) errors.push(keyError);
  checkLines(input.lines, errors);
  const { currency, expectedTotal = null, showAsVerifiedBuyer = false } = input;
  if (!currencies.includes(currency)) {
    const message = `Nothing can be paid in ${currency} here: see PaymentProvider.currencies.`;
    errors.push(inputError('UNSUPPORTED', ['input', 'currency'], message));
  }
  checkExpectedTotal(expectedTotal, currency, errors);
  const email = readEmail(input.email, errors);
  if (isGuest && email === null) {
    errors.push(inputError('REQUIRED', ['input', 'email'], 'Sign in, or give an email address.'));
  }
  if (isGuest && showAsVerifiedBuyer) {
    const message = 'Only somebody who is signed in is shown to others.';
    errors.push(inputError('UNSUPPORTED', ['input', 'showAsVerifiedBuyer'], message));
  }
  const request: CheckoutRequest = {
    lines: input.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
    currency,
    email,
    shippingAddress: readAddress('shippingAddress', input.shippingAddress, errors),
    billingAddress: readAddress('billingAddress', input.billingAddress, errors),
    showAsVerifiedBuyer,
    expectedTotal: expectedTotal && { amount: expectedTotal.amount, currency: expectedTotal.currency },
  };
  return errors.length > 0 ? { errors } : { request };
}

/** @param currency The checkout's. */
export function checkExpectedTotal(expected: Amount | null, currency: string, errors: InputError[]): void {
  if (expected === null) return;
  const field = ['input', 'expectedTotal'];
  if (expected.amount < 0) {
    errors.push(inputError('INVALID', [...field, 'amount'], 'A total is not negative.'));
  }
  if (expected.currency !== currency) {
    errors.push(inputError('CURRENCY_MISMATCH', [...field, 'currency'], `This checkout is in ${currency}.`));
  }
}
