/**
 * Resolvers of the scalars the contracts share; a subgraph picks those its SDL declares.
 *
 * Those that graphql-scalars has and does well are its own. The rest are ours, because its PhoneNumber
 * backtracks exponentially (thirty digits and a letter keep a process busy for seconds), its Locale lets
 * arrays through, its URL lets `javascript:` through, and its CurrencyCode knows no ISO 4217.
 */
import {
  CountryCodeResolver,
  DateTimeResolver,
  EmailAddressResolver,
  SafeIntResolver,
} from 'graphql-scalars';
import { isCurrency } from './money.ts';
import { textScalar } from './text-scalar.ts';

const MAX_PHONE_LENGTH = 40;
const MAX_LOCALE_LENGTH = 35;
const MAX_URL_LENGTH = 2_000;

export const scalars = {
  DateTime: DateTimeResolver,
  EmailAddress: EmailAddressResolver,
  SafeInt: SafeIntResolver,
  CountryCode: textScalar('CountryCode', 'an ISO 3166-1 country code, such as "DE"', toCountryCode),
  CurrencyCode: textScalar('CurrencyCode', 'an ISO 4217 currency code, such as "EUR"', (text) =>
    isCurrency(text) ? text : undefined,
  ),
  Locale: textScalar('Locale', 'a BCP 47 language tag, such as "de-CH"', toLocale),
  PhoneNumber: textScalar('PhoneNumber', 'an E.164 phone number, such as "+4930123456"', toPhoneNumber),
  URL: textScalar('URL', 'an http or https URL', toWebAddress),
};

/** Whether it is one of ISO 3166-1, as the scalar writes them. */
export const isCountryCode = (text: string): boolean => toCountryCode(text) === text;

function toCountryCode(text: string): string | undefined {
  try {
    return CountryCodeResolver.parseValue(text.toUpperCase());
  } catch {
    return undefined;
  }
}

/** In canonical form: `de-ch` becomes `de-CH`. */
function toLocale(text: string): string | undefined {
  if (text.length > MAX_LOCALE_LENGTH) return undefined;
  try {
    return Intl.getCanonicalLocales(text)[0];
  } catch {
    return undefined;
  }
}

/** Without the spaces and punctuation people write. */
function toPhoneNumber(text: string): string | undefined {
  if (text.length > MAX_PHONE_LENGTH) return undefined;
  const digits = text.replace(/[\s().\-/]/g, '');
  return /^\+[1-9]\d{1,14}$/.test(digits) ? digits : undefined;
}

function toWebAddress(text: string): URL | undefined {
  if (text.length > MAX_URL_LENGTH || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}
