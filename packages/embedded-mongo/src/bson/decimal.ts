/**
 * Exact decimal arithmetic on big integers: what Decimal128 and mixed comparisons need.
 *
 * Every finite double and every Decimal128 is `coefficient * 10^exponent` exactly (a double's
 * fraction is a power of two, and 2^-k = 5^k * 10^-k), so nothing here rounds until the end.
 */
import { Decimal128 } from 'bson';

export interface Exact {
  readonly coefficient: bigint;
  readonly exponent: number;
}

export function exactFromInteger(value: bigint): Exact {
  return { coefficient: value, exponent: 0 };
}

/** @param value a finite number */
export function exactFromDouble(value: number): Exact {
  if (Number.isInteger(value)) return exactFromInteger(BigInt(value));
  let mantissa = value;
  let halvings = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    halvings += 1;
  }
  return { coefficient: BigInt(mantissa) * 5n ** BigInt(halvings), exponent: -halvings };
}

/** The exact value, or the double that stands for it when it is NaN or infinite. */
export function exactFromDecimal(value: Decimal128): Exact | number {
  const text = value.toString();
  if (text.includes('NaN')) return Number.NaN;
  if (text.includes('Inf')) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const [digits = '0', power = '0'] = text.split('E');
  const [whole = '0', fraction = ''] = digits.split('.');
  return { coefficient: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

export function compareExact(a: Exact, b: Exact): number {
  const [left, right] = align(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function addExact(a: Exact, b: Exact): Exact {
  const [left, right, exponent] = align(a, b);
  return { coefficient: left + right, exponent };
}

export function multiplyExact(a: Exact, b: Exact): Exact {
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent };
}

/** Quotient to 40 digits, six more than Decimal128 keeps. */
export function divideExact(a: Exact, b: Exact): Exact {
  const extra = 40 + Math.max(0, digitCount(b.coefficient) - digitCount(a.coefficient));
  return {
    coefficient: (a.coefficient * 10n ** BigInt(extra)) / b.coefficient,
    exponent: a.exponent - b.exponent - extra,
  };
}

/** Rounded to Decimal128's 34 digits. */
export function toDecimal128(value: Exact): Decimal128 {
  return Decimal128.fromStringWithRounding(`${String(value.coefficient)}E${String(value.exponent)}`);
}

function align(a: Exact, b: Exact): [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [
    a.coefficient * 10n ** BigInt(a.exponent - exponent),
    b.coefficient * 10n ** BigInt(b.exponent - exponent),
    exponent,
  ];
}

function digitCount(value: bigint): number {
  return String(value).length;
}
