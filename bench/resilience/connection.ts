import { connect, type Socket } from 'node:net';

export interface Reply {
  readonly status: number;
  /** Bytes as latin1. */
  readonly body: string;
}

/** What is read of all sockets, one after another; each copies its part before the next is read. */
const arrived = Buffer.allocUnsafeSlow(64 * 1024);

/**
 * A client's connection: one request at a time, straight on the socket. An HTTP client costs four times as much, and the load
 * shares its processor with the subgraphs.
 */
export class Connection {
  readonly #socket: Socket;
  readonly #onFree: (connection: Connection, isOpen: boolean) => void;
  #onReply: ((reply: Reply | undefined) => void) | undefined;
  #received = '';
  #sentMs = Infinity;

  /** @param onFree Its request is answered, or it is closed and of no use. */
  constructor(port: number, onFree: (connection: Connection, isOpen: boolean) => void) {
    this.#onFree = onFree;
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: {
        buffer: arrived,
        callback: (length) => {
          this.#take(arrived.toString('latin1', 0, length));
          return true;
        },
      },
    });
    // A close follows.
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.#end(undefined);
    });
  }

  /** @param onReply Called once, with undefined when the connection ends first. */
  send(request: string, onReply: (reply: Reply | undefined) => void): void {
    this.#onReply = onReply;
    this.#sentMs = performance.now();
    this.#socket.write(request, 'latin1');
  }

  /** Gives up on an answer that was asked for before then. */
  closeIfSentBefore(timeMs: number): void {
    if (this.#sentMs < timeMs) this.#socket.destroy();
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    const reply = readReply(this.#received);
    if (reply !== undefined) this.#end(reply);
  }

  #end(reply: Reply | undefined): void {
    const onReply = this.#onReply;
    this.#onReply = undefined;
    this.#received = '';
    this.#sentMs = Infinity;
    this.#onFree(this, reply !== undefined);
    onReply?.(reply);
  }
}

/** Undefined until all of it is there. The gateway says how long its answers are. */
function readReply(text: string): Reply | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const bodyStart = headEnd + 4;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headEnd))?.[1];
  if (length !== undefined && text.length < bodyStart + Number(length)) return undefined;
  return { status: Number(text.slice(9, 12)), body: text.slice(bodyStart) };
}
