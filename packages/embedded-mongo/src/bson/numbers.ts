/**
 * Numeric types and arithmetic the way MongoDB does it.
 *
 * Result types: decimal wins over double, double over long, long over int; int overflow widens to
 * long. Integers are exact to 2^63, which is why sums of money stored as Long can be trusted.
 */
import { BSONValue, Decimal128, Double, Int32, Long } from 'bson';
import { MongoError } from '../errors.ts';
import {
  addExact,
  compareExact,
  divideExact,
  exactFromDecimal,
  exactFromDouble,
  exactFromInteger,
  multiplyExact,
  toDecimal128,
  type Exact,
} from './decimal.ts';

export type Numeric = Int32 | Double | Long | Decimal128 | number;
type Kind = 'int' | 'long' | 'double' | 'decimal';

const INT32_MIN = -(2n ** 31n);
const INT32_MAX = 2n ** 31n - 1n;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

export function isNumeric(value: unknown): value is Numeric {
  if (typeof value === 'number') return true;
  if (!(value instanceof BSONValue)) return false;
  // Timestamp extends Long in the bson library but is no number in BSON.
  const tag = value._bsontype;
  return tag === 'Int32' || tag === 'Double' || tag === 'Long' || tag === 'Decimal128';
}

export function numericKind(value: Numeric): Kind {
  if (value instanceof Int32) return 'int';
  if (value instanceof Long) return 'long';
  if (value instanceof Decimal128) return 'decimal';
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31) return 'int';
  return 'double';
}

/** Nearest double; exact for int and double. */
export function toDouble(value: Numeric): number {
  if (typeof value === 'number') return value;
  if (value instanceof Decimal128) return Number(value.toString().replace(/Infinity|Inf/, 'Infinity'));
  if (value instanceof Long) return value.toNumber();
  return value.value;
}

/** The whole-number value of an integer type, or of a double or decimal without a fraction; else undefined. */
export function toInteger(value: Numeric): bigint | undefined {
  if (value instanceof Long) return value.toBigInt();
  if (value instanceof Decimal128) {
    const exact = exactFromDecimal(value);
    if (typeof exact === 'number') return undefined;
    if (exact.exponent >= 0) return exact.coefficient * 10n ** BigInt(exact.exponent);
    const unit = 10n ** BigInt(-exact.exponent);
    return exact.coefficient % unit === 0n ? exact.coefficient / unit : undefined;
  }
  const double = toDouble(value);
  return Number.isInteger(double) ? BigInt(double) : undefined;
}

/** Total order over all numeric types by mathematical value; NaN sorts below everything and equals itself. */
export function compareNumeric(a: Numeric, b: Numeric): number {
  const left = comparable(a);
  const right = comparable(b);
  if (typeof left === 'object' || typeof right === 'object') return compareMixed(left, right);
  if (left < right) return -1;
  if (left > right) return 1;
  if (left == right) return 0;
  return Number(isNaN(Number(right))) - Number(isNaN(Number(left)));
}

export function addNumeric(a: Numeric, b: Numeric): Numeric {
  return combine(
    a,
    b,
    (x, y) => x + y,
    (x, y) => x + y,
    addExact,
  );
}

export function subtractNumeric(a: Numeric, b: Numeric): Numeric {
  const minus = (x: Exact, y: Exact): Exact =>
    addExact(x, { coefficient: -y.coefficient, exponent: y.exponent });
  return combine(
    a,
    b,
    (x, y) => x - y,
    (x, y) => x - y,
    minus,
  );
}

export function multiplyNumeric(a: Numeric, b: Numeric): Numeric {
  return combine(
    a,
    b,
    (x, y) => x * y,
    (x, y) => x * y,
    multiplyExact,
  );
}

/** @throws MongoError 2 on division by zero; the result is a double unless a decimal takes part. */
export function divideNumeric(a: Numeric, b: Numeric): Numeric {
  if (toDouble(b) === 0) throw new MongoError('BadValue', "can't $divide by zero");
  if (numericKind(a) === 'decimal' || numericKind(b) === 'decimal') {
    const [left, right] = [exactOf(a), exactOf(b)];
    if (typeof left === 'object' && typeof right === 'object') return toDecimal128(divideExact(left, right));
    return decimalFromDouble(toDouble(a) / toDouble(b));
  }
  return new Double(toDouble(a) / toDouble(b));
}

/** Remainder with the sign of the dividend, as C and MongoDB have it. */
export function moduloNumeric(a: Numeric, b: Numeric): Numeric {
  if (toDouble(b) === 0) throw new MongoError(16610, "can't $mod by zero");
  const remainder = (x: Exact, y: Exact): Exact => {
    const exponent = Math.min(x.exponent, y.exponent);
    const scale = (e: Exact): bigint => e.coefficient * 10n ** BigInt(e.exponent - exponent);
    return { coefficient: scale(x) % scale(y), exponent };
  };
  return combine(
    a,
    b,
    (x, y) => x % y,
    (x, y) => x % y,
    remainder,
  );
}

/**
 * A whole number as the narrowest allowed BSON type.
 *
 * @throws MongoError 2 outside 64 bits.
 */
export function integer(value: bigint, narrowest: 'int' | 'long' = 'int'): Int32 | Long {
  if (narrowest === 'int' && value >= INT32_MIN && value <= INT32_MAX) return new Int32(Number(value));
  if (value < INT64_MIN || value > INT64_MAX) {
    throw new MongoError('BadValue', `integer overflow: ${String(value)} does not fit 64 bits`);
  }
  return Long.fromBigInt(value);
}

export function fitsInt64(value: bigint): boolean {
  return value >= INT64_MIN && value <= INT64_MAX;
}

/** A JavaScript result as BSON would hold it: whole numbers become int or long, the rest double. */
export function numericFromNumber(value: number): Numeric {
  if (!Number.isInteger(value) || Object.is(value, -0)) return new Double(value);
  return Number.isSafeInteger(value) ? integer(BigInt(value)) : new Double(value);
}

function comparable(value: Numeric): number | bigint | Exact {
  if (value instanceof Decimal128) return exactFromDecimal(value);
  if (value instanceof Long) return value.high === value.low >> 31 ? value.low : value.toBigInt();
  return toDouble(value);
}

function compareMixed(left: number | bigint | Exact, right: number | bigint | Exact): number {
  const infinite = (value: number | bigint | Exact): number | undefined =>
    typeof value === 'number' && !Number.isFinite(value) ? value : undefined;
  const [a, b] = [infinite(left), infinite(right)];
  if (a !== undefined || b !== undefined) {
    const rank = (value: number | undefined): number =>
      value === undefined ? 0 : Number.isNaN(value) ? -2 : Math.sign(value);
    return Math.sign(rank(a) - rank(b));
  }
  return compareExact(toExact(left), toExact(right));
}

function toExact(value: number | bigint | Exact): Exact {
  if (typeof value === 'object') return value;
  return typeof value === 'bigint' ? exactFromInteger(value) : exactFromDouble(value);
}

/** Exact value of any numeric, or the double itself when it is not finite. */
export function exactOf(value: Numeric): Exact | number {
  const raw = comparable(value);
  if (typeof raw === 'number' && !Number.isFinite(raw)) return raw;
  return toExact(raw);
}

function decimalFromDouble(value: number): Decimal128 {
  if (Number.isNaN(value)) return Decimal128.fromString('NaN');
  if (!Number.isFinite(value)) return Decimal128.fromString(value > 0 ? 'Infinity' : '-Infinity');
  return Decimal128.fromStringWithRounding(String(value));
}

function combine(
  a: Numeric,
  b: Numeric,
  doubles: (x: number, y: number) => number,
  integers: (x: bigint, y: bigint) => bigint,
  exacts: (x: Exact, y: Exact) => Exact,
): Numeric {
  const [kindA, kindB] = [numericKind(a), numericKind(b)];
  if (kindA === 'decimal' || kindB === 'decimal') {
    const [left, right] = [exactOf(a), exactOf(b)];
    if (typeof left === 'object' && typeof right === 'object') return toDecimal128(exacts(left, right));
    return decimalFromDouble(doubles(toDouble(a), toDouble(b)));
  }
  if (kindA === 'double' || kindB === 'double') return new Double(doubles(toDouble(a), toDouble(b)));
  const result = integers(toInteger(a) ?? 0n, toInteger(b) ?? 0n);
  // Beyond 64 bits expressions and sums go on as doubles; updates refuse that (see field-operators.ts).
  if (!fitsInt64(result)) return new Double(Number(result));
  return integer(result, kindA === 'int' && kindB === 'int' ? 'int' : 'long');
}
