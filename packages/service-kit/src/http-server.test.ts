import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DependencyUnavailableError, ForbiddenError } from './errors.ts';
import { startHttpServer, type HttpServer } from './http-server.ts';
import { silentLogger } from './logger.ts';
import { readJsonBody } from './read-body.ts';

/** More than the buffers of both ends hold. */
const LARGE_BYTES = 50_000_000;

describe('HTTP server', () => {
  let server: HttpServer;
  let storeIsUp: boolean;
  let release: (() => void) | undefined;
  let ended: string[];

  beforeEach(async () => {
    storeIsUp = true;
    ended = [];
    server = await startHttpServer({
      host: '127.0.0.1',
      port: 0,
      logger: silentLogger(),
      stalledAfterMs: 500,
      readiness: [
        { name: 'store', check: () => (storeIsUp ? Promise.resolve() : Promise.reject(new Error('down'))) },
      ],
      routes: {
        '/echo': async (request, response) => {
          response.end(JSON.stringify(await readJsonBody(request, 100)));
        },
        '/files/': (_request, response, url) => {
          response.end(url.pathname);
        },
        '/large': (_request, response) => {
          response.once('close', () => ended.push('answer')).end(Buffer.alloc(LARGE_BYTES));
        },
        '/forbidden': () => {
          throw new ForbiddenError('No entry.');
        },
        '/secret-failure': () => {
          throw new Error('password is hunter2');
        },
        '/dependency': () => {
          throw new DependencyUnavailableError('postgres', new Error('10.0.0.7 refused'));
        },
        '/write': async (_request, response) => {
          await once(response, 'close');
          await delay(100);
          ended.push('handler');
        },
        '/late': (_request, response) => {
          setTimeout(() => response.end('late'), 1_200);
        },
        '/slow': (_request, response) =>
          new Promise((resolve) => {
            release = () => {
              response.end('done');
              resolve();
            };
          }),
      },
    });
  });

  afterEach(() => server.close());

  const post = (body: BodyInit, contentType = 'application/json') =>
    fetch(`${server.url}/echo`, { method: 'POST', headers: { 'content-type': contentType }, body });

  it('routes exact paths and everything below a folder', async () => {
    expect(await (await fetch(`${server.url}/files/a/b`)).text()).toBe('/files/a/b');
    expect((await fetch(`${server.url}/file`)).status).toBe(404);
  });

  it.each([
    ['GET http://gateway.example/files/a?b=c HTTP/1.1', '200', '/files/a'],
    ['GET HTTPS://gateway.example:8443/files/a HTTP/1.1', '200', '/files/a'],
    ['GET http://gateway.example HTTP/1.1', '404', 'There is nothing at /.'],
    ['GET http:///files/a HTTP/1.1', '404', 'NOT_FOUND'],
    ['GET //files/a HTTP/1.1', '404', 'There is nothing at //files/a.'],
    ['OPTIONS * HTTP/1.1', '404', 'NOT_FOUND'],
  ])('finds the path in a target of any form: %s', async (line, status, text) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.end(`${line}\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);

    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain(text);
  });

  it.each([
    ['no JSON', 'nope', 'application/json', 400, 'BAD_REQUEST'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', 400, 'BAD_REQUEST'],
    ['another media type', '{}', 'text/plain', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['more than the limit', JSON.stringify('x'.repeat(200)), 'application/json', 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses a body that is %s', async (_what, body, contentType, status, code) => {
    const response = await post(body, contentType);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code } }] });
  });

  it('refuses an endless body without a length once it passes the limit', async () => {
    const chunks = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new TextEncoder().encode('x'.repeat(50)));
      },
    });
    const response = fetch(`${server.url}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: chunks,
      duplex: 'half',
    } as RequestInit);

    // The server answers and closes; a client still writing may see either.
    await expect(
      response.then(
        ({ status }) => status,
        () => 413,
      ),
    ).resolves.toBe(413);
    expect((await post('1')).status).toBe(200);
  });

  it("sends a client's error with its message and hides every other", async () => {
    expect(await (await fetch(`${server.url}/forbidden`)).json()).toEqual({
      errors: [{ message: 'No entry.', extensions: { code: 'FORBIDDEN' } }],
    });
    const failure = await fetch(`${server.url}/secret-failure`);
    expect(failure.status).toBe(500);
    expect(await failure.text()).not.toContain('hunter2');
  });

  it('says when to come back when a dependency is away, and not where it lives', async () => {
    const response = await fetch(`${server.url}/dependency`);

    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.text()).not.toContain('10.0.0.7');
  });

  it('is alive whatever its store does, and ready only with it', async () => {
    storeIsUp = false;

    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    const readiness = await fetch(`${server.url}/readyz`);
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toEqual({ status: 'unready', checks: { store: 'failing' } });
  });

  it('serves what is in flight while it drains', async () => {
    const slow = fetch(`${server.url}/slow`);
    while (release === undefined) await new Promise(setImmediate);
    server.beginDrain();
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);

    const closed = server.close();
    release();

    expect(await (await slow).text()).toBe('done');
    await closed;
  });

  it('waits for what it still does for a client that has gone', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write('GET /write HTTP/1.1\r\nHost: localhost\r\n\r\n');
    // Answered on a connection of its own: by then the server has taken the request before.
    await fetch(`${server.url}/livez`);
    socket.destroy();

    await server.close().then(() => ended.push('server'));
    expect(ended).toEqual(['handler', 'server']);
  });

  it('gives up on a client that does not read', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined).pause();
    socket.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await fetch(`${server.url}/livez`);

    await server.close();
    expect(ended).toEqual(['answer']);
    socket.destroy();
  });

  it('bears with a client that reads slowly', async () => {
    const { body } = await fetch(`${server.url}/large`);
    let length = 0;
    for await (const chunk of body ?? []) {
      length += (chunk as Uint8Array).length;
      // Takes longer than the limit by far, and is not slower: what the kernel holds then hides the progress for as long as that.
      await delay(5);
    }

    expect(length).toBe(LARGE_BYTES);
  });

  it('bears with an answer that takes long to begin', async () => {
    const slow = fetch(`${server.url}/late`);

    expect(await (await slow).text()).toBe('late');
  });

  it('hears a connection made while it drained before it closes', async () => {
    server.beginDrain();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const answer: string[] = [];
    socket.on('data', (chunk) => answer.push(String(chunk)));
    await once(socket, 'connect');
    // Answered on a connection of its own: by then the server has accepted the one before.
    await fetch(`${server.url}/livez`);

    const closed = server.close();
    socket.write('GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n');

    await Promise.all([closed, once(socket, 'close')]);
    expect(answer.join('')).toContain('200 OK');
  });

  it('survives a client that speaks something else', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined).resume();
    socket.end('\x16\x03\x01 hello\r\n\r\n');
    await closed;

    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  it('tells a person what to do about a taken port', async () => {
    const port = Number(new URL(server.url).port);
    const second = startHttpServer({
      host: '127.0.0.1',
      port,
      routes: {},
      readiness: [],
      logger: silentLogger(),
    });

    await expect(second).rejects.toThrow(
      `Port ${port} on 127.0.0.1 is taken. Stop the process that uses it, or choose another with PORT.`,
    );
  });
});
