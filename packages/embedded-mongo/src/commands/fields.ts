/** Typed readers of command fields. */
import { Binary, type Long } from 'bson';
import { MongoError } from '../errors.ts';
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { integer, isNumeric, toDouble, toInteger } from '../bson/numbers.ts';
import { typeName } from '../bson/types.ts';
import type { Variables } from '../aggregate/expression.ts';
import { compileExpression } from '../aggregate/expression.ts';

function wrongType(name: string, value: unknown, wanted: string): MongoError {
  return new MongoError(
    'TypeMismatch',
    `BSON field '${name}' is the wrong type '${typeName(value)}', expected type '${wanted}'`,
  );
}

export function documentField(body: Doc, name: string): Doc | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!isDocument(value)) throw wrongType(name, value, 'object');
  return value;
}

export function documentsField(body: Doc, name: string): Doc[] {
  const value = body[name];
  if (!isArray(value)) throw value === undefined ? missingField(name) : wrongType(name, value, 'array');
  return value.map((item) => {
    if (!isDocument(item)) throw wrongType(name, item, 'object');
    return item;
  });
}

export function missingField(name: string): MongoError {
  return new MongoError(40414, `BSON field '${name}' is missing but a required field`);
}

export function textField(body: Doc, name: string): string {
  const value = body[name];
  if (typeof value !== 'string')
    throw value === undefined ? missingField(name) : wrongType(name, value, 'string');
  return value;
}

/** A count of 0 or more. */
export function countField(body: Doc, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (!isNumeric(value)) throw wrongType(name, value, 'number');
  const whole = toInteger(value);
  if (whole === undefined) throw new MongoError('BadValue', `${name} has to be a whole number`);
  if (whole < 0n)
    throw new MongoError(51024, `BSON field '${name}' value must be >= 0, actual value '${String(whole)}'`);
  return Number(whole);
}

/** Numbers count as booleans, as in commands of a server. */
export function flagField(body: Doc, name: string, otherwise = false): boolean {
  const value = body[name];
  if (value === undefined || value === null) return otherwise;
  if (typeof value === 'boolean') return value;
  if (isNumeric(value)) return toDouble(value) !== 0;
  throw wrongType(name, value, 'bool');
}

export function longOf(value: unknown, name: string): Long {
  const whole = isNumeric(value) ? toInteger(value) : undefined;
  if (whole === undefined) throw wrongType(name, value, 'long');
  return integer(whole, 'long') as Long;
}

/** Variables of `let`; they may use constants only. */
export function variablesField(body: Doc): Variables {
  const spec = documentField(body, 'let') ?? {};
  const entries = Object.entries(spec).map(([name, value]) => [
    name,
    compileExpression(value)({ root: {}, variables: {} }),
  ]);
  return { NOW: new Date(), ...(Object.fromEntries(entries) as Variables) };
}

/** @throws MongoError 73 for a name no collection can have */
export function namespaceOf(db: string, collection: unknown): string {
  if (typeof collection !== 'string')
    throw new MongoError('InvalidNamespace', `collection name has invalid type ${typeName(collection)}`);
  const isBad =
    collection === '' ||
    collection.includes('\0') ||
    collection.includes('$') ||
    collection.startsWith('.') ||
    collection.startsWith('system.');
  if (isBad) throw new MongoError('InvalidNamespace', `Invalid namespace specified '${db}.${collection}'`);
  return `${db}.${collection}`;
}

/** Identity of a session: its id is a UUID in binary form. */
export function sessionId(lsid: unknown): string {
  const id = isDocument(lsid) ? lsid['id'] : undefined;
  if (!(id instanceof Binary)) throw new MongoError('TypeMismatch', "BSON field 'lsid.id' has to be a UUID");
  return Buffer.from(id.value()).toString('hex');
}
