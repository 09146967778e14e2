/**
 * A multi-document transaction: a snapshot of all collections plus its own writes.
 *
 * The snapshot costs nothing (collections are immutable values). The first of two transactions to write
 * a record wins; the other gets WriteConflict, also when the record changed after its snapshot was taken.
 */
import { MongoError } from '../errors.ts';
import { applyChange, encodeChange, type Catalog, type Change } from '../storage/changes.ts';
import { holdersOf } from '../storage/collection.ts';
import type { Engine, JournalEntry, Store } from '../storage/engine.ts';
import { indexEntries } from '../storage/index-entries.ts';
import { getKey } from '../storage/tree.ts';
import { assertUnique } from '../storage/unique.ts';
import { lockKeys, type LockOwner } from './locks.ts';

export interface Transaction {
  readonly store: Store;
  /** Applies everything at once; `outcome` is journaled in the same record. */
  commit(outcome: Change): void;
  abort(): void;
  readonly startedAtMs: number;
}

export function startTransaction(engine: Engine, startedAtMs: number): Transaction {
  const base: ReadonlyMap<string, ReturnType<Store['collection']>> = new Map(engine.catalog);
  const view: Catalog = new Map(engine.catalog);
  const entries: JournalEntry[] = [];
  let end: () => void = () => undefined;
  const owner: LockOwner = {
    ended: new Promise((resolve) => {
      end = resolve;
    }),
  };

  function finish(): void {
    engine.locks.release(owner);
    end();
  }

  function claim(change: Change): void {
    if (change.kind === 'retry') return;
    const { namespace } = change;
    const [now, then] = [engine.catalog.get(namespace), base.get(namespace)];
    if (now?.version !== then?.version)
      throw writeConflict(`${namespace} was created, dropped or indexed meanwhile`);
    const keys = lockKeys(view.get(namespace), change);
    for (const key of keys) {
      const holder = engine.locks.holder(key);
      if (holder && holder !== owner) throw writeConflict('another transaction has written it');
    }
    if ((change.kind === 'put' || change.kind === 'remove') && engine.locks.holder(keys[0] ?? '') !== owner) {
      const [current, snapshot] = [now, then].map((state) => state && getKey(state.records, change.id));
      if (current !== snapshot) throw writeConflict('it changed after the transaction began');
    }
    if (change.kind === 'put') assertNoNewerKey(change);
    for (const key of keys) engine.locks.take(key, owner);
  }

  /** A unique key that appeared after the snapshot is a conflict, not a duplicate: the transaction could not see it. */
  function assertNoNewerKey(change: Extract<Change, { kind: 'put' }>): void {
    const own = view.get(change.namespace);
    if (own) assertUnique(own, change.id, change.record.doc);
    for (const index of engine.catalog.get(change.namespace)?.indexes ?? []) {
      if (!index.definition.unique) continue;
      for (const [, holder] of holdersOf(
        index,
        indexEntries(index.definition, change.record.doc).keys,
        change.id,
      )) {
        if (engine.locks.holder(`${change.namespace}\0record\0${holder}`) !== owner)
          throw writeConflict('a unique key was taken meanwhile');
      }
    }
  }

  return {
    startedAtMs,
    store: {
      collection: (namespace) => view.get(namespace),
      collections: () => view.values(),
      nextRecordId: () => engine.nextRecordId(),
      write(next) {
        for (const change of next) {
          claim(change);
          const bytes = encodeChange(change);
          applyChange(view, change, engine.nextVersion());
          entries.push({ change, bytes });
        }
      },
    },
    commit(outcome) {
      engine.commit([...entries, { change: outcome, bytes: encodeChange(outcome) }]);
      finish();
    },
    abort: finish,
  };
}

function writeConflict(why: string): MongoError {
  return new MongoError(
    'WriteConflict',
    `Caused by :: Write conflict during plan execution and yielding is disabled: ${why}. Please retry your operation or multi-document transaction.`,
  );
}
