import { Int32 } from 'bson';
import { MongoError, notSupported } from '../errors.ts';
import { isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble, toInteger } from '../bson/numbers.ts';
import { compileFilter, type Predicate } from '../query/match.ts';
import { isIdentical } from '../query/compare.ts';
import { readCollation, type Collation } from '../query/collation.ts';
import { parsePath, type Path } from '../query/path.ts';
import { isTextKey, readTextWeights, textFields, type TextField } from './text-index.ts';

export interface IndexField {
  readonly name: string;
  readonly path: Path;
  readonly direction: 1 | -1;
}

/** What an index is, without its entries. */
export interface IndexDefinition {
  readonly name: string;
  readonly fields: readonly IndexField[];
  readonly unique: boolean;
  readonly sparse: boolean;
  /** Documents outside the filter are not indexed. */
  readonly partialFilter?: Doc;
  readonly matchesPartial?: Predicate;
  readonly expireAfterSeconds?: number;
  /** What text is compared by; byte by byte without one. */
  readonly collation?: Collation;
  /** A text index has these, and no other fields. */
  readonly text?: readonly TextField[];
  /** The specification as listIndexes answers it and the journal keeps it. */
  readonly spec: Doc;
}

const KNOWN = new Set([
  'key',
  'name',
  'unique',
  'sparse',
  'partialFilterExpression',
  'expireAfterSeconds',
  'background',
  'v',
  'hidden',
  'ns',
  'collation',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
]);
const PARTIAL_OPERATORS = new Set([
  '$eq',
  '$exists',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$type',
  '$in',
  '$and',
  '$or',
]);

export const ID_INDEX_SPEC: Doc = { v: new Int32(2), key: { _id: new Int32(1) }, name: '_id_' };

/** @throws MongoError when the specification is malformed or asks for something not built here */
export function defineIndex(raw: Doc): IndexDefinition {
  for (const option of Object.keys(raw)) {
    if (!KNOWN.has(option)) throw notSupported(`the index option "${option}"`);
  }
  const key = raw['key'];
  if (!isDocument(key) || Object.keys(key).length === 0)
    throw new MongoError('CannotCreateIndex', 'Index keys cannot be an empty object');
  if (isTextKey(key)) return defineTextIndex(raw, key);
  const fields = Object.keys(key).map((name) => defineField(name, key[name]));
  const name = typeof raw['name'] === 'string' && raw['name'] !== '' ? raw['name'] : defaultName(fields);
  const partialFilter = checkPartial(raw);
  const expireAfterSeconds = checkExpiry(raw['expireAfterSeconds'], fields);
  if (raw['hidden'] !== undefined && flag(raw, 'hidden')) throw notSupported('hidden indexes');
  const collation = readCollation(raw['collation']);
  const [unique, sparse] = [flag(raw, 'unique'), flag(raw, 'sparse')];
  return {
    name,
    fields,
    unique: unique || isIdKey(fields),
    sparse,
    ...(partialFilter && { partialFilter, matchesPartial: compileFilter(partialFilter) }),
    ...(expireAfterSeconds !== undefined && { expireAfterSeconds }),
    ...(collation && { collation }),
    spec: {
      v: new Int32(2),
      key,
      name,
      ...(unique && { unique }),
      ...(sparse && { sparse }),
      ...(partialFilter && { partialFilterExpression: partialFilter }),
      ...(expireAfterSeconds !== undefined && { expireAfterSeconds: raw['expireAfterSeconds'] }),
      ...(collation && { collation: { ...collation.spec, version: '57.1' } }),
    },
  };
}

function defineTextIndex(raw: Doc, key: Doc): IndexDefinition {
  for (const option of ['unique', 'expireAfterSeconds', 'collation'])
    if (raw[option] !== undefined && raw[option] !== false) throw notSupported(`text indexes with ${option}`);
  const weights = readTextWeights(raw, key);
  const partialFilter = checkPartial(raw);
  const name =
    typeof raw['name'] === 'string' && raw['name'] !== ''
      ? raw['name']
      : Object.keys(key)
          .map((field) => `${field}_text`)
          .join('_');
  return {
    name,
    fields: [],
    unique: false,
    sparse: false,
    ...(partialFilter && { partialFilter, matchesPartial: compileFilter(partialFilter) }),
    text: textFields(weights),
    spec: {
      v: new Int32(2),
      key: { _fts: 'text', _ftsx: new Int32(1) },
      name,
      ...(partialFilter && { partialFilterExpression: partialFilter }),
      weights,
      default_language: 'none',
      language_override: 'language',
      textIndexVersion: new Int32(3),
    },
  };
}

export function sameKeyPattern(a: IndexDefinition, b: IndexDefinition): boolean {
  return (
    a.fields.length === b.fields.length &&
    a.fields.every(({ name, direction }, i) => {
      const other = b.fields[i];
      return other?.name === name && other.direction === direction;
    })
  );
}

export function sameOptions(a: IndexDefinition, b: IndexDefinition): boolean {
  return (
    a.unique === b.unique &&
    a.sparse === b.sparse &&
    a.expireAfterSeconds === b.expireAfterSeconds &&
    isIdentical(a.spec['weights'], b.spec['weights']) &&
    isIdentical(a.partialFilter, b.partialFilter)
  );
}

function defineField(name: string, direction: unknown): IndexField {
  if (name === '' || name.split('.').includes(''))
    throw new MongoError('CannotCreateIndex', 'Index keys cannot contain an empty field.');
  if (name.startsWith('$'))
    throw new MongoError('CannotCreateIndex', `Index key contains an illegal field name: '${name}'`);
  if (name.includes('$**')) throw notSupported('wildcard indexes');
  if (typeof direction === 'string') throw notSupported(`"${direction}" indexes`);
  const number = isNumeric(direction) ? toDouble(direction) : 0;
  if (number === 0 || Number.isNaN(number)) {
    throw new MongoError('CannotCreateIndex', 'Values in v:2 index key pattern must be numbers other than 0');
  }
  return { name, path: parsePath(name), direction: number > 0 ? 1 : -1 };
}

function defaultName(fields: readonly IndexField[]): string {
  return fields.map(({ name, direction }) => `${name}_${direction}`).join('_');
}

function isIdKey(fields: readonly IndexField[]): boolean {
  return fields.length === 1 && fields[0]?.name === '_id';
}

function flag(raw: Doc, name: string): boolean {
  const value = raw[name];
  return isNumeric(value) ? toDouble(value) !== 0 : value === true;
}

function checkPartial(raw: Doc): Doc | undefined {
  const filter = raw['partialFilterExpression'];
  if (filter === undefined) return undefined;
  if (!isDocument(filter))
    throw new MongoError('CannotCreateIndex', '"partialFilterExpression" for an index must be a document');
  if (raw['sparse'] === true)
    throw new MongoError('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
  checkPartialOperators(filter);
  return filter;
}

function checkPartialOperators(value: unknown): void {
  if (Array.isArray(value)) value.forEach(checkPartialOperators);
  if (!isDocument(value)) return;
  for (const [name, operand] of Object.entries(value)) {
    if (name.startsWith('$') && (!PARTIAL_OPERATORS.has(name) || (name === '$exists' && operand === false))) {
      throw new MongoError('CannotCreateIndex', `unsupported expression in partial index: ${name}`);
    }
    checkPartialOperators(operand);
  }
}

function checkExpiry(value: unknown, fields: readonly IndexField[]): number | undefined {
  if (value === undefined) return undefined;
  const seconds = isNumeric(value) ? toInteger(value) : undefined;
  if (seconds === undefined || seconds < 0n || seconds > 2_147_483_647n) {
    throw new MongoError(
      'CannotCreateIndex',
      'TTL index expireAfterSeconds must be a whole number from 0 to 2147483647',
    );
  }
  if (fields.length !== 1)
    throw new MongoError(
      'CannotCreateIndex',
      'TTL indexes are single-field indexes, compound indexes do not support TTL',
    );
  if (isIdKey(fields))
    throw new MongoError('CannotCreateIndex', 'The field expireAfterSeconds is not valid for an _id index');
  return Number(seconds);
}
