/** TTL: removes documents whose date lies further back than their index allows. */
import { MongoError } from './errors.ts';
import type { Log } from './log.ts';
import { isArray } from './bson/value.ts';
import { TYPE_RANK } from './query/compare.ts';
import { valuesAt } from './query/path.ts';
import type { Change } from './storage/changes.ts';
import type { Engine } from './storage/engine.ts';
import { AFTER, encodeKey, invertKey, rankPrefix } from './storage/key.ts';
import { getKey, scan } from './storage/tree.ts';
import { BlockedByTransaction } from './transactions/locks.ts';

/** Records a sweep removes in one turn of the event loop, so that it never stalls clients for long. */
const SWEEP_BATCH = 1_000;

/** One sweep over all TTL indexes. What a transaction holds is left for the next sweep. */
export async function removeExpired(engine: Engine, nowMs: number, log: Log): Promise<void> {
  for (const collection of [...engine.collections()]) {
    for (const index of collection.indexes) {
      const seconds = index.definition.expireAfterSeconds;
      if (seconds === undefined) continue;
      try {
        while (
          sweep(engine, collection.namespace, index.definition.name, nowMs - seconds * 1000) === SWEEP_BATCH
        ) {
          await engine.flushed();
        }
      } catch (error) {
        if (!(error instanceof BlockedByTransaction) && !(error instanceof MongoError)) throw error;
        log(`TTL sweep of ${collection.namespace} postponed: ${error.message}`);
      }
    }
  }
}

/** @returns how many it removed, at most one batch */
function sweep(engine: Engine, namespace: string, indexName: string, limitMs: number): number {
  // Looked up each time: collection and index may be gone since the last batch.
  const collection = engine.collection(namespace);
  const index = collection?.indexes.find(({ definition }) => definition.name === indexName);
  const field = index?.definition.fields[0];
  if (!collection || !index || !field) return 0;
  const changes = new Map<number, Change>();
  for (const [, id] of scan(index.entries, datesUpTo(limitMs, field.direction))) {
    const doc = getKey(collection.records, id)?.doc ?? {};
    // The range is one of encoded keys; the document itself has the last word.
    const dates = valuesAt(doc, field.path).flatMap((value) => (isArray(value) ? value : [value]));
    if (dates.some((value) => value instanceof Date && value.getTime() <= limitMs)) {
      changes.set(id, { kind: 'remove', namespace, id });
    }
    if (changes.size === SWEEP_BATCH) break;
  }
  if (changes.size > 0) engine.write([...changes.values()]);
  return changes.size;
}

function datesUpTo(limitMs: number, direction: 1 | -1): { from: string; until: string } {
  const type = rankPrefix(TYPE_RANK.date);
  const key = encodeKey(new Date(limitMs));
  if (direction === 1) return { from: type, until: key + AFTER };
  return { from: invertKey(key), until: invertKey(type) + AFTER };
}
