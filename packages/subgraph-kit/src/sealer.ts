import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import * as z from 'zod';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const Key = z
  .string()
  .refine((text) => Buffer.from(text, 'base64url').length === KEY_BYTES, 'must be 32 bytes in base64url');

/** Keys that encrypt what the database holds, by name. New ones are added and made the current one; old ones stay to read with. */
export const EncryptionKeys = z
  .object({ current: z.string().max(100), keys: z.record(z.string().max(100), Key) })
  .refine(({ current, keys }) => Object.hasOwn(keys, current), 'has no key of the name that "current" says');
export type EncryptionKeys = z.infer<typeof EncryptionKeys>;

export interface Sealer {
  /** @param purpose What it is for: what was sealed for something else cannot be opened as this. */
  seal(plaintext: string, purpose: string): Buffer;
  /** @throws Error when the key is not there any more, the purpose is another, or a bit was changed. */
  open(sealed: Buffer, purpose: string): string;
}

/** Encrypts so that a copy of the database is of no use without the keys. */
export function createSealer({ current, keys }: EncryptionKeys): Sealer {
  const keyOf = (name: string): Buffer => {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (key === undefined) throw new Error(`there is no encryption key "${name}"`);
    return Buffer.from(key, 'base64url');
  };
  return {
    // Length and name of the key, nonce, tag, ciphertext.
    seal: (plaintext, purpose) => {
      const name = Buffer.from(current);
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, keyOf(current), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(purpose));
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([name.length]), name, nonce, cipher.getAuthTag(), ciphertext]);
    },
    open: (sealed, purpose) => {
      const nameEnd = 1 + (sealed[0] ?? 0);
      const nonceEnd = nameEnd + NONCE_BYTES;
      const tagEnd = nonceEnd + TAG_BYTES;
      const key = keyOf(sealed.subarray(1, nameEnd).toString('utf8'));
      const decipher = createDecipheriv(CIPHER, key, sealed.subarray(nameEnd, nonceEnd), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(sealed.subarray(nonceEnd, tagEnd));
      return Buffer.concat([decipher.update(sealed.subarray(tagEnd)), decipher.final()]).toString('utf8');
    },
  };
}
