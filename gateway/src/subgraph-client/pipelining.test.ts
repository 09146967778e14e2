import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createConnections, type SubgraphConnections } from './connections.ts';
import { startExchange, type Exchange, type ExchangeOptions } from './exchange.ts';

const PIPELINING = 64;
/** As many as take 256 reads. */
const CONNECTIONS = 4;
const READS = 40;

interface Asked {
  readonly id: string;
  readonly response: ServerResponse;
  readonly socket: Socket;
}

/** `pipelining: 64`, against a server that takes the next request before it has answered the last. */
describe('reads that share a connection', () => {
  let asked: Asked[];
  let answer: (one: Asked) => void;
  let server: Server;
  let url: string;
  let connections: SubgraphConnections;

  beforeEach(async () => {
    asked = [];
    answer = ({ id, response }) => response.end(id);
    server = createServer((request, response) => {
      let id = '';
      request.on('data', (chunk: Buffer) => (id += chunk.toString()));
      request.on('end', () => {
        const one = { id, response, socket: request.socket };
        asked.push(one);
        answer(one);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    connections = createConnections();
  });
  afterEach(async () => {
    await connections.close();
    server.closeAllConnections();
    server.close();
  });

  const ask = (id: string, options: Partial<ExchangeOptions> = {}): Exchange =>
    startExchange({
      target: connections.targetOf(url, 'a', options.isRead === false ? 1 : PIPELINING),
      isRead: true,
      body: id,
      authorization: undefined,
      headers: undefined,
      tracing: [],
      timeoutMs: 60_000,
      maxResponseBytes: 1_000,
      onEnd: () => undefined,
      line: undefined,
      ...options,
    });
  const textOf = async ({ response }: Exchange) => (await response).bytes.toString();
  const names = (count: number) => Array.from({ length: count }, (_, index) => `read ${index}`);
  const sockets = () => new Set(asked.map(({ socket }) => socket)).size;
  const holdAnswers = (count: number) => {
    answer = () => {
      // In another order than they came: HTTP puts them right.
      if (asked.length === count) for (const { id, response } of [...asked].reverse()) response.end(id);
    };
  };

  it('are in progress together, and each has its own answer', async () => {
    const ids = names(READS);
    holdAnswers(ids.length);

    expect(await Promise.all(ids.map((id) => textOf(ask(id))))).toEqual(ids);
    expect(sockets()).toBe(CONNECTIONS);
  });

  it('are never mutations', async () => {
    const ids = names(READS);
    holdAnswers(ids.length);

    expect(await Promise.all(ids.map((id) => textOf(ask(id, { isRead: false }))))).toEqual(ids);
    expect(sockets()).toBe(ids.length);
  });

  it('go on elsewhere when the server ends their connection', async () => {
    answer = ({ response }) => {
      if (asked.length < READS) return;
      if (asked.length > READS) {
        response.end(asked.at(-1)?.id);
        return;
      }
      asked[0]?.response.setHeader('connection', 'close');
      for (const one of [...asked]) one.response.end(one.id);
    };
    const ids = names(READS);

    expect(await Promise.all(ids.map((id) => textOf(ask(id))))).toEqual(ids);
    expect(sockets()).toBe(CONNECTIONS + 1);
    expect(asked.length).toBeGreaterThan(READS);
  });

  it.each<[string, (one: Asked) => unknown, Partial<ExchangeOptions>, object]>([
    ['is lost', ({ socket }) => socket.resetAndDestroy(), {}, { code: 'ECONNRESET' }],
    [
      'is left because an answer is too long',
      ({ response }) => response.end('x'.repeat(2_000)),
      {},
      { name: 'ResponseTooLargeError' },
    ],
    [
      'is left because an answer takes too long',
      () => undefined,
      { timeoutMs: 300 },
      { name: 'TimeoutError' },
    ],
  ])('do not fail with the one whose connection %s', async (_, spoil, options, error) => {
    answer = (one) => {
      if (one.id === 'read 0') spoil(one);
      else one.response.end(one.id);
    };
    const [first, ...others] = names(READS).map((id, index) => ask(id, index === 0 ? options : {}));
    const answers = Promise.all(others.map(textOf));

    await expect(first?.response).rejects.toMatchObject(error);
    expect(await answers).toEqual(names(READS).slice(1));
  });

  it('do not fail with one that nobody waits for any more', async () => {
    answer = () => undefined;
    const reads = names(READS).map((id) => ask(id));
    const outcomes = Promise.allSettled(reads.map(textOf));
    await waitFor(() => asked.length === READS);
    answer = ({ id, response }) => response.end(id);
    reads[1]?.abort();
    for (const one of [...asked]) answer(one);

    expect((await outcomes).map((one) => (one.status === 'fulfilled' ? one.value : one.reason))).toEqual(
      names(READS).map((id, index) => (index === 1 ? expect.objectContaining({ name: 'AbortError' }) : id)),
    );
  });
});
