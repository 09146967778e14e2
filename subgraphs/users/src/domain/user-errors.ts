/** Expected failures as the schema's types; `__typename` tells GraphQL which member of a union each is. */

export type AccountErrorCode =
  | 'INVALID'
  | 'REQUIRED'
  | 'NOT_FOUND'
  | 'EMAIL_TAKEN'
  | 'VERSION_MISMATCH'
  | 'LIMIT_EXCEEDED'
  | 'REAUTHENTICATION_REQUIRED'
  | 'CODE_INVALID'
  | 'PASSKEY_INVALID';

/** Where in the arguments the problem is, e.g. `['input', 'email']`. */
export type FieldPath = readonly string[];

export interface AccountInputError {
  readonly __typename: 'AccountInputError';
  readonly message: string;
  readonly field: FieldPath | null;
  readonly code: AccountErrorCode;
}

export type WeakPasswordReason = 'TOO_SHORT' | 'TOO_LONG' | 'COMMON' | 'CONTAINS_IDENTIFIER';

export interface WeakPasswordError {
  readonly __typename: 'WeakPasswordError';
  readonly message: string;
  readonly field: FieldPath;
  readonly reasons: readonly WeakPasswordReason[];
}

export interface InvalidCredentialsError {
  readonly __typename: 'InvalidCredentialsError';
  readonly message: string;
  readonly field: null;
}

export interface EmailNotVerifiedError {
  readonly __typename: 'EmailNotVerifiedError';
  readonly message: string;
  readonly field: null;
}

export interface AccountSuspendedError {
  readonly __typename: 'AccountSuspendedError';
  readonly message: string;
  readonly field: null;
}

export interface RateLimitedError {
  readonly __typename: 'RateLimitedError';
  readonly message: string;
  readonly field: null;
  readonly retryAfterSeconds: number;
}

export interface TokenInvalidError {
  readonly __typename: 'TokenInvalidError';
  readonly message: string;
  readonly field: FieldPath;
  readonly expired: boolean;
}

export interface TokenReusedError {
  readonly __typename: 'TokenReusedError';
  readonly message: string;
  readonly field: FieldPath;
}

export function accountInputError(
  code: AccountErrorCode,
  field: FieldPath | null,
  message: string,
): AccountInputError {
  return { __typename: 'AccountInputError', message, field, code };
}

/** One answer for an unknown address and a wrong password: which of the two is nobody else's business. */
export const invalidCredentials = (): InvalidCredentialsError => ({
  __typename: 'InvalidCredentialsError',
  message: 'The e-mail address or the password is wrong.',
  field: null,
});

/** Only whoever knows the password is told. */
export const accountSuspended = (): AccountSuspendedError => ({
  __typename: 'AccountSuspendedError',
  message: 'This account is suspended. Write to our support.',
  field: null,
});

/** @param field Where in the arguments the code is. */
export const codeInvalid = (field: FieldPath): AccountInputError =>
  accountInputError('CODE_INVALID', field, 'The code is wrong, too old or was used already.');

/** One answer for a passkey that is unknown, somebody else's, for another site, or a copy. */
export const passkeyInvalid = (): AccountInputError =>
  accountInputError(
    'PASSKEY_INVALID',
    ['input', 'response'],
    'This passkey cannot be used here. Try another one, or sign in with your password.',
  );

export const challengeEnded = (): AccountInputError =>
  accountInputError(
    'NOT_FOUND',
    ['input', 'challengeId'],
    'This took too long or too many tries. Sign in again.',
  );

export const signInAgain = (): AccountInputError =>
  accountInputError(
    'REAUTHENTICATION_REQUIRED',
    null,
    'Confirm that it is you first: your sign-in was a while ago.',
  );

/** Only whoever knows the password is told. */
export const emailNotVerified = (): EmailNotVerifiedError => ({
  __typename: 'EmailNotVerifiedError',
  message: 'Confirm your e-mail address with the link we sent you, then sign in.',
  field: null,
});

/** @param field Where in the arguments the token is. */
export const linkInvalid = (expired: boolean, field: FieldPath): TokenInvalidError => ({
  __typename: 'TokenInvalidError',
  message: expired
    ? 'The link has expired. Ask for a new one.'
    : 'The link is not valid, or was used already. Ask for a new one.',
  field,
  expired,
});

/** Says nothing about whose limit it is: that of an account, of an address without one, or of a network. */
export const rateLimited = (retryAfterSeconds: number): RateLimitedError => ({
  __typename: 'RateLimitedError',
  message: `This was tried too often. Try again in ${retryAfterSeconds} s.`,
  field: null,
  retryAfterSeconds,
});

export const tokenInvalid = (expired: boolean): TokenInvalidError => ({
  __typename: 'TokenInvalidError',
  message: expired
    ? 'The session has expired. Sign in again.'
    : 'The refresh token is not valid. Sign in again.',
  field: ['input', 'refreshToken'],
  expired,
});

export const tokenReused = (): TokenReusedError => ({
  __typename: 'TokenReusedError',
  message: 'The refresh token was used before, so its session has been ended. Sign in again.',
  field: ['input', 'refreshToken'],
});
