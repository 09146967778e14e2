import type { Int32, Long } from 'bson';
import { BSONValue, Decimal128, Double, ObjectId } from 'bson';
import { MongoError } from '../../errors.ts';
import { exactOf, fitsInt64, integer, isNumeric, numericKind, toDouble } from '../../bson/numbers.ts';
import { toDecimal128 } from '../../bson/decimal.ts';
import { resolveTypeOperand, typeName } from '../../bson/types.ts';
import { compileNamed, isNil, pure, type OperatorCompiler, type OperatorTable } from './arguments.ts';

function failure(value: unknown, target: string, reason = ''): MongoError {
  const text = typeof value === 'string' ? ` '${value}'` : '';
  return new MongoError(
    'ConversionFailure',
    `Failed to convert ${typeName(value)}${text} to ${target} in $convert${reason}`,
  );
}

/** @throws MongoError 241 when the value has no such form */
export function convertTo(value: unknown, target: string): unknown {
  switch (target) {
    case 'string':
      return toText(value);
    case 'bool':
      return isNumeric(value) ? toDouble(value) !== 0 : value !== false;
    case 'int':
    case 'long':
      return toWhole(value, target);
    case 'double':
      return toReal(value);
    case 'decimal':
      return toDecimal(value);
    case 'date':
      return toDate(value);
    case 'objectId':
      if (value instanceof ObjectId) return value;
      if (typeof value === 'string' && /^[0-9a-f]{24}$/i.test(value)) return new ObjectId(value);
      throw failure(value, target);
    default:
      throw failure(value, target, ': unsupported target type');
  }
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || isNumeric(value)) return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof ObjectId) return value.toHexString();
  throw failure(value, 'string');
}

function toWhole(value: unknown, target: 'int' | 'long'): Int32 | Long {
  let whole: bigint | undefined;
  if (typeof value === 'boolean') whole = BigInt(value);
  else if (value instanceof Date && target === 'long') whole = BigInt(value.getTime());
  else if (typeof value === 'string' && /^[+-]?\d+$/.test(value)) whole = BigInt(value.replace('+', ''));
  else if (isNumeric(value)) {
    const exact = exactOf(value);
    if (typeof exact === 'object') {
      const scale = 10n ** BigInt(Math.abs(exact.exponent));
      whole = exact.exponent < 0 ? exact.coefficient / scale : exact.coefficient * scale;
    }
  }
  if (whole === undefined) throw failure(value, target);
  const fits = target === 'int' ? whole >= -(2n ** 31n) && whole < 2n ** 31n : fitsInt64(whole);
  if (!fits) throw failure(value, target, ': the number is out of range');
  return integer(whole, target);
}

function toReal(value: unknown): Double {
  if (isNumeric(value)) return new Double(toDouble(value));
  if (typeof value === 'boolean') return new Double(Number(value));
  if (value instanceof Date) return new Double(value.getTime());
  if (typeof value === 'string' && value.trim() === value && value !== '' && !Number.isNaN(Number(value)))
    return new Double(Number(value));
  throw failure(value, 'double');
}

function toDecimal(value: unknown): Decimal128 {
  if (value instanceof Decimal128) return value;
  if (value instanceof Date) return Decimal128.fromString(String(value.getTime()));
  if (typeof value === 'boolean') return Decimal128.fromString(value ? '1' : '0');
  if (isNumeric(value)) {
    // A double prints its shortest form, which is what a server's 15-digit conversion gives for ordinary values.
    if (numericKind(value) === 'double') return Decimal128.fromStringWithRounding(String(toDouble(value)));
    const exact = exactOf(value);
    if (typeof exact === 'object') return toDecimal128(exact);
  }
  if (typeof value === 'string') {
    try {
      return Decimal128.fromString(value);
    } catch {
      throw failure(value, 'decimal');
    }
  }
  throw failure(value, 'decimal');
}

function toDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (isNumeric(value) && numericKind(value) !== 'int') return new Date(Math.trunc(toDouble(value)));
  if (typeof value === 'string' && /^\d{4}-\d{2}/.test(value)) {
    const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/.test(value) || /^\d{4}-\d{2}(?:-\d{2})?$/.test(value);
    const parsed = new Date(zoned ? value : `${value}Z`);
    if (!Number.isNaN(parsed.getTime())) return parsed;
  }
  throw failure(value, 'date');
}

const convert: OperatorCompiler = (operand, name) => {
  const { input, to, onError, onNull } = compileNamed(operand, name, ['input', 'to'], ['onError', 'onNull']);
  return (scope) => {
    const [value, target] = [input?.(scope), to?.(scope)];
    if (isNil(value)) return onNull ? onNull(scope) : null;
    if (isNil(target)) return null;
    try {
      return convertTo(value, resolveTypeOperand(target)[0] ?? '');
    } catch (error) {
      if (onError && error instanceof MongoError) return onError(scope);
      throw error;
    }
  };
};

function converter(target: string): OperatorCompiler {
  return pure(1, 1, (value) => (isNil(value) ? null : convertTo(value, target)));
}

export const TYPES: OperatorTable = {
  $convert: convert,
  $toString: converter('string'),
  $toBool: converter('bool'),
  $toInt: converter('int'),
  $toLong: converter('long'),
  $toDouble: converter('double'),
  $toDecimal: converter('decimal'),
  $toDate: converter('date'),
  $toObjectId: converter('objectId'),
  $type: pure(1, 1, (value) => typeName(value)),
  $isNumber: pure(1, 1, (value) => isNumeric(value) && value instanceof BSONValue),
};
