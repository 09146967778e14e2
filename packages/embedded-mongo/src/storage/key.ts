/**
 * Order-preserving keys: `encodeKey(a) < encodeKey(b)` exactly when a sorts before b in BSON order.
 *
 * A key is a string of chars 0-255, so V8 compares it like memory and it can be a Map key. Each encoding
 * is prefix-free: compound keys are plain concatenations, and a descending component is the same bytes
 * inverted. Equal numbers of different types (1, 1.0, Long 1) share one key on purpose.
 */
import type { Binary, Code, ObjectId, Timestamp } from 'bson';
import { asDocument } from '../bson/value.ts';
import { exactFromDouble, type Exact } from '../bson/decimal.ts';
import { exactOf, toDouble, type Numeric } from '../bson/numbers.ts';
import { regexParts, textOf, TYPE_RANK, typeRank, type TypeRank } from '../query/compare.ts';

/** Sorts after every key that starts with the text before it: keys use chars up to 255 only. */
export const AFTER = '\u0100';

const scratch = Buffer.alloc(8);

export function encodeKey(value: unknown): string {
  const rank = typeRank(value);
  return rankPrefix(rank) + encodeBody(rank, value);
}

/** First char of every key of that type; a whole type is the range `[prefix, prefix + AFTER)`. */
export function rankPrefix(rank: TypeRank): string {
  return String.fromCharCode(rank * 8);
}

/** Reverses the order of a component; applying it twice gives the original. */
export function invertKey(key: string): string {
  let inverted = '';
  for (let i = 0; i < key.length; i += 1) inverted += String.fromCharCode(255 - key.charCodeAt(i));
  return inverted;
}

/** Fixed-width key of a record number, the tie-breaker that keeps equal index keys in insertion order. */
export function encodeRecordId(id: number): string {
  return encodeDouble(id);
}

function encodeBody(rank: TypeRank, value: unknown): string {
  switch (rank) {
    case TYPE_RANK.number:
      return encodeNumber(value as Numeric);
    case TYPE_RANK.string:
      return encodeText(textOf(value));
    case TYPE_RANK.object:
      return encodeDocument(asDocument(value) ?? {});
    case TYPE_RANK.array:
      return (value as unknown[]).map(encodeKey).join('') + '\0';
    case TYPE_RANK.binData:
      return encodeBinary(value as Binary);
    case TYPE_RANK.objectId:
      return Buffer.from((value as ObjectId).id).toString('latin1');
    case TYPE_RANK.bool:
      return value === true ? '\x02' : '\x01';
    case TYPE_RANK.date:
      return encodeDouble((value as Date).getTime());
    case TYPE_RANK.timestamp:
      return encodeUnsigned((value as Timestamp).toBigInt());
    case TYPE_RANK.regex: {
      const { pattern, options } = regexParts(value);
      return encodeText(pattern) + encodeText(options);
    }
    case TYPE_RANK.code:
      return encodeText((value as Code).code);
    case TYPE_RANK.codeWithScope:
      return encodeText((value as Code).code) + encodeDocument((value as Code).scope ?? {});
    default:
      return '';
  }
}

/** A zero byte is escaped and a double zero ends the text, so "a" sorts before "a\0" and before "ab". */
function encodeText(text: string): string {
  // eslint-disable-next-line no-control-regex -- the range is the point: ASCII without NUL needs no work
  if (/^[\x01-\x7f]*$/.test(text)) return text + '\0\0';
  return Buffer.from(text, 'utf8').toString('latin1').replaceAll('\0', '\0\xff') + '\0\0';
}

function encodeDocument(doc: Record<string, unknown>): string {
  let key = '';
  for (const name of Object.keys(doc)) {
    const rank = typeRank(doc[name]);
    key += rankPrefix(rank) + encodeText(name) + encodeBody(rank, doc[name]);
  }
  return key + '\0';
}

function encodeBinary(value: Binary): string {
  scratch.writeUInt32BE(value.length());
  return (
    scratch.toString('latin1', 0, 4) +
    String.fromCharCode(value.sub_type) +
    Buffer.from(value.value()).toString('latin1')
  );
}

function encodeUnsigned(value: bigint): string {
  scratch.writeBigUInt64BE(BigInt.asUintN(64, value));
  return scratch.toString('latin1', 0, 8);
}

/** IEEE bits are already ordered for positive numbers; flipping makes them so for all. NaN goes below -Infinity. */
function encodeDouble(value: number): string {
  if (Number.isNaN(value)) return '\0\0\0\0\0\0\0\0';
  scratch.writeDoubleBE(value === 0 ? 0 : value);
  if ((scratch[0] ?? 0) & 0x80) for (let i = 0; i < 8; i += 1) scratch[i] = 255 - (scratch[i] ?? 0);
  else scratch[0] = (scratch[0] ?? 0) | 0x80;
  return scratch.toString('latin1', 0, 8);
}

/**
 * The largest double not above the value, then what is left over as a fraction of the gap to the next
 * double. A double leaves nothing over; a Long or Decimal128 beyond 53 bits does.
 */
function encodeNumber(value: Numeric): string {
  const approximate = toDouble(value);
  const exact = exactOf(value);
  if (typeof exact === 'number') return encodeDouble(approximate) + '\0';
  if (exact.exponent === 0 && Number.isSafeInteger(approximate)) return encodeDouble(approximate) + '\0';
  return encodeExact(exact, approximate);
}

const FRACTION_DIGITS = 30;

function encodeExact(exact: Exact, approximate: number): string {
  let floor = Number.isFinite(approximate) ? approximate : Math.sign(approximate) * Number.MAX_VALUE;
  let rest = difference(exact, exactFromDouble(floor));
  if (rest.coefficient < 0n && Number.isFinite(neighbour(floor, -1))) {
    floor = neighbour(floor, -1);
    rest = difference(exact, exactFromDouble(floor));
  }
  if (rest.coefficient <= 0n) return encodeDouble(floor) + '\0';
  const above = neighbour(floor, 1);
  const gap = difference(exactFromDouble(Number.isFinite(above) ? above : floor), exactFromDouble(floor));
  return encodeDouble(floor) + '\x01' + fractionDigits(rest, gap);
}

function difference(a: Exact, b: Exact): Exact {
  const exponent = Math.min(a.exponent, b.exponent);
  const scale = (e: Exact): bigint => e.coefficient * 10n ** BigInt(e.exponent - exponent);
  return { coefficient: scale(a) - scale(b), exponent };
}

function fractionDigits(rest: Exact, gap: Exact): string {
  const limit = 10n ** BigInt(FRACTION_DIGITS) - 1n;
  if (gap.coefficient === 0n) return String(limit);
  const exponent = Math.min(rest.exponent, gap.exponent);
  const numerator = rest.coefficient * 10n ** BigInt(rest.exponent - exponent + FRACTION_DIGITS);
  const fraction = numerator / (gap.coefficient * 10n ** BigInt(gap.exponent - exponent));
  return String(fraction > limit ? limit : fraction).padStart(FRACTION_DIGITS, '0');
}

/** The next double above (+1) or below (-1). */
function neighbour(value: number, direction: 1 | -1): number {
  if (value === 0) return direction * Number.MIN_VALUE;
  scratch.writeDoubleBE(value);
  scratch.writeBigInt64BE(scratch.readBigInt64BE() + BigInt(value > 0 ? direction : -direction));
  return scratch.readDoubleBE();
}
