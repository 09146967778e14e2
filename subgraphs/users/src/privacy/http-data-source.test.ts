import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createViewerTokenSigner, generateSigningKey } from '@tributary/service-kit';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DataSource } from './data-source.ts';
import { createHttpDataSource } from './http-data-source.ts';

describe('what another service knows of a person', () => {
  let server: Server;
  let source: DataSource;
  let answer: RequestListener;
  let isClosed: Promise<void>;

  beforeAll(async () => {
    server = createServer((request, response) => {
      isClosed = new Promise((resolve) => response.once('close', resolve));
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    source = createHttpDataSource({
      name: 'products',
      eventsUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
      signer: await createViewerTokenSigner('users', await generateSigningKey('users-1')),
      maxBytes: 1_000,
    });
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('is asked beside its events, in the name of this service', async () => {
    answer = ({ url, headers }, response) => {
      response.end(JSON.stringify({ seen: [url, headers.authorization?.startsWith('Bearer ey')] }));
    };

    expect(await source.collect('usr_1')).toEqual({ seen: ['/personal-data', true] });
  });

  it('is read page by page, up to the same limit', async () => {
    const asked: unknown[] = [];
    const pages = [
      { reviews: [1, 2], next: 'second' },
      { reviews: [3], notes: [], next: 'third' },
      { reviews: [] },
    ];
    answer = async (request, response) => {
      asked.push(JSON.parse((await request.toArray()).join('')));
      response.end(JSON.stringify(pages[asked.length - 1]));
    };

    expect(await source.collect('usr_1')).toEqual({ reviews: [1, 2, 3], notes: [] });
    expect(asked).toEqual([
      { userId: 'usr_1' },
      { userId: 'usr_1', after: 'second' },
      { userId: 'usr_1', after: 'third' },
    ]);

    answer = (_request, response) => {
      response.end(JSON.stringify({ reviews: ['x'.repeat(300)], next: 'for ever' }));
    };
    await expect(source.collect('usr_1')).rejects.toThrow('products answered more than 1000 bytes');
  });

  it('is none when it is no lists', async () => {
    answer = (_request, response) => {
      response.end('{"reviews":"none"}');
    };

    await expect(source.collect('usr_1')).rejects.toThrow('expected array');
  });

  it('is read up to a limit, and no further', async () => {
    answer = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('"'.padEnd(500, 'x')));
      };
      response.on('drain', more);
      more();
    };

    await expect(source.collect('usr_1')).rejects.toThrow('products answered more than 1000 bytes');
    await isClosed;
  });

  it.each([500, 302])('is none when it answers %i', async (status) => {
    answer = (_request, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end('{}');
    };

    await expect(source.collect('usr_1')).rejects.toThrow();
  });
});
