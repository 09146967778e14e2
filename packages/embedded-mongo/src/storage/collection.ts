/** A collection's state: immutable, so holding it is a snapshot. Writes return the next state. */
import type { Doc } from '../bson/value.ts';
import { defineIndex, ID_INDEX_SPEC, type IndexDefinition } from './index-definition.ts';
import { indexEntries } from './index-entries.ts';
import { encodeKey, encodeRecordId, AFTER } from './key.ts';
import { deleteKey, emptyTree, getKey, scan, setKey, treeOf, type Tree } from './tree.ts';

export type RecordId = number;

export interface StoredRecord {
  readonly doc: Doc;
  /** Size of the encoded document, in bytes. */
  readonly bytes: number;
}

export interface Index {
  readonly definition: IndexDefinition;
  /** Compound key followed by the record number, to the record number. */
  readonly entries: Tree<string, RecordId>;
  /** Positions of fields that hold an array in some document, now or earlier. */
  readonly arrayFields: ReadonlySet<number>;
}

export interface Collection {
  readonly namespace: string;
  /** Changes when the collection is dropped and made again or its indexes change. */
  readonly version: number;
  readonly uuid: Uint8Array;
  readonly records: Tree<RecordId, StoredRecord>;
  readonly indexes: readonly Index[];
  readonly bytes: number;
}

export function createCollection(namespace: string, version: number, uuid: Uint8Array): Collection {
  return {
    namespace,
    version,
    uuid,
    records: emptyTree(),
    indexes: [emptyIndex(defineIndex(ID_INDEX_SPEC))],
    bytes: 0,
  };
}

export function emptyIndex(definition: IndexDefinition): Index {
  return { definition, entries: emptyTree(), arrayFields: new Set() };
}

/** Stores, replaces or (with `next` undefined) removes one record and keeps every index in step. */
export function writeRecord(
  collection: Collection,
  id: RecordId,
  next: StoredRecord | undefined,
): Collection {
  const previous = getKey(collection.records, id);
  return {
    ...writeUnindexed(collection, id, next),
    indexes: collection.indexes.map((index) => reindex(index, id, previous?.doc, next?.doc)),
  };
}

/** {@link writeRecord} without the indexes: {@link withIndexes} makes them after many writes, in a fraction of the time. */
export function writeUnindexed(
  collection: Collection,
  id: RecordId,
  next: StoredRecord | undefined,
): Collection {
  const previous = getKey(collection.records, id);
  return {
    ...collection,
    records: next ? setKey(collection.records, id, next) : deleteKey(collection.records, id),
    bytes: collection.bytes + (next?.bytes ?? 0) - (previous?.bytes ?? 0),
  };
}

export function withIndexes(collection: Collection): Collection {
  const indexes = collection.indexes.map(({ definition }) => buildIndex(collection, definition));
  return { ...collection, indexes };
}

/** An index over all documents. Uniqueness is the caller's to check. */
export function buildIndex(collection: Collection, definition: IndexDefinition): Index {
  const entries: [string, RecordId][] = [];
  const arrays = new Set<number>();
  for (const [id, { doc }] of scan(collection.records)) {
    const { keys, arrayFields } = indexEntries(definition, doc);
    const suffix = encodeRecordId(id);
    for (const key of keys) entries.push([key + suffix, id]);
    for (const field of arrayFields) arrays.add(field);
  }
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return { definition, entries: treeOf(entries), arrayFields: arrays };
}

/** The records other than `id` that hold one of these keys in the index. */
export function* holdersOf(
  index: Index,
  keys: Iterable<string>,
  id?: RecordId,
): Generator<readonly [string, RecordId]> {
  for (const key of keys) {
    for (const [, holder] of scan(index.entries, { from: key, until: key + AFTER })) {
      if (holder !== id) yield [key, holder];
    }
  }
}

export function findById(collection: Collection, id: unknown): RecordId | undefined {
  const index = collection.indexes[0];
  const key = encodeKey(id ?? null);
  if (index) for (const [, record] of scan(index.entries, { from: key, until: key + AFTER })) return record;
  return undefined;
}

function reindex(index: Index, id: RecordId, before: Doc | undefined, after: Doc | undefined): Index {
  const oldKeys = before ? indexEntries(index.definition, before).keys : new Set<string>();
  const { keys, arrayFields } = after
    ? indexEntries(index.definition, after)
    : { keys: new Set<string>(), arrayFields: [] };
  let entries = index.entries;
  const suffix = encodeRecordId(id);
  for (const key of oldKeys) if (!keys.has(key)) entries = deleteKey(entries, key + suffix);
  for (const key of keys) if (!oldKeys.has(key)) entries = setKey(entries, key + suffix, id);
  const known = arrayFields.every((field) => index.arrayFields.has(field));
  if (entries === index.entries && known) return index;
  return {
    ...index,
    entries,
    arrayFields: known ? index.arrayFields : new Set([...index.arrayFields, ...arrayFields]),
  };
}
