import { scalars as shared, textScalar } from '@tributary/subgraph-kit';

const PHONE_CHARACTERS = /^\+?[\d\s().\-/]{1,40}$/;

/** The scalars of this contract. */
export const scalars = {
  CountryCode: shared.CountryCode,
  DateTime: shared.DateTime,
  EmailAddress: shared.EmailAddress,
  Locale: shared.Locale,
  URL: shared.URL,
  /** Lets everything through that can become E.164, so that a form gets a userError and no failed request. */
  PhoneNumber: textScalar('PhoneNumber', 'a phone number', (text) =>
    text.trim() === '' || PHONE_CHARACTERS.test(text.trim()) ? text : undefined,
  ),
};
