import { randomBytes } from 'node:crypto';

/** Crockford's base32: no I, L, O or U, so a number survives the telephone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const DIGITS = new RegExp(`^[${ALPHABET}]{8}$`);
const PREFIX = 'TRB-';
const RANDOM_BYTES = 5;

/** `TRB-` and eight characters from 40 random bits: unique with a retry, and no number tells the next one. */
export function newOrderNumber(random: (size: number) => Uint8Array = randomBytes): string {
  let bits = 0n;
  for (const byte of random(RANDOM_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < 8; i += 1) {
    text = (ALPHABET[Number(bits & 31n)] ?? '') + text;
    bits >>= 5n;
  }
  return PREFIX + text;
}

/** The number a person meant: any case, and the letters Crockford reads as digits. Undefined when it cannot be one. */
export function readOrderNumber(text: string): string | undefined {
  const typed = text.trim().toUpperCase();
  if (!typed.startsWith(PREFIX)) return undefined;
  const digits = typed.slice(PREFIX.length).replaceAll('O', '0').replace(/[IL]/g, '1');
  return DIGITS.test(digits) ? PREFIX + digits : undefined;
}
