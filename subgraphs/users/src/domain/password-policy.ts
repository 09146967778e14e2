import { localPartOf } from './email.ts';
import { isEasyToGuess } from './is-easy-to-guess.ts';
import { lengthInCodePoints } from './text.ts';
import type { FieldPath, WeakPasswordError, WeakPasswordReason } from './user-errors.ts';

/**
 * Fifteen because a password is the only factor so far; no rules of composition and no expiry, they weaken.
 *
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html
 */
export const PASSWORD_POLICY = { minLength: 15, maxLength: 128 } as const;

/** Shorter identifiers occur by chance: "ana" is in "banana". */
const MIN_IDENTIFIER_LENGTH = 4;

/** The same characters typed on another keyboard must be the same password (NIST SP 800-63B-4, 3.1.1.2). */
export const normalizePassword = (password: string): string => password.normalize('NFC');

/** Whether a password can be anybody's at all; when not, it is not worth hashing. */
export function isTooLong(password: string): boolean {
  return (
    password.length > PASSWORD_POLICY.maxLength * 8 ||
    lengthInCodePoints(normalizePassword(password)) > PASSWORD_POLICY.maxLength
  );
}

/** @param field Where in the arguments the password is. */
export function checkPassword(
  password: string,
  owner: { readonly email: string; readonly displayName: string },
  field: FieldPath = ['input', 'password'],
): WeakPasswordError | undefined {
  const reasons = reasonsAgainst(password, owner);
  if (reasons.length === 0) return undefined;
  return {
    __typename: 'WeakPasswordError',
    message: reasons.map((reason) => MESSAGES[reason]).join(' '),
    field,
    reasons,
  };
}

const MESSAGES: Readonly<Record<WeakPasswordReason, string>> = {
  TOO_SHORT: `Use at least ${PASSWORD_POLICY.minLength} characters, several words for example.`,
  COMMON:
    'Many people use such a password, so it is guessed early. Several words that do not belong together are safer.',
  TOO_LONG: `Use at most ${PASSWORD_POLICY.maxLength} characters.`,
  CONTAINS_IDENTIFIER: 'Leave your name and your e-mail address out of the password.',
};

function reasonsAgainst(
  password: string,
  owner: { readonly email: string; readonly displayName: string },
): WeakPasswordReason[] {
  if (isTooLong(password)) return ['TOO_LONG'];
  const reasons: WeakPasswordReason[] = [];
  const normalized = normalizePassword(password);
  if (lengthInCodePoints(normalized) < PASSWORD_POLICY.minLength) reasons.push('TOO_SHORT');
  if (isEasyToGuess(normalized)) reasons.push('COMMON');
  const folded = normalized.toLowerCase();
  const identifiers = [localPartOf(owner.email), owner.displayName].map((identifier) =>
    identifier.toLowerCase(),
  );
  if (
    identifiers.some((part) => lengthInCodePoints(part) >= MIN_IDENTIFIER_LENGTH && folded.includes(part))
  ) {
    reasons.push('CONTAINS_IDENTIFIER');
  }
  return reasons;
}
