import { BSONValue, Code } from 'bson';
import { isArray } from './value.ts';
import { isNumeric, numericKind, toInteger } from './numbers.ts';
import { MongoError } from '../errors.ts';

const NUMBERS: Readonly<Record<string, number>> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};

const BSON_NAMES: Readonly<Record<string, string>> = {
  Binary: 'binData',
  ObjectId: 'objectId',
  BSONRegExp: 'regex',
  BSONSymbol: 'symbol',
  Timestamp: 'timestamp',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
  DBRef: 'object',
};

/** The alias `$type` uses; `missing` when there is no value. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (isNumeric(value)) return numericKind(value);
  if (isArray(value)) return 'array';
  if (value instanceof Date) return 'date';
  if (value instanceof RegExp) return 'regex';
  if (value instanceof Code) return value.scope === null ? 'javascript' : 'javascriptWithScope';
  return value instanceof BSONValue ? (BSON_NAMES[value._bsontype] ?? 'object') : 'object';
}

/** Resolves an operand of `$type` (alias or number) to the set of alias names it stands for. */
export function resolveTypeOperand(operand: unknown): readonly string[] {
  if (operand === 'number') return ['int', 'long', 'double', 'decimal'];
  if (typeof operand === 'string') {
    if (!(operand in NUMBERS)) throw new MongoError('BadValue', `Unknown type name alias: ${operand}`);
    return [operand];
  }
  const code = isNumeric(operand) ? toInteger(operand) : undefined;
  const name = Object.keys(NUMBERS).find((alias) => BigInt(NUMBERS[alias] ?? 0) === code);
  if (name === undefined) throw new MongoError('BadValue', `Invalid numerical type code: ${String(operand)}`);
  return [name];
}
