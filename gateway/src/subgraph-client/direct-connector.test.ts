import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { directConnector } from './direct-connector.ts';

const headOf = (length: number): string => `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n`;

describe('directConnector', () => {
  let server: Server;
  let pool: Pool;
  let connections: number;
  let answer: (socket: Socket, request: string) => void | Promise<void>;

  beforeEach(async () => {
    connections = 0;
    server = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined);
      socket.on('data', (request) => void answer(socket, request.toString()));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    pool = new Pool(`http://127.0.0.1:${port}`, { connect: directConnector });
  });

  afterEach(async () => {
    await pool.destroy();
    server.close();
  });

  const get = async (path: string): Promise<Buffer> => {
    const { body } = await pool.request({ method: 'GET', path });
    return Buffer.from(await body.arrayBuffer());
  };

  test('reads an answer that comes in pieces, and the next on the same connection', async () => {
    answer = async (socket) => {
      for (const piece of [...(headOf(5).match(/.{1,7}/gs) ?? []), 'he', 'llo']) {
        socket.write(piece);
        await sleep(2);
      }
    };
    expect((await get('/')).toString()).toBe('hello');
    await sleep(1);
    expect((await get('/')).toString()).toBe('hello');
    expect(connections).toBe(1);
  });

  test('keeps what many connections bring at the same time apart', async () => {
    const bodies = Array.from({ length: 20 }, (_, index) =>
      Buffer.alloc(300_000 + index, String.fromCharCode(97 + index)),
    );
    answer = async (socket, request) => {
      const body = bodies[Number(/^GET \/(\d+)/.exec(request)?.[1])] ?? Buffer.alloc(0);
      socket.write(headOf(body.length));
      for (let at = 0; at < body.length; at += 10_000) {
        socket.write(body.subarray(at, at + 10_000));
        if (at % 50_000 === 0) await sleep(1);
      }
    };
    const read = await Promise.all(bodies.map((_, index) => get(`/${index}`)));
    for (const [index, body] of bodies.entries()) expect(read[index]?.equals(body)).toBe(true);
  });

  test('waits for one who reads slowly, and loses nothing', async () => {
    const sent = randomBytes(8_000_000);
    answer = (socket) => {
      socket.write(headOf(sent.length));
      socket.write(sent);
    };
    const { body } = await pool.request({ method: 'GET', path: '/' });
    const chunks: Buffer[] = [];
    for await (const chunk of body) {
      chunks.push(chunk as Buffer);
      if (chunks.length % 10 === 0) await sleep(1);
    }
    expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  });

  test('tells of an answer that ends too early', async () => {
    answer = (socket) => {
      socket.end(`${headOf(10)}half`);
    };
    await expect(get('/')).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' });
  });

  test('tells of a server that is not there', async () => {
    server.close();
    await expect(get('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('takes an answer that ends with its connection', async () => {
    answer = (socket) => {
      socket.end('HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nall there is');
    };
    expect((await get('/')).toString()).toBe('all there is');
  });

  test('sends nothing more over a connection that said something unasked', async () => {
    answer = (socket) => {
      socket.write(`${headOf(2)}ok${headOf(4)}evil`);
    };
    expect((await get('/')).toString()).toBe('ok');
    answer = (socket) => {
      socket.write(`${headOf(4)}next`);
    };
    expect((await get('/')).toString()).toBe('next');
    expect(connections).toBe(2);
  });
});
