import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readJsonText } from './read-body.ts';

const MAX_BYTES = 100;
const HEAD = 'POST / HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n';

const withLength = (body: string): string =>
  `${HEAD}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const inChunks = (...chunks: readonly string[]): string =>
  `${HEAD}transfer-encoding: chunked\r\n\r\n${[...chunks, ''].map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')}`;

describe('the text of a request', () => {
  let server: Server;
  let socket: Socket;
  let readAfterMs: number;
  let received: string;
  let failures: string[];

  beforeEach(async () => {
    readAfterMs = 0;
    received = '';
    failures = [];
    server = createServer((request, response) => {
      void (async () => {
        if (readAfterMs > 0) await delay(readAfterMs);
        try {
          response.end(`<${await readJsonText(request, MAX_BYTES)}>`);
        } catch (error) {
          failures.push((error as Error).constructor.name);
          response.setHeader('connection', 'close').end('<refused>');
        }
      })();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    await once(socket, 'connect');
  });

  afterEach(async () => {
    socket.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const answers = (): readonly string[] => [...received.matchAll(/<(.*)>/g)].map(([, text]) => text ?? '');
  const untilAnswered = async (count: number): Promise<readonly string[]> => {
    while (answers().length < count) await once(socket, 'data');
    return answers();
  };

  it('is read from one packet, from several, and in chunks', async () => {
    socket.write(withLength('{"a":1}'));
    expect(await untilAnswered(1)).toEqual(['{"a":1}']);

    const bytes = Buffer.from(withLength('{"b":"ä€"}'));
    for (const byte of bytes) {
      socket.write(Buffer.of(byte));
      await delay(1);
    }
    expect((await untilAnswered(2))[1]).toBe('{"b":"ä€"}');

    socket.write(inChunks('{"c":', '3', '}'));
    expect((await untilAnswered(3))[2]).toBe('{"c":3}');
  });

  it('is that of each request when several come in one packet', async () => {
    socket.write(`${withLength('1')}${inChunks('2')}${withLength('3')}`);

    expect(await untilAnswered(3)).toEqual(['1', '2', '3']);
  });

  it('is the same when it is read after it has come, or after half of it has', async () => {
    readAfterMs = 50;
    socket.write(withLength('{"early":true}'));
    expect(await untilAnswered(1)).toEqual(['{"early":true}']);

    const request = inChunks('{"half":', 'true}');
    socket.write(request.slice(0, request.indexOf('5\r\n')));
    await delay(100);
    socket.write(request.slice(request.indexOf('5\r\n')));
    expect((await untilAnswered(2))[1]).toBe('{"half":true}');
  });

  it.each([0, 50])('is refused when it turns out too long, read after %d ms', async (ms) => {
    readAfterMs = ms;
    socket.write(inChunks('x'.repeat(60), 'x'.repeat(60)));
    await once(socket, 'close');

    expect(failures).toEqual(['PayloadTooLargeError']);
    expect(answers()).toEqual(['refused']);
  });

  it.each([0, 50])('is refused when its client leaves before its end, read after %d ms', async (ms) => {
    readAfterMs = ms;
    socket.write(`${HEAD}content-length: 10\r\n\r\n12345`);
    await delay(20);
    socket.destroy();
    while (failures.length === 0) await delay(5);

    expect(failures).toEqual(['BadRequestError']);
  });

  it('is refused when it is not UTF-8', async () => {
    socket.write(`${HEAD}content-length: 2\r\n\r\n`);
    socket.write(Buffer.of(0xc3, 0x28));
    await once(socket, 'close');

    expect(failures).toEqual(['BadRequestError']);
  });
});
