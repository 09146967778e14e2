/**
 * Cuts a byte stream into wire messages.
 *
 * @see https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */

/** Largest message accepted, in bytes (the value every MongoDB server announces). */
export const MAX_MESSAGE_BYTES = 48_000_000;
const HEADER_BYTES = 16;

export const OP_REPLY = 1;
export const OP_QUERY = 2004;
export const OP_MSG = 2013;

export interface Message {
  readonly requestId: number;
  readonly opCode: number;
  /** The whole message with its header: checksums cover that too. */
  readonly bytes: Buffer;
  /** What follows the header. */
  readonly body: Buffer;
}

/** The peer does not speak the protocol; only its connection is at fault. */
export class ProtocolError extends Error {}

/** Collects chunks and gives back the messages completed by each. */
export function createMessageReader(): (chunk: Buffer) => Generator<Message> {
  let chunks: Buffer[] = [];
  let available = 0;
  let needed = HEADER_BYTES;

  return function* read(chunk) {
    chunks.push(chunk);
    available += chunk.length;
    // Joining only once a message is complete keeps large ones linear.
    while (available >= needed) {
      const buffer = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      chunks = [buffer];
      const length = buffer.readInt32LE(0);
      if (length < HEADER_BYTES || length > MAX_MESSAGE_BYTES)
        throw new ProtocolError(`message of ${length} bytes`);
      needed = length;
      if (available < length) return;
      const bytes = buffer.subarray(0, length);
      chunks = [buffer.subarray(length)];
      available -= length;
      needed = HEADER_BYTES;
      yield {
        requestId: bytes.readInt32LE(4),
        opCode: bytes.readInt32LE(12),
        bytes,
        body: bytes.subarray(HEADER_BYTES),
      };
    }
  };
}

export function encodeMessage(
  opCode: number,
  requestId: number,
  responseTo: number,
  parts: readonly Uint8Array[],
): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const length = parts.reduce((sum, part) => sum + part.length, HEADER_BYTES);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(requestId, 4);
  header.writeInt32LE(responseTo, 8);
  header.writeInt32LE(opCode, 12);
  return Buffer.concat([header, ...parts], length);
}
