/**
 * Refresh tokens: 32 random bytes, known to the client alone.
 *
 * The store keeps a hash to recognise one. Of a used token it also keeps its successor, sealed with a key
 * that only the used token yields: whoever lost the answer can be given it again, a copy of the database cannot
 * be turned into a single token, and no server key has to be kept or rotated for it.
 */
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;
const TOKEN_FORM = /^[A-Za-z0-9_-]{43}$/;
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_PURPOSE = 'tributary/users/refresh-token-successor/1';

export const newRefreshToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** Whether this can be a token at all. */
export const isRefreshToken = (value: string): boolean => TOKEN_FORM.test(value);

/** A token has 256 bits of randomness, so one pass of a fast hash cannot be searched. */
export const hashRefreshToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** @returns nonce, tag and ciphertext, in this order. */
export function sealSuccessor(successor: string, presented: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, sealingKey(presented), nonce, { authTagLength: TAG_BYTES });
  const ciphertext = Buffer.concat([cipher.update(successor, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
}

/** @throws Error when it was sealed for another token or has been altered. */
export function openSuccessor(sealed: Buffer, presented: string): string {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, sealingKey(presented), nonce, { authTagLength: TAG_BYTES });
  decipher.setAuthTag(tag);
  return Buffer.concat([
    decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)),
    decipher.final(),
  ]).toString('utf8');
}

function sealingKey(presented: string): Buffer {
  return Buffer.from(hkdfSync('sha256', presented, '', KEY_PURPOSE, KEY_BYTES));
}
