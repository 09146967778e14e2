import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { waitFor } from '@tributary/testkit';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openManifests, type ManifestSource } from '../../src/persisted-operations/manifest-source.ts';

const manifest = (...operations: readonly (readonly [id: string, body: string])[]): string =>
  JSON.stringify({
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: operations.map(([id, body]) => ({ id, body, name: 'A', type: 'query' })),
  });

interface Asked {
  readonly variables: { readonly ref: string; readonly apiKey: string; readonly ifAfterId: string | null };
}

describe('operations that were published to a registry', () => {
  let folder: string;
  let server: Server;
  let origin: string;
  let source: ManifestSource | undefined;
  /** What the registry has: a list in pieces, by id. Undefined: it answers nothing of use. */
  let list: { readonly id: string; readonly pieces: readonly string[] } | undefined;
  const asked: Asked['variables'][] = [];

  const answerUplink = ({ variables }: Asked): unknown => {
    asked.push(variables);
    if (list === undefined) return { __typename: 'FetchError', code: 'RETRY_LATER', message: 'not now' };
    const { id, pieces } = list;
    if (variables.ifAfterId === id) return { __typename: 'Unchanged', id, minDelaySeconds: 0 };
    const chunks = pieces.map((_, index) => ({
      id: String(index),
      // The first place has it not.
      urls: [`${origin}/nowhere`, `${origin}/pieces/${index}`],
    }));
    return { __typename: 'PersistedQueriesResult', id, minDelaySeconds: 0, chunks };
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'published-'));
    asked.length = 0;
    list = undefined;
    server = createServer((request, response) => {
      const piece = list?.pieces[Number(/^\/pieces\/(\d)$/.exec(request.url ?? '')?.[1] ?? NaN)];
      if (request.method === 'GET') {
        response.statusCode = piece === undefined ? 404 : 200;
        response.end(piece);
        return;
      }
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        response.end(JSON.stringify({ data: { persistedQueries: answerUplink(JSON.parse(body) as Asked) } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    source?.stop();
    source = undefined;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  const kept = () => join(folder, 'kept.json');
  const open = async (paths: readonly string[] = [], endpoints = [`${origin}/uplink`]) =>
    (source = await openManifests({
      paths,
      hotReload: true,
      registry: {
        graphRef: 'shop@current',
        key: 'secret',
        endpoints,
        timeoutMs: 5_000,
        pollIntervalMs: 20,
        lastGoodFile: kept(),
      },
      logger: silentLogger(),
    }));
  const find = (id: string) => source?.current.find(id, undefined);

  it('are found beside those of files, from every piece, and followed', async () => {
    const file = join(folder, 'local.json');
    await writeFile(file, manifest(['local', '{ l }']));
    list = { id: '1', pieces: [manifest(['a', '{ a }']), manifest(['b', '{ b }'])] };
    await open([file]);

    expect(['local', 'a', 'b'].map(find)).toEqual(['{ l }', '{ a }', '{ b }']);
    expect(asked[0]).toEqual({ ref: 'shop@current', apiKey: 'secret', ifAfterId: null });
    list = { id: '2', pieces: [manifest(['c', '{ c }'])] };
    await waitFor(() => find('c') !== undefined, { what: 'the next list' });
    expect(['local', 'a', 'c'].map(find)).toEqual(['{ l }', undefined, '{ c }']);
    await writeFile(file, manifest(['other', '{ o }']));
    await waitFor(() => find('other') !== undefined, { what: 'the changed file' });
    expect(['local', 'c'].map(find)).toEqual([undefined, '{ c }']);
  });

  it('stay as they were while the list is none that can be used, or the registry is away', async () => {
    list = { id: '1', pieces: [manifest(['a', '{ a }'])] };
    await open();
    list = { id: '2', pieces: [manifest(['a', '{ a }'], ['a', '{ b }'])] };
    await waitFor(() => asked.some(({ ifAfterId }) => ifAfterId === '2'), { what: 'the wrong list' });
    expect(find('a')).toBe('{ a }');
    list = undefined;
    const before = asked.length;
    await waitFor(() => asked.length > before + 1, { what: 'two more looks' });
    expect(find('a')).toBe('{ a }');
    list = { id: '3', pieces: [] };
    await waitFor(() => find('a') === undefined, { what: 'the list that is empty' });
  });

  it('begin with the last good ones while the registry is away', async () => {
    await expect(open()).rejects.toThrow(/RETRY_LATER: not now\. No last good one is in .*kept\.json either/);
    list = { id: '1', pieces: [manifest(['a', '{ a }'])] };
    await open();
    source?.stop();
    expect(await readFile(kept(), 'utf8')).toContain('{ a }');

    list = undefined;
    await open();
    expect(find('a')).toBe('{ a }');
    list = { id: '2', pieces: [manifest(['b', '{ b }'])] };
    await waitFor(() => find('b') !== undefined, { what: 'the registry, which is back' });
  });

  it('are asked of the next endpoint when one is away', async () => {
    list = { id: '1', pieces: [manifest(['a', '{ a }'])] };
    await open([], ['http://127.0.0.1:1/uplink', `${origin}/uplink`]);

    expect(find('a')).toBe('{ a }');
  });
});
