import { createHash, randomBytes } from 'node:crypto';

const COUNT = 10;
/** 80 bits: a copy of the database cannot be searched for them, although their hash is a fast one. */
const CODE_BYTES = 10;
/** Crockford's base32, without letters that look like digits. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CODE = /^[0-9a-hjkmnp-tv-z]{16}$/;

/** Codes to be printed, each for one sign-in without the other factor. */
export const newRecoveryCodes = (): string[] => Array.from({ length: COUNT }, newCode);

function newCode(): string {
  let bits = BigInt(`0x${randomBytes(CODE_BYTES).toString('hex')}`);
  let code = '';
  for (let i = 0; i < (CODE_BYTES * 8) / 5; i += 1) {
    code += ALPHABET[Number(bits & 31n)] ?? '';
    bits >>= 5n;
  }
  return (code.match(/.{4}/g) ?? []).join('-');
}

/** However it was typed; undefined when it cannot be a code. */
export function hashRecoveryCode(typed: string): Buffer | undefined {
  const code = typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1');
  return CODE.test(code) ? createHash('sha256').update(code).digest() : undefined;
}
