import { createHash, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;

export const newOneTimeToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** Undefined for what cannot be a token; 256 random bits need no slow hash. */
export const hashOneTimeToken = (token: string): Buffer | undefined =>
  TOKEN_FORM.test(token) ? createHash('sha256').update(token).digest() : undefined;
