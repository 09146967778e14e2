import type { Amount, OrderAddress } from './model.ts';
import { checkIdempotencyKey } from './idempotency-key.ts';
import { isPrintable, readText } from './text.ts';
import { inputError, type InputError } from './user-error.ts';

const MAX_LINES = 100;
const MAX_QUANTITY = 10_000;
const MAX_ID_LENGTH = 100;

export interface CheckoutLine {
  readonly variantId: string;
  readonly quantity: number;
}

/** `CheckoutCreateInput` as GraphQL delivers it. */
export interface CheckoutCreateInput {
  readonly lines: readonly CheckoutLine[];
  readonly currency: string;
  readonly shippingAddress?: OrderAddressInput | null;
  readonly expectedTotal?: Amount | null;
  readonly idempotencyKey: string;
}

type OrderAddressInput = {
  readonly [K in keyof OrderAddress]: K extends 'recipientName' | 'line1' | 'city' | 'countryCode'
    ? string
    : string | null | undefined;
};

export interface CheckoutRequest {
  readonly lines: readonly CheckoutLine[];
  readonly currency: string;
  readonly shippingAddress: OrderAddress | null;
  readonly expectedTotal: Amount | null;
}

/** What is asked for, cleaned, in a fixed property order (it is hashed); or everything that is wrong with it. */
export function readCheckoutRequest(
  input: CheckoutCreateInput,
): { readonly request: CheckoutRequest } | { readonly errors: readonly InputError[] } {
  const errors: InputError[] = [];
  const keyError = checkIdempotencyKey(input.idempotencyKey);
  if (keyError !== undefined) errors.push(keyError);
  checkLines(input.lines, errors);
  const { currency, expectedTotal = null } = input;
  checkExpectedTotal(expectedTotal, currency, errors);
  const request: CheckoutRequest = {
    lines: input.lines.map(({ variantId, quantity }) => ({ variantId, quantity })),
    currency,
    shippingAddress: readAddress(input.shippingAddress ?? null, errors),
    expectedTotal: expectedTotal && { amount: expectedTotal.amount, currency: expectedTotal.currency },
  };
  return errors.length > 0 ? { errors } : { request };
}

function checkLines(lines: readonly CheckoutLine[], errors: InputError[]): void {
  const field = ['input', 'lines'];
  if (lines.length === 0) errors.push(inputError('REQUIRED', field, 'There is nothing to buy.'));
  if (lines.length > MAX_LINES) {
    errors.push(inputError('LIMIT_EXCEEDED', field, `A checkout has at most ${MAX_LINES} lines.`));
    return;
  }
  const seen = new Set<string>();
  lines.forEach(({ variantId, quantity }, index) => {
    const line = [...field, String(index)];
    if (quantity < 1 || quantity > MAX_QUANTITY) {
      errors.push(inputError('INVALID', [...line, 'quantity'], `A quantity is 1 to ${MAX_QUANTITY}.`));
    }
    if (variantId === '' || variantId.length > MAX_ID_LENGTH || !isPrintable(variantId)) {
      errors.push(inputError('NOT_FOUND', [...line, 'variantId'], 'There is no such variant.'));
    } else if (seen.has(variantId)) {
      errors.push(
        inputError('INVALID', [...line, 'variantId'], 'This variant is on an earlier line already.'),
      );
    }
    seen.add(variantId);
  });
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

function readAddress(input: OrderAddressInput | null, errors: InputError[]): OrderAddress | null {
  if (input === null) return null;
  const read = (name: keyof OrderAddress, maxLength: number, required = false): string | null =>
    readText(input[name], { field: ['input', 'shippingAddress', name], maxLength, required }, errors);
  return {
    recipientName: read('recipientName', 200, true) ?? '',
    company: read('company', 200),
    line1: read('line1', 200, true) ?? '',
    line2: read('line2', 200),
    city: read('city', 100, true) ?? '',
    region: read('region', 100),
    postalCode: read('postalCode', 20),
    countryCode: input.countryCode,
    phone: input.phone ?? null,
  };
}
