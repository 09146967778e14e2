import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { composeFakes, postGraphql, startFakeSubgraph, waitFor, type FakeSubgraph } from '@tributary/testkit';
import type { ServerResponse } from 'node:http';
import { shapes, startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

const AUTHORS =
  'type Query { author: Author  authors: [Author!] } type Author @key(fields: "id") { id: ID! name: String }';
const BOOKS =
  'type Query { shelf: String } type Author @key(fields: "id") { id: ID! books: [String!] oldest: String }';

describe('gateway', () => {
  let authors: FakeSubgraph;
  let books: FakeSubgraph;
  let gateway: TestGateway;

  beforeEach(async () => {
    authors = await startFakeSubgraph('authors', AUTHORS, {
      Query: { author: () => ({ id: '1', name: 'Ada' }), authors: () => [{ id: '1' }, { id: '2' }] },
    });
    books = await startFakeSubgraph('books', BOOKS, {
      Query: { shelf: () => 'top' },
      Author: { __resolveReference: ({ id }: { id: string }) => ({ id, books: [`book of ${id}`] }) },
    });
    gateway = await startTestGateway([authors, books]);
  });

  afterEach(() => gateway.stop());

  it('answers one query from two subgraphs', async () => {
    const { data, errors } = await gateway.query('{ author { name books } shelf }');

    expect(errors).toBeUndefined();
    expect(data).toEqual({ author: { name: 'Ada', books: ['book of 1'] }, shelf: 'top' });
  });

  it('keeps the data of healthy subgraphs when one is down, with an error at the field that is missing', async () => {
    await books.close();

    const { status, data, errors } = await gateway.query('{ author { name books } }');

    expect(status).toBe(200);
    expect(data).toEqual({ author: { name: 'Ada', books: null } });
    expect(errors).toEqual([
      {
        message: "HTTP fetch failed from 'books': ECONNREFUSED",
        path: ['author', 'books'],
        extensions: expect.objectContaining({
          code: 'SUBREQUEST_HTTP_ERROR',
          service: 'books',
          reason: 'ECONNREFUSED',
        }),
      },
    ]);
  });

  it('names each entity of a list that could not be completed', async () => {
    await books.close();

    const { errors } = await gateway.query('{ authors { id old: oldest } }');

    expect(errors?.map(({ path }) => path)).toEqual([
      ['authors', 0, 'old'],
      ['authors', 1, 'old'],
    ]);
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['a page instead of JSON', (response) => response.end('<html>'), 'SUBREQUEST_MALFORMED_RESPONSE'],
    ['a list', (response) => response.end('[1]'), 'SUBREQUEST_MALFORMED_RESPONSE'],
    ['null', (response) => response.end('null'), 'SUBREQUEST_MALFORMED_RESPONSE'],
    ['data that is text', (response) => response.end('{"data":"x"}'), 'SUBREQUEST_MALFORMED_RESPONSE'],
    [
      'errors that are no list',
      (response) => response.end('{"errors":"x"}'),
      'SUBREQUEST_MALFORMED_RESPONSE',
    ],
    ['neither data nor errors', (response) => response.end('{"data":null}'), 'SUBREQUEST_MALFORMED_RESPONSE'],
    ['nothing', (response) => response.writeHead(204).end(), 'SUBREQUEST_MALFORMED_RESPONSE'],
    ['an error status', (response) => response.writeHead(502).end('{}'), 'SUBREQUEST_HTTP_ERROR'],
    ['a redirect', (response) => response.writeHead(302, { location: '/' }).end(), 'SUBREQUEST_HTTP_ERROR'],
    [
      'half an answer',
      (response) => {
        response.writeHead(200, { 'content-length': 100 });
        response.write('{"data"', () => response.destroy());
      },
      'SUBREQUEST_HTTP_ERROR',
    ],
    [
      'errors that are none',
      (response) => response.end('{"data":null,"errors":[{"message":5,"path":["shelf",{}]},null]}'),
      'DOWNSTREAM_SERVICE_ERROR',
    ],
  ])('answers with a coded error when a subgraph sends %s', async (_what, answer, code) => {
    books.respondWith(answer);

    const { data, errors } = await gateway.query('{ shelf author { name } }');

    expect(data).toEqual({ shelf: null, author: { name: 'Ada' } });
    expect(errors?.[0]).toMatchObject({ path: ['shelf'], extensions: { code, service: 'books' } });
  });

  it('does not guess which entity is which when a subgraph answers with too few', async () => {
    books.respondWith((response) => response.end('{"data":{"_entities":[{"oldest":"x"}]}}'));

    const { data, errors } = await gateway.query('{ authors { id oldest } }');

    expect(data.authors).toEqual([
      { id: '1', oldest: null },
      { id: '2', oldest: null },
    ]);
    expect(errors).toMatchObject([
      {
        path: ['authors', 0, 'oldest'],
        extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE', service: 'books' },
      },
      {
        path: ['authors', 1, 'oldest'],
        extensions: { code: 'SUBREQUEST_MALFORMED_RESPONSE', service: 'books' },
      },
    ]);
  });

  it('gives up on a subgraph that does not answer in time', async () => {
    await gateway.stop();
    authors = await startFakeSubgraph('authors', AUTHORS, {
      Query: { author: () => ({ id: '1', name: 'Ada' }) },
    });
    books = await startFakeSubgraph('books', BOOKS, {});
    gateway = await startTestGateway([authors, books], {
      subgraphShapes: shapes({ all: { timeout: '100ms' } }),
    });
    books.respondWith(() => undefined);

    const { data, errors } = await gateway.query('{ author { name } shelf }');

    expect(data).toEqual({ author: { name: 'Ada' }, shelf: null });
    expect(errors?.[0]).toMatchObject({
      path: ['shelf'],
      extensions: { code: 'GATEWAY_TIMEOUT', service: 'books' },
    });
  });

  it.each([
    ['POST', '/graphql', '{"query":"{ shelf }"}'],
    ['GET', '/graphql?query=%7Bshelf%7D', undefined],
  ])('drops what it asked, without a word, when the client of a %s goes away', async (method, path, body) => {
    const logger = silentLogger();
    const logged = jest.spyOn(logger, 'error');
    const noisy = await startTestGateway([authors, books], { logger, closeSubgraphs: false });
    const asked = new Promise<ServerResponse>((resolve) => {
      books.respondWith(resolve);
    });
    const client = new AbortController();
    const answer = fetch(`${noisy.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
      signal: client.signal,
    });
    const upstream = await asked;
    const dropped = new Promise((resolve) => upstream.once('close', resolve));

    client.abort();

    await expect(answer).rejects.toThrow();
    await dropped;
    await noisy.stop();
    expect(upstream.writableFinished).toBe(false);
    expect(logged).not.toHaveBeenCalled();
  });

  it('asks again when a subgraph closes the connection instead of answering', async () => {
    books.respondWith((response) => {
      books.respondWith(undefined);
      response.destroy();
    });

    const { data, errors } = await gateway.query('{ shelf }');

    expect(errors).toBeUndefined();
    expect(data).toEqual({ shelf: 'top' });
    expect(books.requests).toHaveLength(2);
  });

  it("passes on the caller's authorization header as it is, and no other header", async () => {
    await gateway.query('{ shelf }', {}, { authorization: 'Custom abc', cookie: 'a=b', 'x-user-id': 'root' });

    const headers = books.requests[0]?.headers;
    expect(headers?.authorization).toBe('Custom abc');
    expect(headers).not.toHaveProperty('cookie');
    expect(headers).not.toHaveProperty('x-user-id');
  });

  it('serves a changed supergraph without a restart', async () => {
    const sdl = books.sdl.replace('shelf: String', 'shelf: String  rack: String');
    await gateway.replaceSupergraph(composeFakes([authors, { name: 'books', url: books.url, sdl }]));

    await waitFor(async () => (await gateway.query('{ rack }')).status === 200, { what: 'the new field' });
  });

  it('keeps the old supergraph when the new file is not one', async () => {
    await gateway.replaceSupergraph('type Query {');
    await gateway.replaceSupergraph('type Query { broken: Missing }');

    const { data } = await gateway.query('{ shelf }');

    expect(data).toEqual({ shelf: 'top' });
  });

  it.each([
    ['malformed JSON', '{"query":', 400, 'BAD_REQUEST'],
    ['JSON that is no object', '3', 400, 'BAD_REQUEST'],
    ['a syntax error', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nope }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a body over the limit', { query: `{ shelf } # ${'x'.repeat(10_000)}` }, 413, 'PAYLOAD_TOO_LARGE'],
    ['no query', { variables: {} }, 400, 'BAD_REQUEST'],
    [
      'an unknown operation name',
      { query: 'query A { shelf }', operationName: 'B' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    [
      'no choice between operations',
      { query: 'query A { shelf } query B { shelf }' },
      400,
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a document nested without end', { query: `{ shelf ${'{ a '.repeat(4_000)}` }, 413, 'PAYLOAD_TOO_LARGE'],
    [
      'fragments that contain each other',
      { query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }' },
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('answers %s with a coded error', async (_what, body, status, code) => {
    const answer = await postGraphql(`${gateway.url}/graphql`, body);

    expect(answer.status).toBe(status);
    expect(answer.errors?.[0]?.extensions?.code).toBe(code);
  });

  it('refuses a body that is not declared as JSON', async () => {
    const response = await fetch(`${gateway.url}/graphql`, { method: 'POST', body: '{ shelf }' });

    expect(response.status).toBe(415);
  });

  it('answers GET queries and refuses mutations by GET', async () => {
    const get = (query: string) =>
      fetch(`${gateway.url}/graphql?query=${encodeURIComponent(query)}`, {
        headers: { 'apollo-require-preflight': '1' },
      });

    expect(await (await get('{ shelf }')).json()).toEqual({ data: { shelf: 'top' } });
    expect((await get('mutation { nope }')).status).toBe(405);
  });

  it('lets Apollo Sandbox call it, and no other web page', async () => {
    const preflight = (origin: string) =>
      fetch(`${gateway.url}/graphql`, { method: 'OPTIONS', headers: { origin } });

    const allowed = await preflight('https://studio.apollographql.com');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://studio.apollographql.com');
    const refused = await preflight('https://evil.example');
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('is alive and ready', async () => {
    expect((await fetch(`${gateway.url}/livez`)).status).toBe(200);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  });
});
