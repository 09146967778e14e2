import { describe, expect, it } from '@jest/globals';
import { headerRules, Headers } from '../../src/config/headers-yaml.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const SUBGRAPHS = {
  a: { sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } },
  b: { sdl: 'type Query { b: Int }', resolvers: { Query: { b: () => 2 } } },
};

describe('headers of requests to subgraphs', () => {
  const start = graphsOfATest();
  const system = (yaml: unknown) => start(SUBGRAPHS, { headerRules: headerRules(Headers.parse(yaml)) });

  /** What each subgraph got, of headers that begin with `x-` or are named. */
  const sent = async (yaml: unknown, headers: Record<string, string>, ...names: string[]) => {
    const graph = await system(yaml);
    const { errors } = await graph.query('{ a b }', {}, headers);
    expect(errors).toBeUndefined();
    const of = (name: 'a' | 'b') =>
      Object.fromEntries(
        Object.entries(graph.subgraphs[name].requests[0]?.headers ?? {}).filter(
          ([header]) =>
            (header.startsWith('x-') && !header.startsWith('x-request-')) || names.includes(header),
        ),
      );
    return { a: of('a'), b: of('b') };
  };

  it('say with a mutation where it comes from, after what proxies said', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { a: Int } type Mutation { set: Int }',
        resolvers: { Mutation: { set: () => 1 }, Query: { a: () => 1 } },
      },
    });
    await graph.query('mutation { set }', {}, { 'x-forwarded-for': '203.0.113.7', 'user-agent': 'shop/1' });
    await graph.query('{ a }', {}, { 'x-forwarded-for': '203.0.113.7', 'user-agent': 'shop/1' });

    const [mutation, read] = graph.subgraphs.a.requests.map(({ headers }) => headers);
    expect(mutation).toMatchObject({ 'x-forwarded-for': '203.0.113.7, 127.0.0.1', 'user-agent': 'shop/1' });
    expect(read?.['x-forwarded-for']).toBeUndefined();
    expect(read?.['user-agent']).not.toBe('shop/1');
  });

  it('go with mutations alone when a rule says so, and leave reads as they are', async () => {
    const rule = { propagate: { named: 'cookie', mutations_only: true } };
    const graph = await start(
      {
        a: {
          sdl: 'type Query { a: Int } type Mutation { set: Int }',
          resolvers: { Mutation: { set: () => 1 }, Query: { a: () => 1 } },
        },
      },
      { headerRules: headerRules(Headers.parse({ all: { request: [rule] } })) },
    );
    await graph.query('mutation { set }', {}, { cookie: 'a=1' });
    await graph.query('{ a }', {}, { cookie: 'a=1' });

    expect(graph.subgraphs.a.requests.map(({ headers }) => headers['cookie'])).toEqual(['a=1', undefined]);
  });

  it('are none of the client, unless it is said', async () => {
    expect(await sent({}, { 'x-one': '1', 'accept-language': 'fr' }, 'accept-language')).toEqual({
      a: {},
      b: {},
    });
  });

  it('are those that rules name, for all and for one', async () => {
    const yaml = {
      all: {
        request: [{ propagate: { named: 'X-One' } }, { insert: { name: 'x-from', value: 'tributary' } }],
      },
      subgraphs: {
        b: { request: [{ propagate: { named: 'Accept-Language' } }, { remove: { named: 'x-one' } }] },
      },
    };

    expect(
      await sent(yaml, { 'x-one': '1', 'x-two': '2', 'accept-language': 'fr' }, 'accept-language'),
    ).toEqual({
      a: { 'x-one': '1', 'x-from': 'tributary' },
      b: { 'x-from': 'tributary', 'accept-language': 'fr' },
    });
  });

  it('are those that match, by other names, and by default', async () => {
    const yaml = {
      all: {
        request: [
          { propagate: { matching: '^x-b3-' } },
          { remove: { matching: 'secret$' } },
          { propagate: { named: 'x-tenant', rename: 'x-customer', default: 'none' } },
          { propagate: { named: 'x-region', default: 'eu' } },
        ],
      },
    };
    const client = { 'x-b3-id': '1', 'x-b3-secret': 's', 'x-region': 'us' };

    expect((await sent(yaml, client)).a).toEqual({ 'x-b3-id': '1', 'x-customer': 'none', 'x-region': 'us' });
    expect((await sent(yaml, { 'x-tenant': 't' })).a).toEqual({ 'x-customer': 't', 'x-region': 'eu' });
  });

  it('are never those of a connection or of a body, nor the credentials', async () => {
    const graph = await system({ all: { request: [{ propagate: { matching: '.*' } }] } });
    await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        authorization: 'Bearer x',
        te: 'trailers',
        'x-ok': '1',
      },
      body: '{"query":"{ a }"}',
    });
    const headers = graph.subgraphs.a.requests[0]?.headers ?? {};

    expect(headers).toMatchObject({
      'x-ok': '1',
      'content-type': 'application/json',
      authorization: 'Bearer x',
    });
    expect(headers.te).toBeUndefined();
    expect(headers.host).toBe(new URL(graph.subgraphs.a.url).host);
  });

  it('make equal queries of two clients two requests', async () => {
    const graph = await system({ all: { request: [{ propagate: { named: 'x-tenant' } }] } });
    await Promise.all(['red', 'blue'].map((tenant) => graph.query('{ a }', {}, { 'x-tenant': tenant })));

    expect(graph.subgraphs.a.requests.map(({ headers }) => headers['x-tenant']).sort()).toEqual([
      'blue',
      'red',
    ]);
  });

  it.each([
    [{ propagate: { named: 'a', matching: 'b' } }, 'either named or matching'],
    [{ propagate: {} }, 'either named or matching'],
    [{ propagate: { matching: '^x', rename: 'y' } }, 'need named'],
    [{ propagate: { matching: '(' } }, 'is no regular expression'],
    [{ propagate: { named: 'Authorization' } }, 'that the gateway makes itself'],
    [{ insert: { name: 'host', value: 'x' } }, 'that the gateway makes itself'],
    [{ insert: { name: 'a b', value: 'x' } }, 'must be the name of a header'],
    [{ insert: { name: 'x', value: 'a\r\nb: c' } }, 'text of one line'],
    [{ insert: { name: 'x', value: 'y' }, remove: { named: 'x' } }, 'one of propagate, insert and remove'],
    [{}, 'one of propagate, insert and remove'],
  ])('refuse the rule %j', (rule, message) => {
    expect(() => Headers.parse({ all: { request: [rule] } })).toThrow(message);
  });
});
