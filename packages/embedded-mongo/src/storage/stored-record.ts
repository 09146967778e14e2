import { byteLength, MAX_DOCUMENT_BYTES } from '../bson/codec.ts';
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';
import type { StoredRecord } from './collection.ts';

/** A server's limit of nesting, which also keeps every recursive walk here far from the end of the stack. */
const MAX_DEPTH = 180;

/** @throws MongoError 10334 for a document over 16 MiB, 15 for one nested too deeply, 2 for one BSON cannot hold */
export function toStoredRecord(doc: Doc): StoredRecord {
  assertDepth(doc, 1);
  const bytes = byteLength(doc);
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw new MongoError(
      'BsonObjectTooLarge',
      `object to insert too large. size in bytes: ${bytes}, max size: ${MAX_DOCUMENT_BYTES}`,
    );
  }
  return { doc, bytes };
}

function assertDepth(value: Doc | unknown[], depth: number): void {
  if (depth > MAX_DEPTH)
    throw new MongoError('Overflow', `document exceeded maximum nested object depth: ${MAX_DEPTH}`);
  for (const item of isArray(value) ? value : Object.values(value)) {
    if (isArray(item) || isDocument(item)) assertDepth(item, depth + 1);
  }
}
