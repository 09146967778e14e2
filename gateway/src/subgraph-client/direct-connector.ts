import type { Socket, TcpNetConnectOpts } from 'node:net';
import { buildConnector } from 'undici';

/** What is read of all sockets, one after another; each copies its part before the next is read. */
const arrived = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * Connects sockets that hand over at once what they read. By itself Node.js allocates 64 kB for each read, queues it as a
 * stream does, and tells of it a turn later; undici then takes it out of the queue and is done with it within the call.
 *
 * Not for TLS, whose sockets are given what they read by another.
 */
export const directConnector: buildConnector.connector = (options, callback) => {
  let reader: DirectReader | undefined;
  // Its types know of options of a path and of a port, and here undici itself says which.
  const onread: Pick<TcpNetConnectOpts, 'onread'> = {
    onread: { buffer: arrived, callback: (length) => reader?.take(arrived.subarray(0, length)) ?? true },
  };
  const connect = buildConnector(onread as buildConnector.BuildOptions);
  connect(options, (...connected) => {
    const [error, socket] = connected;
    if (error === null) reader = new DirectReader(socket);
    callback(...connected);
  });
};

class DirectReader {
  readonly #socket: Socket;
  #chunk: Buffer | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    const readQueue = socket.read.bind(socket) as (size?: number) => Buffer | null;
    socket.read = (size) => {
      if (size !== undefined) return readQueue(size);
      return this.#takeOver() ?? (socket.readableLength === 0 ? null : readQueue());
    };
  }

  /** @returns Whether there may be more. */
  take(bytes: Buffer): boolean {
    const chunk = Buffer.from(bytes);
    if (this.#socket.readableLength > 0) return this.#socket.push(chunk);
    this.#chunk = chunk;
    this.#socket.emit('readable');
    const left = this.#takeOver();
    return left === undefined || this.#socket.push(left);
  }

  #takeOver(): Buffer | undefined {
    const chunk = this.#chunk;
    this.#chunk = undefined;
    return chunk;
  }
}
