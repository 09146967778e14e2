import { toEmail, type Email } from './email.ts';
import { createInputReader } from './input-reader.ts';
import { MAX_NAME_LENGTH } from './profile.ts';
import { checkPassword } from './password-policy.ts';
import type { AccountInputError, WeakPasswordError } from './user-errors.ts';

export interface RegistrationInput {
  readonly email: string;
  readonly password: string;
  readonly displayName: string;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  readonly locale?: string | null;
}

export interface Registration {
  readonly email: Email;
  readonly password: string;
  readonly displayName: string;
  readonly givenName: string | null;
  readonly familyName: string | null;
  readonly locale: string;
}

const DEFAULT_LOCALE = 'en';

/** The account that may be created, or everything that speaks against it. */
export function readRegistration(
  input: RegistrationInput,
):
  | { readonly registration: Registration }
  | { readonly problems: readonly (AccountInputError | WeakPasswordError)[] } {
  const reader = createInputReader();
  const displayName = reader.requiredText('displayName', input.displayName, MAX_NAME_LENGTH);
  const givenName = reader.optionalText('givenName', input.givenName, MAX_NAME_LENGTH);
  const familyName = reader.optionalText('familyName', input.familyName, MAX_NAME_LENGTH);
  const locale = reader.requiredLocale('locale', input.locale ?? DEFAULT_LOCALE);
  const email = toEmail(input.email);
  if (email === undefined) reader.refuse('email', 'The address is too long.');
  const weak = checkPassword(input.password, { email: email?.address ?? '', displayName });
  const problems = weak === undefined ? reader.problems : [...reader.problems, weak];
  if (problems.length > 0 || email === undefined) return { problems };
  return { registration: { email, password: input.password, displayName, givenName, familyName, locale } };
}
