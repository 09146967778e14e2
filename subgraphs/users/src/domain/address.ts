import { createInputReader } from './input-reader.ts';
import type { AccountInputError } from './user-errors.ts';

export const MAX_ADDRESSES_PER_USER = 25;

export type AddressKind = 'SHIPPING' | 'BILLING';

/** The lines of an address; an update replaces all of them. */
export interface PostalAddress {
  readonly recipientName: string;
  readonly company: string | null;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly region: string | null;
  readonly postalCode: string | null;
  /** ISO 3166-1 alpha-2, upper case. */
  readonly countryCode: string;
  readonly phone: string | null;
}

export interface AddressInput {
  readonly recipientName: string;
  readonly company?: string | null;
  readonly line1: string;
  readonly line2?: string | null;
  readonly city: string;
  readonly region?: string | null;
  readonly postalCode?: string | null;
  readonly countryCode: string;
  readonly phone?: string | null;
}

/** Longest of each line, in code points; generous, because addresses differ more than programs expect. */
const MAX = { name: 100, line: 200, place: 100, postalCode: 20 } as const;

export function readAddress(
  input: AddressInput,
): { readonly address: PostalAddress } | { readonly problems: readonly AccountInputError[] } {
  const reader = createInputReader();
  const address: PostalAddress = {
    recipientName: reader.requiredText('recipientName', input.recipientName, MAX.name),
    company: reader.optionalText('company', input.company, MAX.name),
    line1: reader.requiredText('line1', input.line1, MAX.line),
    line2: reader.optionalText('line2', input.line2, MAX.line),
    city: reader.requiredText('city', input.city, MAX.place),
    region: reader.optionalText('region', input.region, MAX.place),
    postalCode: reader.optionalText('postalCode', input.postalCode, MAX.postalCode),
    countryCode: input.countryCode.toUpperCase(),
    phone: reader.optionalPhone('phone', input.phone),
  };
  return reader.problems.length > 0 ? { problems: reader.problems } : { address };
}
