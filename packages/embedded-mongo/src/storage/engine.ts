/**
 * The data in memory, in step with the journal.
 *
 * A write changes memory and queues its journal record in the same turn of the event loop, so the order
 * of both is the same. It is acknowledged only after `flushed()`; replies to reads wait for it too, so
 * nobody is told of a write that a crash could still take back.
 */
import { randomUUID } from 'node:crypto';
import { MongoError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { LockTable } from '../transactions/locks.ts';
import type { RetryTable } from '../transactions/retry-table.ts';
import { applyChange, encodeChange, type Catalog, type Change } from './changes.ts';
import { buildIndex, type Collection, type RecordId } from './collection.ts';
import { compact, isCompactionDue } from './compaction.ts';
import { defineIndex } from './index-definition.ts';
import type { History } from './history.ts';
import type { Journal } from './journal.ts';
import { assertBuiltUnique, assertUnique } from './unique.ts';

/** Where a command reads and writes: the shared data, or a transaction's own view of it. */
export interface Store {
  collection(namespace: string): Collection | undefined;
  collections(): Iterable<Collection>;
  nextRecordId(): RecordId;
  /**
   * Applies the changes in order and journals them as one record.
   *
   * When one of them fails, those before it stay (as on a real server, a multi-document statement is
   * not atomic outside a transaction).
   */
  write(changes: readonly Change[]): void;
}

/** A change and its bytes in the journal. */
export interface JournalEntry {
  readonly change: Change;
  readonly bytes: Uint8Array;
}

export interface Engine extends Store {
  readonly catalog: Catalog;
  readonly locks: LockTable;
  readonly retries: RetryTable;
  /** What change streams tell of. */
  readonly history: History;
  /** Resolves when everything written so far is on the disk. */
  flushed(): Promise<void>;
  nextVersion(): number;
  /** Applies a transaction's changes, already checked against conflicts, as one atomic journal record. */
  commit(entries: readonly JournalEntry[]): void;
  /** Writes a snapshot and starts a new journal. Runs one at a time. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

export interface EngineParts {
  readonly directory: string;
  readonly catalog: Catalog;
  readonly retries: RetryTable;
  readonly locks: LockTable;
  readonly history: History;
  readonly journal: Journal;
  readonly generation: number;
  readonly lastRecordId: RecordId;
  readonly log: Log;
}

export function createEngine(parts: EngineParts): Engine {
  const { catalog, retries, locks, history, journal, log } = parts;
  let { generation, lastRecordId } = parts;
  let version = catalog.size + 1;
  let compacting: Promise<void> | undefined;

  function record(entries: readonly Uint8Array[]): void {
    if (entries.length === 0) return;
    journal.append(entries);
    if (!compacting && isCompactionDue(journal.bytes(), catalog)) {
      engine.compact().catch((error: unknown) => {
        log(`compaction failed, the journal keeps growing: ${String(error)}`);
      });
    }
  }

  function apply(change: Change): void {
    if (change.kind === 'put') {
      const collection = catalog.get(change.namespace);
      if (collection) assertUnique(collection, change.id, change.record.doc);
    }
    if (change.kind === 'createIndex') assertBuildable(catalog, change);
    takeIn(change);
  }

  function takeIn(change: Change): void {
    version += 1;
    history.record(change, catalog);
    applyChange(catalog, change, version);
    if (change.kind === 'retry') retries.remember(change.outcome);
  }

  const engine: Engine = {
    catalog,
    locks,
    retries,
    history,
    collection: (namespace) => catalog.get(namespace),
    collections: () => catalog.values(),
    nextRecordId: () => (lastRecordId += 1),
    nextVersion: () => (version += 1),
    flushed: () => journal.flushed(),
    write(changes) {
      locks.assertFree(catalog, changes);
      // Encoding may refuse a document, and must not do so with memory changed already.
      const entries: JournalEntry[] = changes.map((change) => ({ change, bytes: encodeChange(change) }));
      const applied: Uint8Array[] = [];
      try {
        for (const { change, bytes } of entries) {
          apply(change);
          applied.push(bytes);
        }
      } finally {
        record(applied);
      }
    },
    commit(entries) {
      for (const { change } of entries) takeIn(change);
      record(entries.map(({ bytes }) => bytes));
    },
    compact() {
      if (compacting) return compacting;
      // Counted up even if this fails later: the number's journal may exist by then and must not be overwritten.
      generation += 1;
      compacting = compact({
        directory: parts.directory,
        catalog,
        retries,
        history,
        journal,
        generation,
        log,
      }).finally(() => {
        compacting = undefined;
      });
      return compacting;
    },
    async close() {
      await compacting?.catch(() => undefined);
      await journal.close();
    },
  };
  return engine;
}

function assertBuildable(catalog: Catalog, change: Extract<Change, { kind: 'createIndex' }>): void {
  const collection = catalog.get(change.namespace);
  if (!collection) throw new MongoError('NamespaceNotFound', `ns does not exist: ${change.namespace}`);
  const definition = defineIndex(change.spec);
  if (definition.unique) assertBuiltUnique(collection, buildIndex(collection, definition));
}

/** The change that makes a collection exist, or none when it does. */
export function ensureCollection(store: Store, namespace: string): Change[] {
  if (store.collection(namespace)) return [];
  return [{ kind: 'create', namespace, uuid: Buffer.from(randomUUID().replaceAll('-', ''), 'hex') }];
}
