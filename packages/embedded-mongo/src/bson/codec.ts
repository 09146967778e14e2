import { calculateObjectSize, deserialize, serialize, setInternalBufferSize } from 'bson';
import { MongoError } from '../errors.ts';
import type { Doc } from './value.ts';

/** The largest document a client may store, in bytes (MongoDB's limit). */
export const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

// Replies hold a batch of up to 16 MiB plus one document and the envelope; the bson library's
// scratch buffer is fixed and does not grow.
const SCRATCH_BYTES = 3 * MAX_DOCUMENT_BYTES;
setInternalBufferSize(SCRATCH_BYTES);

const FAITHFUL = {
  promoteValues: false,
  promoteLongs: false,
  promoteBuffers: false,
  bsonRegExp: true,
} as const;

/** Decodes one document without losing a type; see `value.ts`. */
export function decode(bytes: Uint8Array): Doc {
  return deserialize(bytes, FAITHFUL);
}

/** @throws MongoError 10334 for a document over `maxBytes`, 2 for one bson cannot write. */
export function encode(doc: Doc, maxBytes = SCRATCH_BYTES): Uint8Array {
  const size = byteLength(doc);
  if (size > maxBytes) throw tooLarge(size, maxBytes);
  try {
    return serialize(doc, { ignoreUndefined: false });
  } catch (cause) {
    throw notEncodable(cause);
  }
}

/** Size of the encoded document, in bytes. */
export function byteLength(doc: Doc): number {
  try {
    return calculateObjectSize(doc, { ignoreUndefined: false });
  } catch (cause) {
    throw notEncodable(cause);
  }
}

function notEncodable(cause: unknown): MongoError {
  return new MongoError('BadValue', `document cannot be encoded as BSON: ${String(cause)}`);
}

function tooLarge(size: number, maxBytes: number): MongoError {
  return new MongoError(
    'BsonObjectTooLarge',
    `BSONObj size: ${size} is invalid. Size must be between 0 and ${maxBytes}`,
  );
}
