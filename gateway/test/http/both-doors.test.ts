import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../../src/testing/federate.ts';

/** A query string is a reason to go through Apollo Server, and changes nothing else. */
const THROUGH_APOLLO_SERVER = '?through=apollo-server';

const REQUESTS: readonly (readonly [string, unknown])[] = [
  ['an answer', { query: '{ n text list { id } }' }],
  ['an answer with an operation name', { query: 'query A { n } query B { text }', operationName: 'B' }],
  ['variables', { query: 'query ($x: Int!) { echo(x: $x) }', variables: { x: 3 } }],
  ['a literal', { query: '{ echo(x: 7) }' }],
  ['null for what may be left out', { query: '{ n }', operationName: null, variables: null }],
  ['introspection', { query: '{ __schema { queryType { name } } t: __type(name: "Item") { name } }' }],
  ['text that needs escapes', { query: '{ odd }' }],
  ['an error beside data', { query: '{ n fails }' }],
  ['an error that nulls everything', { query: '{ n strict }' }],
  ['a value of the wrong type', { query: '{ n wrong }' }],
  ['a mutation', { query: 'mutation { set(x: 1) }' }],
  ['a syntax error', { query: '{ n ' }],
  ['an unknown field', { query: '{ n nothing }' }],
  ['several mistakes', { query: '{ nothing echo(x: "a") echo }' }],
  ['a missing variable', { query: 'query ($x: Int!) { echo(x: $x) }' }],
  ['a variable of the wrong type', { query: 'query ($x: Int!) { echo(x: $x) }', variables: { x: 'a' } }],
  ['an unknown operation', { query: 'query A { n }', operationName: 'B' }],
  ['no choice of operation', { query: 'query A { n } query B { n }' }],
  ['a subscription', { query: 'subscription { tick }' }],
];

const ACCEPT = [
  undefined,
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/json, text/plain, */*',
  'application/json, application/graphql-response+json;q=0.5',
  'Application/GraphQL-Response+JSON',
];

describe('a plain operation', () => {
  let graph: Federation<'a'>;

  beforeAll(async () => {
    graph = await federate({
      a: {
        sdl: `
          type Query {
            n: Int text: String list: [Item!] odd: String fails: Int strict: Int! wrong: Int
            echo(x: Int!): Int
          }
          type Mutation { set(x: Int): Int }
          type Subscription { tick: Int }
          type Item { id: ID! }
        `,
        resolvers: {
          Query: {
            n: () => 1,
            text: () => 'text',
            list: () => [{ id: 1 }, { id: 2 }],
            odd: () => 'a "quoted"\nline\\ \u2028 \u0007 é 😀 \ud800 </script>',
            fails: () => {
              throw new Error('no luck');
            },
            strict: () => {
              throw new Error('no luck either');
            },
            echo: (_: unknown, { x }: { x: number }) => x,
          },
          Mutation: { set: (_: unknown, { x }: { x: number }) => x },
        },
      },
    });
  });

  afterAll(() => graph.stop());

  const send = async (body: unknown, accept: string | undefined, search: string) => {
    const response = await fetch(`${graph.gateway.url}/graphql${search}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-request-id': 'same',
        ...(accept === undefined ? {} : { accept }),
      },
      body: JSON.stringify(body),
    });
    const { date: _date, ...headers } = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: await response.text() };
  };

  it.each(REQUESTS)('is answered alike with and without Apollo Server: %s', async (_name, body) => {
    for (const accept of ACCEPT) {
      const straight = await send(body, accept, '');
      const throughApolloServer = await send(body, accept, THROUGH_APOLLO_SERVER);

      expect({ accept, ...straight }).toEqual({ accept, ...throughApolloServer });
      // The second time it is known.
      expect(await send(body, accept, '')).toEqual(straight);
    }
  });

  const JSON_TYPE = 'application/json; charset=utf-8';
  const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';

  it.each([
    ['application/json, application/graphql-response+json;q=0.5', 200, JSON_TYPE],
    ['application/json;q=0.5, application/graphql-response+json', 400, RESPONSE_TYPE],
    ['Application/GraphQL-Response+JSON', 400, RESPONSE_TYPE],
    ['application/graphql-response+json;Charset="UTF-8"', 400, RESPONSE_TYPE],
    ['application/graphql-response+json;q=0, */*', 200, JSON_TYPE],
    ['text/html, application/*;q=0.1, application/json;q=0', 400, RESPONSE_TYPE],
    ['text/html, */*;q=0.1', 200, JSON_TYPE],
    ['', 200, JSON_TYPE],
  ])('has the status that goes with its media type: %s', async (accept, status, contentType) => {
    for (const search of ['', THROUGH_APOLLO_SERVER]) {
      const answer = await send({ query: '{ nothing }' }, accept, search);

      expect([answer.status, answer.headers['content-type']]).toEqual([status, contentType]);
    }
  });

  it.each(['', THROUGH_APOLLO_SERVER])(
    'does not run when its client takes no answer of ours (%s)',
    async (search) => {
      graph.requests();
      for (const accept of ['text/plain', 'application/json;q=0', 'application/json;version=2'])
        expect(await send({ query: 'mutation { set(x: 1) }' }, accept, search)).toMatchObject({
          status: 406,
          headers: { 'content-type': JSON_TYPE, 'cache-control': 'no-store' },
          body: expect.stringContaining('"code":"BAD_REQUEST"') as unknown,
        });

      expect(graph.requests()).toEqual({});
    },
  );

  it('leaves to Apollo Server what is not plain', async () => {
    const post = (body: unknown) => send(body, undefined, '');

    expect((await post({ query: '' })).status).toBe(400);
    expect((await post({ query: 1 })).status).toBe(400);
    expect((await post({ query: '{ n }', variables: [] })).status).toBe(400);
    expect((await post({ query: '{ n }', extensions: 'x' })).status).toBe(400);
    const unknown = await post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } });
    expect(unknown.body).toContain('PERSISTED_QUERY_NOT_FOUND');
  });
});
