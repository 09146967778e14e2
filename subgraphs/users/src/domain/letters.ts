/** What mail is sent about. */
export type LetterKind =
  | 'EMAIL_VERIFY'
  | 'ALREADY_REGISTERED'
  | 'PASSWORD_RESET'
  | 'PASSWORD_CHANGED'
  | 'EMAIL_CHANGE'
  | 'EMAIL_CHANGED'
  | 'ERASURE_REQUESTED'
  | 'ERASURE_CANCELED'
  | 'DATA_EXPORT_READY'
  | 'MFA_ENABLED'
  | 'MFA_DISABLED'
  | 'TOTP_CODE_REUSED'
  | 'PASSKEY_ADDED'
  | 'PASSKEY_REMOVED'
  | 'PASSKEY_COPIED';

export type TokenPurpose = 'EMAIL_VERIFY' | 'PASSWORD_RESET' | 'EMAIL_CHANGE';

const HOUR_MS = 60 * 60 * 1_000;

/** How long a token may be used; a password reset the shortest, because it is the most one can do with a mailbox. */
export const TOKEN_LIFETIME_MS: Readonly<Record<TokenPurpose, number>> = {
  EMAIL_VERIFY: 24 * HOUR_MS,
  PASSWORD_RESET: HOUR_MS,
  EMAIL_CHANGE: 24 * HOUR_MS,
};

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = HOUR_MS;
/** A letter that could not be sent for three days is given up; an administrator sees it. */
const GIVE_UP_AFTER_MS = 72 * HOUR_MS;

/** When to try again what failed for the n-th time; undefined: not any more. */
export function nextAttempt(attempts: number, createdAt: Date, now: Date): Date | undefined {
  if (now.getTime() - createdAt.getTime() >= GIVE_UP_AFTER_MS) return undefined;
  return new Date(
    now.getTime() + Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(30, attempts - 1)),
  );
}
