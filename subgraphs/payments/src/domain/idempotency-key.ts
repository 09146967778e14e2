import { createHash } from 'node:crypto';
import { isPrintable } from './text.ts';
import { inputError, type InputError } from './user-error.ts';

const MIN_LENGTH = 8;
const MAX_LENGTH = 255;

/** A key is compared as it was sent, so it is checked and never normalised. */
export function checkIdempotencyKey(key: string): InputError | undefined {
  const field = ['input', 'idempotencyKey'];
  if (key.length < MIN_LENGTH || key.length > MAX_LENGTH) {
    return inputError('INVALID', field, `An idempotencyKey has ${MIN_LENGTH} to ${MAX_LENGTH} characters.`);
  }
  return isPrintable(key)
    ? undefined
    : inputError('INVALID', field, 'This contains characters that cannot be printed.');
}

/** Who waits for an answer: a buyer's key for one mutation. The hash tells whether a repetition is one. */
export interface IdempotentRequest {
  readonly scope: string;
  readonly key: string;
  readonly hash: Buffer;
}

/** Whose a guest's key is before they have a checkout: whoever reads this mail's. The address itself is not kept there. */
export const guestOf = (email: string): string =>
  `guest ${createHash('sha256').update(email.toLowerCase()).digest('base64url')}`;

/** @param input Plain data whose properties are always built in the same order. */
export function idempotentRequest(
  caller: string,
  mutation: string,
  key: string,
  input: unknown,
): IdempotentRequest {
  return {
    scope: `${caller}:${mutation}`,
    key,
    hash: createHash('sha256').update(JSON.stringify(input)).digest(),
  };
}
