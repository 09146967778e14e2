/**
 * BSON comparison order, the one MongoDB sorts, ranges and indexes by.
 *
 * @see https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
 */
import { BSONRegExp, BSONSymbol, BSONValue, Code, type Binary, type ObjectId, type Timestamp } from 'bson';
import { asDocument, isArray, type Doc } from '../bson/value.ts';
import { compareNumeric, isNumeric, type Numeric } from '../bson/numbers.ts';

/** Rank of a type in the order; types with the same rank compare by value. */
export const TYPE_RANK = {
  minKey: 1,
  undefined: 2,
  null: 3,
  number: 4,
  string: 5,
  object: 6,
  array: 7,
  binData: 8,
  objectId: 9,
  bool: 10,
  date: 11,
  timestamp: 12,
  regex: 13,
  code: 14,
  codeWithScope: 15,
  maxKey: 16,
} as const;

export type TypeRank = (typeof TYPE_RANK)[keyof typeof TYPE_RANK];

const BSON_RANKS: Readonly<Record<string, TypeRank>> = {
  MinKey: TYPE_RANK.minKey,
  Int32: TYPE_RANK.number,
  Double: TYPE_RANK.number,
  Long: TYPE_RANK.number,
  Decimal128: TYPE_RANK.number,
  BSONSymbol: TYPE_RANK.string,
  DBRef: TYPE_RANK.object,
  Binary: TYPE_RANK.binData,
  ObjectId: TYPE_RANK.objectId,
  Timestamp: TYPE_RANK.timestamp,
  BSONRegExp: TYPE_RANK.regex,
  MaxKey: TYPE_RANK.maxKey,
};

export function typeRank(value: unknown): TypeRank {
  switch (typeof value) {
    case 'string':
      return TYPE_RANK.string;
    case 'number':
    case 'bigint':
      return TYPE_RANK.number;
    case 'boolean':
      return TYPE_RANK.bool;
    case 'object':
      return value === null ? TYPE_RANK.null : objectRank(value);
    default:
      return TYPE_RANK.undefined;
  }
}

function objectRank(value: object): TypeRank {
  if (isArray(value)) return TYPE_RANK.array;
  if (value instanceof Date) return TYPE_RANK.date;
  if (!(value instanceof BSONValue)) return value instanceof RegExp ? TYPE_RANK.regex : TYPE_RANK.object;
  if (value instanceof Code) return value.scope === null ? TYPE_RANK.code : TYPE_RANK.codeWithScope;
  return BSON_RANKS[value._bsontype] ?? TYPE_RANK.object;
}

export type TextOrder = (a: string, b: string) => number;

/** Negative, zero or positive. Missing (`undefined`) sorts below null; callers map it to null where MongoDB does. */
export function compareValues(a: unknown, b: unknown, compareText: TextOrder = compareStrings): number {
  const rank = typeRank(a);
  const difference = rank - typeRank(b);
  if (difference !== 0) return difference;
  switch (rank) {
    case TYPE_RANK.number:
      return compareNumeric(a as Numeric, b as Numeric);
    case TYPE_RANK.string:
      return compareText(textOf(a), textOf(b));
    case TYPE_RANK.object:
      return compareDocuments(asDocument(a) ?? {}, asDocument(b) ?? {}, compareText);
    case TYPE_RANK.array:
      return compareArrays(a as unknown[], b as unknown[], compareText);
    case TYPE_RANK.binData:
      return compareBinary(a as Binary, b as Binary);
    case TYPE_RANK.objectId:
      return Buffer.compare((a as ObjectId).id, (b as ObjectId).id);
    case TYPE_RANK.bool:
      return Number(a) - Number(b);
    case TYPE_RANK.date:
      return (a as Date).getTime() - (b as Date).getTime();
    case TYPE_RANK.timestamp:
      return (a as Timestamp).compare(b as Timestamp);
    case TYPE_RANK.regex:
      return compareRegex(a, b);
    case TYPE_RANK.code:
    case TYPE_RANK.codeWithScope:
      return (
        compareStrings((a as Code).code, (b as Code).code) ||
        compareDocuments((a as Code).scope ?? {}, (b as Code).scope ?? {}, compareText)
      );
    default:
      return 0;
  }
}

export function valuesEqual(a: unknown, b: unknown): boolean {
  return compareValues(a, b) === 0;
}

/** Stricter than equality: same types, same field order. 1 and Long(1) are equal but not identical. */
export function isIdentical(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isArray(a) && isArray(b)) return a.length === b.length && a.every((item, i) => isIdentical(item, b[i]));
  const [left, right] = [asDocument(a), asDocument(b)];
  if (left && right) {
    const [names, others] = [Object.keys(left), Object.keys(right)];
    return (
      names.length === others.length &&
      names.every((name, i) => name === others[i] && isIdentical(left[name], right[name]))
    );
  }
  if (isNumeric(a) && isNumeric(b)) return tagOf(a) === tagOf(b) && String(a) === String(b);
  return tagOf(a) === tagOf(b) && compareValues(a, b) === 0;
}

function tagOf(value: unknown): string {
  return value instanceof BSONValue ? value._bsontype : typeof value;
}

/** MongoDB compares UTF-8 bytes; UTF-16 order differs once surrogate pairs meet other high characters. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [surrogateX, surrogateY] = [isSurrogate(x), isSurrogate(y)];
    if (surrogateX !== surrogateY) return surrogateX ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

export function textOf(value: unknown): string {
  return value instanceof BSONSymbol ? value.value : String(value);
}

/** Field by field: type first, then name, then value; the shorter document is the smaller one. */
function compareDocuments(a: Doc, b: Doc, compareText: TextOrder): number {
  const [names, others] = [Object.keys(a), Object.keys(b)];
  const length = Math.min(names.length, others.length);
  for (let i = 0; i < length; i += 1) {
    const [name, other] = [names[i] ?? '', others[i] ?? ''];
    const order =
      typeRank(a[name]) - typeRank(b[other]) ||
      compareStrings(name, other) ||
      compareValues(a[name], b[other], compareText);
    if (order !== 0) return order;
  }
  return names.length - others.length;
}

function compareArrays(a: readonly unknown[], b: readonly unknown[], compareText: TextOrder): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const order = compareValues(a[i], b[i], compareText);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Length, then subtype, then bytes: not lexicographic. */
function compareBinary(a: Binary, b: Binary): number {
  return a.length() - b.length() || a.sub_type - b.sub_type || Buffer.compare(a.value(), b.value());
}

function compareRegex(a: unknown, b: unknown): number {
  const [left, right] = [regexParts(a), regexParts(b)];
  return compareStrings(left.pattern, right.pattern) || compareStrings(left.options, right.options);
}

export function regexParts(value: unknown): { pattern: string; options: string } {
  if (value instanceof BSONRegExp) return { pattern: value.pattern, options: value.options };
  if (value instanceof RegExp) return { pattern: value.source, options: value.flags };
  return { pattern: String(value), options: '' };
}

export function isRegex(value: unknown): boolean {
  return value instanceof BSONRegExp || value instanceof RegExp;
}
