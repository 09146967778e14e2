/**
 * What open transactions have written: records and unique keys, each held by one transaction.
 *
 * A write outside a transaction waits for the holder to end; a write inside another one fails at once
 * with WriteConflict, as MongoDB does, and the driver runs that transaction again.
 */
import { getKey } from '../storage/tree.ts';
import type { Catalog, Change } from '../storage/changes.ts';
import { indexEntries } from '../storage/index-entries.ts';
import type { Collection } from '../storage/collection.ts';

export interface LockOwner {
  /** Resolves when the transaction has committed or aborted. */
  readonly ended: Promise<void>;
}

/** Not an error of the client's: the statement is to be run again once the transaction has ended. */
export class BlockedByTransaction extends Error {
  readonly ended: Promise<void>;
  constructor(owner: LockOwner) {
    super('blocked by a transaction');
    this.ended = owner.ended;
  }
}

export interface LockTable {
  holder(key: string): LockOwner | undefined;
  take(key: string, owner: LockOwner): void;
  release(owner: LockOwner): void;
  /** @throws BlockedByTransaction when a transaction holds something the changes touch */
  assertFree(catalog: Catalog, changes: readonly Change[]): void;
}

export function createLockTable(): LockTable {
  const locks = new Map<string, LockOwner>();
  return {
    holder: (key) => locks.get(key),
    take: (key, owner) => locks.set(key, owner),
    release(owner) {
      for (const [key, holder] of locks) if (holder === owner) locks.delete(key);
    },
    assertFree(catalog, changes) {
      if (locks.size === 0) return;
      for (const change of changes) {
        const owner = change.kind === 'retry' ? undefined : findHolder(locks, catalog, change);
        if (owner) throw new BlockedByTransaction(owner);
      }
    },
  };
}

type NamespaceChange = Exclude<Change, { kind: 'retry' }>;

function findHolder(
  locks: ReadonlyMap<string, LockOwner>,
  catalog: Catalog,
  change: NamespaceChange,
): LockOwner | undefined {
  if (change.kind === 'drop' || change.kind === 'createIndex' || change.kind === 'dropIndex') {
    for (const [key, owner] of locks) if (key.startsWith(`${change.namespace}\0`)) return owner;
    return undefined;
  }
  const collection = catalog.get(change.namespace);
  for (const key of lockKeys(collection, change)) {
    const owner = locks.get(key);
    if (owner) return owner;
  }
  return undefined;
}

/** Everything a change must hold: its record and the unique keys it takes or gives up. */
export function lockKeys(collection: Collection | undefined, change: NamespaceChange): string[] {
  if (change.kind === 'create') return [`${change.namespace}\0create`];
  if (change.kind !== 'put' && change.kind !== 'remove') return [];
  const keys = [`${change.namespace}\0record\0${change.id}`];
  const before = collection && getKey(collection.records, change.id)?.doc;
  const after = change.kind === 'put' ? change.record.doc : undefined;
  for (const { definition } of collection?.indexes ?? []) {
    if (!definition.unique) continue;
    const name = `${change.namespace}\0unique\0${definition.name}\0`;
    const [old, next] = [before, after].map((doc) =>
      doc ? indexEntries(definition, doc).keys : new Set<string>(),
    );
    for (const key of old ?? []) if (!next?.has(key)) keys.push(name + key);
    for (const key of next ?? []) if (!old?.has(key)) keys.push(name + key);
  }
  return keys;
}
