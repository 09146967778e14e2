/** Open cursors: results computed when the query ran, or events as they happen, handed out batch by batch. */
import { Long } from 'bson';
import { randomBytes } from 'node:crypto';
import { MAX_DOCUMENT_BYTES, byteLength } from '../bson/codec.ts';
import type { Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';

/** A server's default `cursorTimeoutMillis`. */
const CURSOR_TIMEOUT_MS = 10 * 60_000;
/** Documents of the first batch when the client names no size. */
export const DEFAULT_BATCH = 101;

export interface Batch {
  readonly id: Long;
  readonly docs: Doc[];
  /** Of a change stream: where it is now. */
  readonly resumeToken?: Doc;
}

/** Something that has more to tell later. */
export interface LiveSource {
  read(most: number): Doc[];
  isOver(): boolean;
  resumeToken(): Doc;
}

export interface Cursors {
  /** The first batch; the rest stays open under an id unless there is none or only one batch is wanted. */
  open(namespace: string, docs: readonly Doc[], batchSize: number, singleBatch?: boolean): Batch;
  /** Stays open until its source is over. */
  openLive(namespace: string, source: LiveSource, batchSize: number): Batch;
  /** @throws MongoError 43 when there is no such cursor on that collection */
  next(id: Long, namespace: string, batchSize: number | undefined): Batch;
  /** False when there was no such cursor. */
  kill(id: Long, namespace: string): boolean;
  expire(nowMs: number): void;
  count(): number;
}

interface Cursor {
  readonly namespace: string;
  readonly docs: readonly Doc[];
  readonly live?: LiveSource;
  position: number;
  usedAtMs: number;
}

export function createCursors(): Cursors {
  const cursors = new Map<string, Cursor>();

  function take(cursor: Cursor, most: number): Doc[] {
    const batch: Doc[] = [];
    let bytes = 0;
    while (batch.length < most && cursor.position < cursor.docs.length) {
      const doc = cursor.docs[cursor.position];
      if (!doc) break;
      bytes += byteLength(doc);
      // The reply itself is a document; one over the limit still fits, since the envelope is small.
      if (batch.length > 0 && bytes > MAX_DOCUMENT_BYTES) break;
      batch.push(doc);
      cursor.position += 1;
    }
    cursor.usedAtMs = Date.now();
    return batch;
  }

  return {
    open(namespace, docs, batchSize, singleBatch = false) {
      const cursor: Cursor = { namespace, docs, position: 0, usedAtMs: Date.now() };
      const batch = take(cursor, batchSize);
      if (singleBatch || cursor.position >= docs.length) return { id: Long.ZERO, docs: batch };
      const id = newId();
      cursors.set(id.toString(), cursor);
      return { id, docs: batch };
    },
    openLive(namespace, source, batchSize) {
      const cursor: Cursor = { namespace, docs: [], live: source, position: 0, usedAtMs: Date.now() };
      const docs = source.read(batchSize);
      const resumeToken = source.resumeToken();
      if (source.isOver()) return { id: Long.ZERO, docs, resumeToken };
      const id = newId();
      cursors.set(id.toString(), cursor);
      return { id, docs, resumeToken };
    },
    next(id, namespace, batchSize) {
      const cursor = cursors.get(id.toString());
      if (!cursor) throw new MongoError('CursorNotFound', `cursor id ${id.toString()} not found`);
      if (cursor.namespace !== namespace) {
        throw new MongoError(
          13,
          `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
        );
      }
      if (cursor.live) {
        const { live } = cursor;
        cursor.usedAtMs = Date.now();
        const docs = live.read(batchSize ?? DEFAULT_BATCH);
        if (live.isOver()) cursors.delete(id.toString());
        return { id: live.isOver() ? Long.ZERO : id, docs, resumeToken: live.resumeToken() };
      }
      const docs = take(cursor, batchSize ?? Number.POSITIVE_INFINITY);
      if (cursor.position < cursor.docs.length) return { id, docs };
      cursors.delete(id.toString());
      return { id: Long.ZERO, docs };
    },
    kill(id, namespace) {
      const key = id.toString();
      return cursors.get(key)?.namespace === namespace && cursors.delete(key);
    },
    expire(nowMs) {
      for (const [key, { usedAtMs }] of cursors)
        if (nowMs - usedAtMs > CURSOR_TIMEOUT_MS) cursors.delete(key);
    },
    count: () => cursors.size,
  };
}

/** Positive and not zero: zero means "exhausted" on the wire. */
function newId(): Long {
  const id = BigInt.asIntN(63, randomBytes(8).readBigInt64BE());
  return Long.fromBigInt(id < 0n ? -id : id + 1n);
}
