import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Tells scanners of leaked secrets, and people, what they have found. */
const PREFIX = 'cs_';
const RANDOM_BYTES = 32;

export interface ClientSecret {
  /** For the guest, once. */
  readonly secret: string;
  /** For the store. */
  readonly hash: Buffer;
}

export function newClientSecret(): ClientSecret {
  const secret = PREFIX + randomBytes(RANDOM_BYTES).toString('base64url');
  return { secret, hash: hashOf(secret) };
}

/** Compared in constant time. A checkout without a secret is opened by none. */
export const provesSecret = (hash: Buffer | null, shown: string): boolean =>
  hash !== null && timingSafeEqual(hash, hashOf(shown));

/** 256 random bits are not guessed, so the hash need not be slow. */
const hashOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();
