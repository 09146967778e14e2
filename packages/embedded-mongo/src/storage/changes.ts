/** The journal's vocabulary: everything that can happen to data, as values. Replaying them in order rebuilds the state. */
import { Binary, Double, Int32, Long } from 'bson';
import { byteLength, encode } from '../bson/codec.ts';
import { isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble, toInteger } from '../bson/numbers.ts';
import {
  buildIndex,
  createCollection,
  emptyIndex,
  withIndexes,
  writeRecord,
  writeUnindexed,
  type Collection,
  type RecordId,
  type StoredRecord,
} from './collection.ts';
import { defineIndex } from './index-definition.ts';

export type Change =
  | {
      readonly kind: 'put';
      readonly namespace: string;
      readonly id: RecordId;
      readonly record: StoredRecord;
      /** The client gave the whole document, not what to change in it. */
      readonly replaces?: true;
    }
  | { readonly kind: 'remove'; readonly namespace: string; readonly id: RecordId }
  | { readonly kind: 'create'; readonly namespace: string; readonly uuid: Uint8Array }
  | { readonly kind: 'drop'; readonly namespace: string }
  | { readonly kind: 'createIndex'; readonly namespace: string; readonly spec: Doc }
  | { readonly kind: 'dropIndex'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'retry'; readonly outcome: StatementOutcome };

/** A snapshot also says how many changes led to it, for change streams that go on. */
export type FileEntry = Change | { readonly kind: 'position'; readonly position: number };

/** What a retryable write answered, kept so that sending it again does not apply it again. */
export interface StatementOutcome {
  readonly session: string;
  readonly txnNumber: bigint;
  /** Position in the command; a committed transaction is its statement -1. */
  readonly statement: number;
  readonly result: Doc;
  readonly at: number;
}

export type Catalog = Map<string, Collection>;

/** What becomes of indexes while changes are applied. */
interface Upkeep {
  readonly write: typeof writeRecord;
  readonly index: typeof buildIndex;
}

const IN_STEP: Upkeep = { write: writeRecord, index: buildIndex };
const LATER: Upkeep = { write: writeUnindexed, index: (_, definition) => emptyIndex(definition) };

/** Changes one catalog; the collections in it are replaced, never modified. */
export function applyChange(catalog: Catalog, change: Change, version: number): void {
  apply(catalog, change, version, IN_STEP);
}

/** {@link applyChange} for one of many, of before this process: indexes stay empty until {@link endReplay}. */
export function replayChange(catalog: Catalog, change: Change): void {
  apply(catalog, change, 0, LATER);
}

export function endReplay(catalog: Catalog): void {
  for (const [namespace, collection] of catalog) catalog.set(namespace, withIndexes(collection));
}

function apply(catalog: Catalog, change: Change, version: number, upkeep: Upkeep): void {
  if (change.kind === 'retry') return;
  const { namespace } = change;
  if (change.kind === 'create') {
    if (!catalog.has(namespace)) catalog.set(namespace, createCollection(namespace, version, change.uuid));
    return;
  }
  if (change.kind === 'drop') {
    catalog.delete(namespace);
    return;
  }
  const collection = catalog.get(namespace);
  if (!collection) throw new Error(`change of ${namespace}, which does not exist`);
  catalog.set(namespace, changed(collection, change, version, upkeep));
}

type CollectionChange = Extract<Change, { kind: 'put' | 'remove' | 'createIndex' | 'dropIndex' }>;

function changed(
  collection: Collection,
  change: CollectionChange,
  version: number,
  upkeep: Upkeep,
): Collection {
  switch (change.kind) {
    case 'put':
      return upkeep.write(collection, change.id, change.record);
    case 'remove':
      return upkeep.write(collection, change.id, undefined);
    case 'createIndex': {
      const index = upkeep.index(collection, defineIndex(change.spec));
      return { ...collection, version, indexes: [...collection.indexes, index] };
    }
    case 'dropIndex':
      return {
        ...collection,
        version,
        indexes: collection.indexes.filter(({ definition }) => definition.name !== change.name),
      };
  }
}

export function encodeChange(change: FileEntry): Uint8Array {
  switch (change.kind) {
    case 'put':
      return encode({
        o: 'p',
        n: change.namespace,
        i: new Double(change.id),
        d: change.record.doc,
        ...(change.replaces && { f: true }),
      });
    case 'remove':
      return encode({ o: 'r', n: change.namespace, i: new Double(change.id) });
    case 'create':
      return encode({ o: 'c', n: change.namespace, u: new Binary(change.uuid, Binary.SUBTYPE_UUID) });
    case 'drop':
      return encode({ o: 'x', n: change.namespace });
    case 'createIndex':
      return encode({ o: 'ci', n: change.namespace, s: change.spec });
    case 'dropIndex':
      return encode({ o: 'xi', n: change.namespace, s: change.name });
    case 'position':
      return encode({ o: 'h', i: new Double(change.position) });
    case 'retry': {
      const { session, txnNumber, statement, result, at } = change.outcome;
      return encode({
        o: 't',
        l: session,
        t: Long.fromBigInt(txnNumber),
        s: new Int32(statement),
        d: result,
        a: new Double(at),
      });
    }
  }
}

/** @throws Error when the entry is not one of ours: a newer format, or damage the checksum cannot see */
export function decodeChange(entry: Doc): FileEntry {
  const namespace = String(entry['n']);
  switch (entry['o']) {
    case 'p': {
      const doc = documentOf(entry['d']);
      return {
        kind: 'put',
        namespace,
        id: numberOf(entry['i']),
        record: { doc, bytes: byteLength(doc) },
        ...(entry['f'] === true && { replaces: true }),
      };
    }
    case 'r':
      return { kind: 'remove', namespace, id: numberOf(entry['i']) };
    case 'c':
      return { kind: 'create', namespace, uuid: (entry['u'] as Binary).value() };
    case 'x':
      return { kind: 'drop', namespace };
    case 'ci':
      return { kind: 'createIndex', namespace, spec: documentOf(entry['s']) };
    case 'xi':
      return { kind: 'dropIndex', namespace, name: String(entry['s']) };
    case 'h':
      return { kind: 'position', position: numberOf(entry['i']) };
    case 't':
      return { kind: 'retry', outcome: decodeOutcome(entry) };
    default:
      throw new Error(`unknown journal entry ${String(entry['o'])}`);
  }
}

function decodeOutcome(entry: Doc): StatementOutcome {
  return {
    session: String(entry['l']),
    txnNumber: isNumeric(entry['t']) ? (toInteger(entry['t']) ?? 0n) : 0n,
    statement: numberOf(entry['s']),
    result: documentOf(entry['d']),
    at: numberOf(entry['a']),
  };
}

function numberOf(value: unknown): number {
  return isNumeric(value) ? toDouble(value) : Number.NaN;
}

function documentOf(value: unknown): Doc {
  if (!isDocument(value)) throw new Error('journal entry without its document');
  return value;
}
