/**
 * Ids as clients see them: a prefix that names the type and a UUIDv7 in Crockford base32, `usr_01jz...`.
 * An id of another type is told apart without asking the store, and support can read it over the phone.
 *
 * @see https://www.crockford.com/base32.html
 */
import { v7 } from 'uuid';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ENCODED_LENGTH = 26;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A new UUIDv7 in canonical form: time-ordered, so indexes grow at one end. */
export const newUuid = (): string => v7();

export interface TypedId {
  /** A new id with the current time in front. */
  generate(): string;
  fromUuid(uuid: string): string;
  /** The UUID inside, or undefined when this is no id of this type. */
  toUuid(id: string): string | undefined;
}

/** @param prefix Three lower-case letters, as in docs: `usr`, `prd`, `var`, `chk`, `ord`, `pay`. */
export function typedId(prefix: string): TypedId {
  const fromUuid = (uuid: string): string => {
    if (!UUID.test(uuid)) throw new TypeError(`not a UUID: ${uuid}`);
    return `${prefix}_${encodeBase32(BigInt(`0x${uuid.replaceAll('-', '')}`))}`;
  };
  return {
    generate: () => fromUuid(newUuid()),
    fromUuid,
    toUuid: (id) => {
      if (!id.startsWith(`${prefix}_`) || id.length !== prefix.length + 1 + ENCODED_LENGTH) return undefined;
      const value = decodeBase32(id.slice(prefix.length + 1));
      if (value === undefined || value >= 1n << 128n) return undefined;
      const hex = value.toString(16).padStart(32, '0');
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
        '-',
      );
    },
  };
}

function encodeBase32(value: bigint): string {
  let rest = value;
  let encoded = '';
  for (let i = 0; i < ENCODED_LENGTH; i += 1) {
    encoded = (ALPHABET[Number(rest & 31n)] ?? '') + encoded;
    rest >>= 5n;
  }
  return encoded;
}

function decodeBase32(text: string): bigint | undefined {
  let value = 0n;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit === -1) return undefined;
    value = (value << 5n) | BigInt(digit);
  }
  return value;
}
