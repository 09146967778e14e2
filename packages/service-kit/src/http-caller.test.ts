import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHttpCaller } from './http-caller.ts';

const call = createHttpCaller();
const ask = (path: string, signal = AbortSignal.timeout(60_000)) =>
  call(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'größer',
    signal,
  });

let server: Server;
let origin: string;
const sockets = new Set<Socket>();
let closeNext = false;

beforeAll(async () => {
  server = createServer((request, response) => {
    sockets.add(request.socket);
    if (request.url === '/never') return;
    if (request.url === '/half') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
      return;
    }
    if (closeNext) {
      closeNext = false;
      request.socket.resetAndDestroy();
      return;
    }
    if (request.url === '/elsewhere') {
      response.writeHead(302, { location: '/' }).end('go there');
      return;
    }
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => response.end(`${request.method ?? ''} ${body}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a call to another service', () => {
  it('is answered over a connection that is kept', async () => {
    const answer = { status: 200, text: 'POST größer' };
    expect(await ask('/')).toEqual(answer);
    expect(await ask('/')).toEqual(answer);
    expect(sockets.size).toBe(1);
  });

  it('fails when the other side closes the connection, and is not made again by itself', async () => {
    closeNext = true;
    await expect(ask('/')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await ask('/')).status).toBe(200);
  });

  it('follows nobody elsewhere', async () => {
    expect(await ask('/elsewhere')).toEqual({ status: 302, text: 'go there' });
  });

  it('fails without a whole answer, without anybody there, and when it is given up', async () => {
    await expect(ask('/half')).rejects.toThrow();
    await expect(
      call('http://127.0.0.1:1/', { method: 'GET', headers: {}, signal: AbortSignal.timeout(60_000) }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const givingUp = new AbortController();
    const answer = ask('/never', givingUp.signal);
    givingUp.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    await expect(ask('/', AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  });
});
