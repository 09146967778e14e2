import { checkLines, type CheckoutLine } from './check-lines.ts';
import { checkIdempotencyKey } from './idempotency-key.ts';
import type { OrderAddress } from './model.ts';
import { readAddress, type OrderAddressInput } from './read-address.ts';
import { readEmail } from './read-email.ts';
import type { InputError } from './user-error.ts';

/** `CheckoutUpdateInput` as GraphQL delivers it. What is not given, or null, stays as it is. */
export interface CheckoutUpdateInput {
  readonly lines?: readonly CheckoutLine[] | null;
  readonly email?: string | null;
  readonly shippingAddress?: OrderAddressInput | null;
  readonly billingAddress?: OrderAddressInput | null;
  readonly idempotencyKey: string;
}

/** Null stays as it is. */
export interface CheckoutChange {
  /** All of them, when there are others than before. */
  readonly lines: readonly CheckoutLine[] | null;
  readonly email: string | null;
  readonly shippingAddress: OrderAddress | null;
  readonly billingAddress: OrderAddress | null;
}

/** What is asked for, cleaned, in a fixed property order (it is hashed); or everything that is wrong with it. */
export function readCheckoutChange(
  input: CheckoutUpdateInput,
): { readonly change: CheckoutChange } | { readonly errors: readonly InputError[] } {
  const errors: InputError[] = [];
  const keyError = checkIdempotencyKey(input.idempotencyKey);
  if (keyError !== undefined) errors.push(keyError);
  const { lines = null } = input;
  if (lines !== null) checkLines(lines, errors);
  const change: CheckoutChange = {
    lines: lines && lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
    email: readEmail(input.email, errors),
    shippingAddress: readAddress('shippingAddress', input.shippingAddress, errors),
    billingAddress: readAddress('billingAddress', input.billingAddress, errors),
  };
  return errors.length > 0 ? { errors } : { change };
}
