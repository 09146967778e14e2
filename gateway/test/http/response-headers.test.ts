import { describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import { headerRules, Headers, responseHeaderRules } from '../../src/config/headers-yaml.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const SUBGRAPHS = {
  a: {
    sdl: 'type Query { a: Int slow: Int } type Mutation { set: Int }',
    resolvers: { Query: { a: () => 1 } },
  },
  b: { sdl: 'type Query { b: Int }', resolvers: { Query: { b: () => 2 } } },
};
/** A query string is a reason to go through Apollo Server. */
const WAYS = [
  ['the short way', ''],
  ['through Apollo Server', '?through=apollo-server'],
] as const;

type Sent = Readonly<Record<string, string | readonly string[]>>;

describe.each(WAYS)("headers of subgraphs' answers, %s", (_way, search) => {
  const start = graphsOfATest();
  const system = (yaml: unknown) =>
    start(SUBGRAPHS, {
      headerRules: headerRules(Headers.parse(yaml)),
      responseHeaderRules: responseHeaderRules(Headers.parse(yaml)),
    });
  type System = Awaited<ReturnType<typeof system>>;

  const answering = (data: string, headers: Sent) => (response: ServerResponse) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('content-type', 'application/json').end(data);
  };
  const post = (graph: System, query: string, headers: Record<string, string> = {}) =>
    fetch(`${graph.gateway.url}/graphql${search}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    });

  interface Case {
    readonly a?: Sent;
    readonly b?: Sent;
    readonly query?: string;
    readonly headers?: Record<string, string>;
  }
  const received = async (yaml: unknown, { a = {}, b = {}, query = '{ a b }', headers }: Case) => {
    const graph = await system(yaml);
    graph.subgraphs.a.respondWith(answering('{"data":{"a":1,"set":1}}', a));
    graph.subgraphs.b.respondWith(answering('{"data":{"b":2}}', b));
    const response = await post(graph, query, headers);
    expect(response.status).toBe(200);
    await response.text();
    return response.headers;
  };
  const ofAll = (...response: unknown[]) => ({ all: { response } });

  it('reach no client, unless it is said', async () => {
    const headers = await received({}, { a: { 'x-a': '1', 'set-cookie': 'a=1', 'cache-control': 'public' } });

    expect([headers.get('x-a'), headers.get('set-cookie'), headers.get('cache-control')]).toEqual([
      null,
      null,
      'no-store',
    ]);
  });

  it('are those that rules name, by other names, and by default', async () => {
    const yaml = {
      all: {
        response: [{ propagate: { matching: '^x-' } }, { remove: { named: 'x-secret' } }],
      },
      subgraphs: {
        a: {
          response: [
            { propagate: { named: 'server', rename: 'x-server' } },
            { propagate: { named: 'x-region', default: 'eu' } },
            { insert: { name: 'x-from', value: 'a' } },
          ],
        },
      },
    };
    const headers = await received(yaml, {
      a: { 'x-one': '1', 'x-secret': 's', server: 'nginx' },
      b: { 'x-two': '2', server: 'caddy' },
    });

    expect(
      ['x-one', 'x-two', 'x-secret', 'x-server', 'x-region', 'x-from', 'server'].map((name) =>
        headers.get(name),
      ),
    ).toEqual(['1', '2', null, 'nginx', 'eu', 'a', null]);
  });

  it('are never those of a connection, of a body, or what the gateway says itself', async () => {
    const headers = await received(ofAll({ propagate: { matching: '.*' } }), {
      a: {
        'x-ok': '1',
        'x-hop': '1',
        connection: 'keep-alive, x-hop',
        'access-control-allow-origin': '*',
        etag: '"1"',
        'x-request-id': 'theirs',
      },
    });

    expect(headers.get('x-ok')).toBe('1');
    for (const name of ['x-hop', 'access-control-allow-origin', 'etag'])
      expect([name, headers.get(name)]).toEqual([name, null]);
    expect(headers.get('x-request-id')).not.toBe('theirs');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('that no client could be sent are left out', async () => {
    const headers = await received(ofAll({ propagate: { matching: '^x-' } }), {
      a: { 'x-odd': Buffer.from('€').toString('latin1'), 'x-even': '2' },
    });

    expect(headers.get('x-even')).toBe('2');
    expect(headers.get('x-odd')).toBeNull();
  });

  it('of several answers are the last, all, or the first that came', async () => {
    const graph = await system(
      ofAll(
        { propagate: { named: 'x-last' } },
        { propagate: { named: 'x-first', algorithm: 'first' } },
        { propagate: { named: 'x-each', algorithm: 'append' } },
      ),
    );
    const named = (value: string) => ({ 'x-last': value, 'x-first': value, 'x-each': value });
    graph.subgraphs.a.respondWith(answering('{"data":{"a":1}}', named('a')));
    const later: ServerResponse[] = [];
    graph.subgraphs.b.respondWith((response) => later.push(response));
    const asked = post(graph, '{ a b }');
    while (later[0] === undefined || graph.subgraphs.a.requests.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    answering('{"data":{"b":2}}', named('b'))(later[0]);
    const { headers } = await asked;

    expect(['x-last', 'x-first', 'x-each'].map((name) => headers.get(name))).toEqual(['b', 'a', 'a, b']);
  });

  it('set every cookie on a line of its own', async () => {
    const headers = await received(ofAll({ propagate: { named: 'set-cookie' } }), {
      a: { 'set-cookie': ['a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT', 'b=2; HttpOnly'] },
      b: { 'set-cookie': 'c=3' },
    });

    expect(headers.getSetCookie().sort()).toEqual([
      'a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT',
      'b=2; HttpOnly',
      'c=3',
    ]);
  });

  it('set cookies with mutations alone when a rule says so', async () => {
    const rule = ofAll({ propagate: { named: 'set-cookie', mutations_only: true } });
    const a = { 'set-cookie': ['a=1; Path=/', 'b=2'] };

    expect((await received(rule, { a, query: 'mutation { set }' })).getSetCookie()).toEqual([
      'a=1; Path=/',
      'b=2',
    ]);
    expect((await received(rule, { a })).getSetCookie()).toEqual([]);
  });

  it('set the cookies of the one who asked, though others ask the same at the same time', async () => {
    const graph = await system(ofAll({ propagate: { named: 'set-cookie' } }));
    let count = 0;
    graph.subgraphs.a.respondWith((response) => {
      count += 1;
      const session = `session=${count}`;
      setTimeout(() => {
        answering('{"data":{"a":1}}', { 'set-cookie': session })(response);
      }, 30);
    });
    await post(graph, '{ a }');
    const answers = await Promise.all([post(graph, '{ a }'), post(graph, '{ a }'), post(graph, '{ a }')]);

    expect(new Set(answers.flatMap(({ headers }) => headers.getSetCookie())).size).toBe(3);
  });

  describe('say how long the answer may be kept', () => {
    const CACHE = ofAll({ propagate: { named: 'cache-control' } });
    const cacheControl = async (example: Case, yaml: unknown = CACHE) =>
      (await received(yaml, example)).get('cache-control');

    it('as long as every one of them may', async () => {
      expect(
        await cacheControl({
          a: { 'cache-control': 'public, max-age=60', age: '10' },
          b: { 'cache-control': 'public, max-age=90' },
        }),
      ).toBe('public, max-age=50');
    });

    it('not at all when one says nothing, unless there is a default', async () => {
      const example = { a: { 'cache-control': 'max-age=60' } };

      expect(await cacheControl(example)).toBe('no-store');
      expect(
        await cacheControl(
          example,
          ofAll({ propagate: { named: 'cache-control', default: 'private, max-age=9' } }),
        ),
      ).toBe('private, max-age=9');
      expect(
        await cacheControl(
          { a: example.a, b: example.a },
          { subgraphs: { a: { response: [{ propagate: { named: 'cache-control' } }] } } },
        ),
      ).toBe('no-store');
    });

    it('for the caller alone when there is one', async () => {
      expect(
        await cacheControl({
          query: '{ a }',
          a: { 'cache-control': 'public, max-age=60' },
          headers: { authorization: 'Bearer ada' },
        }),
      ).toBe('private, max-age=60');
    });

    it('and what it depends on: who asks, what rules send, and what subgraphs say', async () => {
      const kept = { 'cache-control': 'public, max-age=60' };
      const vary = async (example: Case, ...request: unknown[]) =>
        (
          await received(
            { ...CACHE, all: { ...CACHE.all, request }, subgraphs: { b: { request: [LANGUAGE] } } },
            example,
          )
        )
          .get('vary')
          ?.split(', ')
          .sort();
      const LANGUAGE = { propagate: { named: 'Accept-Language', default: 'en' } };
      const TENANT = { propagate: { named: 'x-tenant', rename: 'x-customer' } };
      const always = ['accept', 'authorization', 'origin'];

      expect(await vary({ query: '{ a }', a: kept })).toEqual(always);
      expect(await vary({ a: kept, b: kept }, TENANT)).toEqual(
        [...always, 'accept-language', 'x-tenant'].sort(),
      );
      expect(
        await vary({
          query: '{ a }',
          a: { ...kept, vary: 'X-Region,ORIGIN, Accept-Encoding' },
          headers: { authorization: 'Bearer ada' },
        }),
      ).toEqual([...always, 'x-region']);
      expect(
        await vary(
          { query: '{ a }', a: kept },
          { propagate: { named: 'x-audit', mutations_only: true } },
          { insert: { name: 'x-key', value: '1' } },
        ),
      ).toEqual(always);
      expect(await vary({ query: '{ a }', a: kept }, { propagate: { matching: '^x-' } })).toEqual(['*']);
      expect(await vary({ query: '{ a }', a: { ...kept, vary: '*' } })).toEqual(['*']);
      // No cache keeps those.
      expect(await vary({ a: kept }, TENANT)).toEqual(['origin']);
      expect(await vary({ query: 'mutation { set }', a: kept }, TENANT)).toEqual(['origin']);
    });

    it('not at all when something is missing, or was changed', async () => {
      const kept = { 'cache-control': 'max-age=60' };

      expect(await cacheControl({ a: kept, query: 'mutation { set }' })).toBe('no-store');
      const graph = await system(CACHE);
      graph.subgraphs.a.respondWith(answering('{"data":{"a":null},"errors":[{"message":"no"}]}', kept));
      expect((await post(graph, '{ a }')).headers.get('cache-control')).toBe('no-store');
    });
  });
});

describe('rules for headers of answers', () => {
  it.each([
    [{ propagate: {} }, 'either named or matching'],
    [{ propagate: { named: 'etag' } }, 'that the gateway makes itself'],
    [{ propagate: { named: 'Access-Control-Allow-Origin' } }, 'that the gateway makes itself'],
    [{ insert: { name: 'content-type', value: 'x' } }, 'that the gateway makes itself'],
    [{ propagate: { matching: '^x', rename: 'y' } }, 'need named'],
    [{ propagate: { named: 'x', algorithm: 'most' } }, 'must be first, last, append or most_restrictive'],
    [{ propagate: { named: 'x', algorithm: 'most_restrictive' } }, 'for cache-control alone'],
    [{ insert: { name: 'x', value: 'y', algorithm: 'most_restrictive' } }, 'for cache-control alone'],
    [{ propagate: { named: 'x', default: 'a\nb' } }, 'text of one line'],
    [{}, 'one of propagate, insert and remove'],
  ])('refuse the rule %j', (rule, message) => {
    expect(() => Headers.parse({ all: { response: [rule] } })).toThrow(message);
  });

  it('are none when there are none', () => {
    expect(responseHeaderRules(Headers.parse({ subgraphs: { a: {} } }))).toBeUndefined();
  });
});
