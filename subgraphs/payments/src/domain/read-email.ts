import { inputError, type InputError } from './user-error.ts';

/** RFC 5321, section 4.5.3.1.3, less the angle brackets. */
const MAX_LENGTH = 254;

/** The scalar has checked what it looks like. */
export function readEmail(email: string | null | undefined, errors: InputError[]): string | null {
  if (email === null || email === undefined) return null;
  if (email.length > MAX_LENGTH) {
    const message = `This may have at most ${MAX_LENGTH} characters.`;
    errors.push(inputError('INVALID', ['input', 'email'], message));
  }
  return email;
}
