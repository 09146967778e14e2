import { Binary } from 'bson';
import { MongoError } from '../errors.ts';
import { isArray } from '../bson/value.ts';
import { isNumeric, toDouble, toInteger } from '../bson/numbers.ts';

/** `$bitsAllSet`, `$bitsAnySet`, `$bitsAllClear`, `$bitsAnyClear` against a mask, a position list or binary data. */
export function compileBits(name: string, operand: unknown): (value: unknown) => boolean {
  const mask = maskOf(name, operand);
  return (value) => {
    const bits = bitsOf(value);
    if (bits === undefined) return false;
    const set = bits & mask;
    switch (name) {
      case '$bitsAllSet':
        return set === mask;
      case '$bitsAnySet':
        return set !== 0n;
      case '$bitsAllClear':
        return set === 0n;
      default:
        return set !== mask;
    }
  };
}

function maskOf(name: string, operand: unknown): bigint {
  if (isArray(operand)) {
    return operand.reduce<bigint>((mask, position) => {
      const bit = isNumeric(position) ? toInteger(position) : undefined;
      if (bit === undefined || bit < 0n)
        throw new MongoError('BadValue', `${name} takes bit positions of 0 or more`);
      return mask | (1n << bit);
    }, 0n);
  }
  const mask =
    operand instanceof Binary || (isNumeric(operand) && toDouble(operand) >= 0) ? bitsOf(operand) : undefined;
  if (mask === undefined)
    throw new MongoError('BadValue', `${name} takes a mask, an array of positions or binary data`);
  return mask;
}

/** Negative numbers are sign-extended without end, as two's complement is. */
function bitsOf(value: unknown): bigint | undefined {
  if (isNumeric(value)) return toInteger(value);
  if (!(value instanceof Binary)) return undefined;
  return value.value().reduceRight((bits, byte) => (bits << 8n) | BigInt(byte), 0n);
}
