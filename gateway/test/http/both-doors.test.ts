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

  it('leaves to Apollo Server what is not plain', async () => {
    const post = (body: unknown, accept?: string) => send(body, accept, '');

    expect((await post({ query: '' })).status).toBe(400);
    expect((await post({ query: 1 })).status).toBe(400);
    expect((await post({ query: '{ n }', variables: [] })).status).toBe(400);
    expect((await post({ query: '{ n }', extensions: 'x' })).status).toBe(400);
    expect((await post({ query: '{ n }' }, 'text/plain')).status).toBe(406);
    const unknown = await post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } });
    expect(unknown.body).toContain('PERSISTED_QUERY_NOT_FOUND');
  });
});
