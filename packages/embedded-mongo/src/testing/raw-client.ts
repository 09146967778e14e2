/** Tests only: a client that sends whatever bytes it is told, which the driver would not. */
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { deserialize, serialize } from 'bson';
import type { Doc } from '../bson/value.ts';

const HEADER_BYTES = 16;

export interface RawClient {
  /** Sends bytes as they are. */
  write(bytes: Uint8Array): void;
  /** Sends one OP_MSG and resolves with the answer. */
  command(body: Doc, flags?: number): Promise<Doc>;
  /** The next answer, whatever its operation. */
  next(): Promise<{ opCode: number; doc: Doc }>;
  /** Resolves when the server has closed the connection. */
  readonly closed: Promise<void>;
  close(): void;
}

export async function connectRaw(port: number): Promise<RawClient> {
  const socket: Socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const waiting: ((message: Buffer) => void)[] = [];
  const arrived: Buffer[] = [];
  let buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    while (buffer.length >= 4 && buffer.length >= buffer.readInt32LE(0)) {
      const length = buffer.readInt32LE(0);
      const message = buffer.subarray(0, length);
      buffer = buffer.subarray(length);
      const waiter = waiting.shift();
      if (waiter) waiter(message);
      else arrived.push(message);
    }
  });
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
    });
  });

  async function next(): Promise<{ opCode: number; doc: Doc }> {
    const message = arrived.shift() ?? (await new Promise<Buffer>((resolve) => waiting.push(resolve)));
    const opCode = message.readInt32LE(12);
    // OP_MSG: flags and section kind; OP_REPLY: flags, cursor, start and count.
    return { opCode, doc: deserialize(message.subarray(HEADER_BYTES + (opCode === 2013 ? 5 : 20))) };
  }

  return {
    closed,
    next,
    write: (bytes) => socket.write(bytes),
    async command(body, flags = 0) {
      socket.write(opMsg(body, flags));
      return (await next()).doc;
    },
    close: () => socket.destroy(),
  };
}

export function opMsg(body: Doc, flags = 0): Buffer {
  const doc = serialize({ ...body, $db: body['$db'] ?? 'test' });
  const message = Buffer.alloc(HEADER_BYTES + 5 + doc.length);
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(1, 4);
  message.writeInt32LE(2013, 12);
  message.writeUInt32LE(flags, HEADER_BYTES);
  message.set(doc, HEADER_BYTES + 5);
  return message;
}
