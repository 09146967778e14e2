import type { OrderAddress } from './model.ts';
import { readText } from './text.ts';
import type { InputError } from './user-error.ts';

/** `OrderAddressInput` as GraphQL delivers it. */
export type OrderAddressInput = {
  readonly [K in keyof OrderAddress]: K extends 'recipientName' | 'line1' | 'city' | 'countryCode'
    ? string
    : string | null | undefined;
};

/** @param errors Receives what is wrong with it; the result is then meaningless. */
export function readAddress(
  name: 'shippingAddress' | 'billingAddress',
  input: OrderAddressInput | null | undefined,
  errors: InputError[],
): OrderAddress | null {
  if (input === null || input === undefined) return null;
  const read = (field: keyof OrderAddress, maxLength: number, required = false): string | null =>
    readText(input[field], { field: ['input', name, field], maxLength, required }, errors);
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
