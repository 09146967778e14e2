import { ObjectId } from 'bson';
import { MongoError } from '../errors.ts';
import { isArray, type Doc } from '../bson/value.ts';
import { isNumeric } from '../bson/numbers.ts';
import { valuesAt } from '../query/path.ts';
import { holdersOf, type Collection, type Index, type RecordId } from './collection.ts';
import { indexEntries } from './index-entries.ts';
import { encodeKey } from './key.ts';
import { scan } from './tree.ts';

/** @throws MongoError 11000 when another record holds a key of this document in a unique index */
export function assertUnique(collection: Collection, id: RecordId, doc: Doc): void {
  for (const index of collection.indexes) {
    if (!index.definition.unique) continue;
    for (const [key] of holdersOf(index, indexEntries(index.definition, doc).keys, id)) {
      throw duplicateKey(collection.namespace, index, doc, key);
    }
  }
}

/** @throws MongoError 11000 when documents already there break a new unique index */
export function assertBuiltUnique(collection: Collection, index: Index): void {
  const suffixLength = 8;
  let previous: { key: string; id: RecordId } | undefined;
  for (const [entry, id] of scan(index.entries)) {
    const key = entry.slice(0, -suffixLength);
    if (previous?.key === key && previous.id !== id) {
      const doc = [...scan(collection.records, { from: id, until: id + 1 })][0]?.[1].doc ?? {};
      throw duplicateKey(collection.namespace, index, doc, key);
    }
    previous = { key, id };
  }
}

export function duplicateKey(namespace: string, { definition }: Index, doc: Doc, key: string): MongoError {
  const keyPattern = definition.spec['key'];
  const keyValue: Doc = {};
  for (const { name, path } of definition.fields) keyValue[name] = conflictingValue(valuesAt(doc, path), key);
  const shown = Object.entries(keyValue).map(([name, value]) => `${name}: ${show(value)}`);
  return new MongoError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${namespace} index: ${definition.name} dup key: { ${shown.join(', ')} }`,
    { keyPattern, keyValue },
  );
}

/** Of an array, the element that is in the conflicting key. */
function conflictingValue(values: readonly unknown[], key: string): unknown {
  const candidates = values.flatMap((value) => (isArray(value) ? value : [value]));
  return candidates.find((value) => key.includes(encodeKey(value))) ?? candidates[0] ?? null;
}

function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (isNumeric(value)) return String(value);
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  return JSON.stringify(value);
}
