import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph, waitFor, type FakeSubgraph } from '@tributary/testkit';
import { silentLogger, type Logger } from '@tributary/service-kit';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PersistedOperationsConfig } from '../../src/config/persisted-queries-yaml.ts';
import { startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const byId = (sha256Hash: string, query?: string) => ({
  ...(query === undefined ? {} : { query }),
  extensions: { persistedQuery: { version: 1, sha256Hash } },
});
const operation = (id: string, body: string, clientName?: string) => ({
  id,
  body,
  name: 'A',
  type: 'query',
  ...(clientName === undefined ? {} : { clientName }),
});
const manifest = (...operations: unknown[]): string =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });

const GRAPHQL = 'application/graphql-response+json';
const NO_CACHE = 'private, no-cache, must-revalidate';

describe('persisted operations', () => {
  let subgraph: FakeSubgraph;
  let folder: string;
  let gateway: TestGateway | undefined;
  beforeAll(async () => {
    subgraph = await startFakeSubgraph('a', 'type Query { n: Int m(x: String): Int }', {
      Query: { n: () => 1, m: () => 2 },
    });
  });
  afterAll(() => subgraph.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'manifests-'));
    subgraph.requests.length = 0;
  });
  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
    await rm(folder, { recursive: true });
  });

  const start = async (config: Partial<PersistedOperationsConfig> = {}, logger: Logger = silentLogger()) => {
    gateway = await startTestGateway([subgraph], {
      closeSubgraphs: false,
      logger,
      persistedOperations: {
        manifests: [],
        hotReload: true,
        registry: undefined,
        logUnknown: false,
        safelist: false,
        requireId: false,
        automaticBytes: undefined,
        ...config,
      },
    });
    return gateway;
  };
  const inFile = async (text: string): Promise<string[]> => {
    await writeFile(join(folder, 'manifest.json'), text);
    return [join(folder, 'manifest.json')];
  };
  const post = async (body: unknown, headers: Record<string, string> = {}, search = '') => {
    const response = await fetch(`${gateway?.url ?? ''}/graphql${search}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: GRAPHQL, ...headers },
      body: JSON.stringify(body),
    });
    return describeResponse(response);
  };
  const get = async (query: Record<string, string>) =>
    describeResponse(
      await fetch(`${gateway?.url ?? ''}/graphql?${new URLSearchParams(query).toString()}`, {
        headers: { accept: GRAPHQL, 'apollo-require-preflight': '1' },
      }),
    );
  const describeResponse = async (response: Response) => {
    const { data, errors } = (await response.json()) as {
      data?: unknown;
      errors?: { extensions: { code: string } }[];
    };
    const code = errors?.[0]?.extensions.code;
    return { status: response.status, answer: code ?? data, cache: response.headers.get('cache-control') };
  };
  const answered = { status: 200, answer: { n: 1 } };

  it.each(['', '?x=1'])('registers a document with its hash, for every way in (%s)', async (search) => {
    await start({ automaticBytes: 10_000 });
    const id = sha256('{ n }');

    expect(await post(byId(id), {}, search)).toEqual({
      status: 200,
      answer: 'PERSISTED_QUERY_NOT_FOUND',
      cache: NO_CACHE,
    });
    expect(subgraph.requests).toHaveLength(0);
    expect(await post(byId(id, '{ n }'), {}, search)).toMatchObject(answered);
    expect(await post(byId(id), {}, search)).toMatchObject(answered);
    expect(await get({ extensions: JSON.stringify(byId(id).extensions) })).toMatchObject(answered);
  });

  it('registers by GET', async () => {
    await start({ automaticBytes: 10_000 });
    const extensions = JSON.stringify(byId(sha256('{ n }')).extensions);

    expect(await get({ extensions })).toMatchObject({ answer: 'PERSISTED_QUERY_NOT_FOUND', cache: NO_CACHE });
    expect(await get({ extensions, query: '{ n }' })).toMatchObject(answered);
    expect(await get({ extensions })).toMatchObject(answered);
  });

  it.each<[string, unknown, number, string]>([
    ['another hash', byId(sha256('{ m }'), '{ n }'), 400, 'PERSISTED_QUERY_HASH_MISMATCH'],
    [
      'another version',
      { extensions: { persistedQuery: { version: 2, sha256Hash: 'a' } } },
      400,
      'BAD_REQUEST',
    ],
    ['no hash', { extensions: { persistedQuery: {} } }, 400, 'BAD_REQUEST'],
  ])('refuses %s', async (_what, body, status, code) => {
    await start({ automaticBytes: 10_000 });

    expect(await post(body)).toMatchObject({ status, answer: code });
    expect(await post(body, { accept: 'application/json' })).toMatchObject({ status: 200, answer: code });
    expect(subgraph.requests).toHaveLength(0);
  });

  it('forgets what was used longest ago when there is no room', async () => {
    await start({ automaticBytes: 1_000 });
    const texts = Array.from({ length: 10 }, (_, index) => `{ n a${index}: n }`);
    for (const text of texts) expect((await post(byId(sha256(text), text))).status).toBe(200);

    expect(await post(byId(sha256(texts[0] ?? '')))).toMatchObject({ answer: 'PERSISTED_QUERY_NOT_FOUND' });
    expect(await post(byId(sha256(texts[9] ?? '')))).toMatchObject({ answer: { n: 1 } });
  });

  it('does not take ids when it is told so', async () => {
    await start();

    expect(await post(byId(sha256('{ n }'), '{ n }'))).toMatchObject({
      status: 200,
      answer: 'PERSISTED_QUERY_NOT_SUPPORTED',
    });
  });

  it('finds documents by the ids of a manifest, those of the client first', async () => {
    await start({
      manifests: await inFile(manifest(operation('one', '{ n }'), operation('one', '{ m }', 'web'))),
    });

    expect(await post(byId('one'))).toMatchObject(answered);
    expect(await post(byId('one'), { 'apollographql-client-name': 'web' })).toMatchObject({
      answer: { m: 2 },
    });
    expect(await post(byId('one'), { 'apollographql-client-name': 'ios' })).toMatchObject(answered);
    expect(await get({ extensions: JSON.stringify(byId('one').extensions) })).toMatchObject(answered);
    expect(await post({ query: '{ n }' })).toMatchObject(answered);
    expect(await post(byId('two'))).toEqual({
      status: 404,
      answer: 'PERSISTED_QUERY_NOT_IN_LIST',
      cache: NO_CACHE,
    });
    expect(await post(byId('one', '{ n m }'))).toMatchObject({
      status: 400,
      answer: 'CANNOT_SEND_PQ_ID_AND_BODY',
    });
  });

  it('takes only what is in the safelist, however it is laid out', async () => {
    await start({
      safelist: true,
      manifests: await inFile(
        manifest(operation('one', 'query A { ...F } fragment F on Query { n }'), operation('two', '{ n }')),
      ),
    });

    expect(
      await post({ query: '# a comment\nfragment F on Query {\n  n,\n}\nquery A { ...F }' }),
    ).toMatchObject(answered);
    expect(await post(byId('two'))).toMatchObject(answered);
    subgraph.requests.length = 0;
    for (const query of ['{ m }', '{ n n }', '{ __typename }', '{'])
      expect(await post({ query })).toMatchObject({ status: 403, answer: 'QUERY_NOT_IN_SAFELIST' });
    expect(await get({ query: '{ m }' })).toMatchObject({ status: 403, answer: 'QUERY_NOT_IN_SAFELIST' });
    expect(subgraph.requests).toHaveLength(0);
  });

  it('takes only ids when it is told so', async () => {
    await start({
      safelist: true,
      requireId: true,
      manifests: await inFile(manifest(operation('one', '{ n }'))),
    });

    expect(await post({ query: '{ n }' })).toMatchObject({
      status: 400,
      answer: 'PERSISTED_QUERY_ID_REQUIRED',
    });
    expect(await post(byId('one'))).toMatchObject(answered);
  });

  it('logs what is in no manifest, without what a person wrote into it', async () => {
    const told: unknown[] = [];
    const logger = { ...silentLogger(), warn: (entry: unknown) => told.push(entry) } as unknown as Logger;
    await start({ logUnknown: true, manifests: await inFile(manifest(operation('one', '{ n }'))) }, logger);

    await post({ query: '{ n }' });
    await post(
      { query: 'query B { m(x: "secret") }', operationName: 'B' },
      { 'apollographql-client-name': 'web' },
    );
    await post({ query: '{ m(x: """a "secret" of \\""" mine""") n }' });
    await post({ query: '{ m(x: "a \\"secret' });

    // Not of the right shape: it goes both ways in, and is told of once.
    await post({ query: '{ n m }', operationName: 1 });

    expect(told).toEqual([
      {
        'graphql.operation.name': 'B',
        'graphql.document': 'query B { m(x: "") }',
        'client.name': 'web',
      },
      { 'graphql.document': '{ m(x: "") n }' },
      { 'graphql.document': '{ m(x: ""' },
      { 'graphql.operation.name': 1, 'graphql.document': '{ n m }', 'client.name': undefined },
    ]);
  });

  it('takes over changes of every manifest of a folder, and keeps the old ones when one is wrong', async () => {
    await mkdir(join(folder, 'all'));
    await writeFile(join(folder, 'all', 'a.json'), manifest(operation('one', '{ n }')));
    await start({ manifests: [join(folder, 'all')] });

    await writeFile(join(folder, 'all', 'b.json'), manifest(operation('two', '{ m }')));
    await waitFor(async () => (await post(byId('two'))).status === 200);
    await writeFile(join(folder, 'all', 'b.json'), '{');
    await writeFile(join(folder, 'all', 'a.json'), manifest(operation('three', '{ n }')));

    expect(await post(byId('one'))).toMatchObject(answered);
    await writeFile(join(folder, 'all', 'b.json'), manifest());
    await waitFor(async () => (await post(byId('three'))).status === 200);
    expect(await post(byId('one'))).toMatchObject({ status: 404 });
  });

  it('leaves manifests as they were at the start when it is told so', async () => {
    const manifests = await inFile(manifest(operation('one', '{ n }')));
    await start({ manifests, hotReload: false });
    const still = gateway;
    await inFile(manifest(operation('two', '{ n }')));
    gateway = undefined;
    const reloading = await start({ manifests: await inFile(manifest(operation('one', '{ n }'))) });
    await inFile(manifest(operation('two', '{ n }')));
    await waitFor(async () => (await post(byId('two'))).status === 200);
    gateway = still;

    // The one beside it has seen the change by now.
    expect(await post(byId('one'))).toMatchObject(answered);
    expect(await post(byId('two'))).toMatchObject({ status: 404 });
    await reloading.stop();
  });

  it.each<[string, string]>([
    ['{', 'is no manifest of persisted operations'],
    [
      '{"format":"x","version":2,"operations":[{}]}',
      'format: must be "apollo-persisted-query-manifest"; version',
    ],
    [manifest(operation('one', '{ n }'), operation('one', '{ m }')), 'the operation "one" is another one in'],
  ])('does not start with %s', async (text, message) => {
    await expect(start({ manifests: await inFile(text) })).rejects.toThrow(message);
  });
});
