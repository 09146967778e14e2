import { createInputReader } from './input-reader.ts';
import type { AccountInputError } from './user-errors.ts';

/** Of display, given and family names, in code points. */
export const MAX_NAME_LENGTH = 80;

/** As GraphQL hands it over: a field that was left out is undefined, one that shall be cleared is null. */
export interface ProfileInput {
  readonly displayName?: string | null;
  readonly givenName?: string | null;
  readonly familyName?: string | null;
  readonly phone?: string | null;
  readonly locale?: string | null;
  readonly avatarUrl?: URL | null;
  readonly expectedVersion?: number | null;
}

/** Only the fields that change. */
export interface ProfileChanges {
  displayName?: string;
  givenName?: string | null;
  familyName?: string | null;
  phone?: string | null;
  locale?: string;
  avatarUrl?: string | null;
}

/** The changes an input asks for, or what is wrong with it: display name and locale cannot be cleared. */
export function readProfileChanges(
  input: ProfileInput,
): { readonly changes: ProfileChanges } | { readonly problems: readonly AccountInputError[] } {
  const reader = createInputReader();
  const changes: ProfileChanges = {};
  if (input.displayName !== undefined) {
    changes.displayName = reader.requiredText('displayName', input.displayName, MAX_NAME_LENGTH);
  }
  if (input.givenName !== undefined) {
    changes.givenName = reader.optionalText('givenName', input.givenName, MAX_NAME_LENGTH);
  }
  if (input.familyName !== undefined) {
    changes.familyName = reader.optionalText('familyName', input.familyName, MAX_NAME_LENGTH);
  }
  if (input.phone !== undefined) changes.phone = reader.optionalPhone('phone', input.phone);
  if (input.locale !== undefined) changes.locale = reader.requiredLocale('locale', input.locale);
  if (input.avatarUrl !== undefined) {
    changes.avatarUrl = reader.optionalWebAddress('avatarUrl', input.avatarUrl?.href);
  }
  return reader.problems.length > 0 ? { problems: reader.problems } : { changes };
}
