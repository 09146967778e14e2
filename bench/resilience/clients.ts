import { Connection, type Reply } from './connection.ts';
import type { Operation } from './operations.ts';

const TIMEOUT_MS = 20_000;
const SWEEP_MS = 1_000;
const OPENED_AT_ONCE = 100;

/** Users of the gateway: each request is another's, or equal ones would be answered once. */
export class Clients {
  readonly #port: number;
  readonly #free: Connection[] = [];
  readonly #all = new Set<Connection>();
  readonly #texts = new Map<Operation, readonly [before: string, after: string]>();
  readonly #sweeper: NodeJS.Timeout;
  #user = 0;

  constructor(port: number) {
    this.#port = port;
    this.#sweeper = setInterval(() => {
      const before = performance.now() - TIMEOUT_MS;
      for (const connection of this.#all) connection.closeIfSentBefore(before);
    }, SWEEP_MS);
  }

  /** @param onReply Called with undefined when there is none. */
  send(operation: Operation, onReply: (reply: Reply | undefined) => void): void {
    (this.#free.pop() ?? this.#open()).send(this.#requestFor(operation), onReply);
  }

  ask(operation: Operation): Promise<Reply | undefined> {
    return new Promise((resolve) => {
      this.send(operation, resolve);
    });
  }

  /**
   * Sees to it that there are so many connections, each used once. Opened one for each request that waits, they would be what is
   * measured: Node.js accepts one a turn of its event loop, and whoever waits for that makes others open more.
   */
  async open(count: number, operation: Operation): Promise<void> {
    for (let missing = count - this.#all.size; missing > 0; missing -= OPENED_AT_ONCE)
      await Promise.all(
        Array.from(
          { length: Math.min(missing, OPENED_AT_ONCE) },
          () =>
            new Promise((resolve) => {
              this.#open().send(this.#requestFor(operation), resolve);
            }),
        ),
      );
  }

  close(): void {
    clearInterval(this.#sweeper);
    for (const connection of this.#all) connection.close();
  }

  #requestFor(operation: Operation): string {
    let text = this.#texts.get(operation);
    if (text === undefined) this.#texts.set(operation, (text = requestAround(operation)));
    this.#user += 1;
    return `${text[0]}${this.#user}${text[1]}`;
  }

  #open(): Connection {
    const connection = new Connection(this.#port, (each, isOpen) => {
      if (isOpen) {
        this.#free.push(each);
        return;
      }
      this.#all.delete(each);
      const place = this.#free.indexOf(each);
      if (place !== -1) this.#free.splice(place, 1);
    });
    this.#all.add(connection);
    return connection;
  }
}

/** What stands around the user in a request. */
function requestAround({ query }: Operation): readonly [before: string, after: string] {
  const body = JSON.stringify({ query });
  const head = [
    'POST /graphql HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return [`${head.join('\r\n')}\r\nauthorization: Bearer `, `\r\n\r\n${body}`];
}
