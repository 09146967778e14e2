import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import { shapes } from '../../src/testing/start-test-gateway.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const SUBGRAPHS = {
  a: { sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } },
  b: {
    sdl: 'type Query { b: Int } type Mutation { m: Int n: Int }',
    resolvers: { Query: { b: () => 2 }, Mutation: { m: () => 3, n: () => 4 } },
  },
};

describe('a process with too much to do', () => {
  const start = graphsOfATest();
  const post = (url: string, query: string) =>
    fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });

  it('refuses more than it may have in progress, and takes them again', async () => {
    const graph = await start(SUBGRAPHS, {
      overload: { maxConcurrent: 2, maxDelayMs: 10_000 },
      sharing: 'off',
    });
    const release: (() => void)[] = [];
    graph.subgraphs.a.respondWith((response) => {
      release.push(() =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"a":1}}'),
      );
    });
    const taken = [post(graph.gateway.url, '{ a }'), post(graph.gateway.url, '{ a }')];
    await waitFor(() => release[1]);

    const refused = await post(graph.gateway.url, '{ b }');

    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual({
      errors: [
        {
          message: 'Your request has been concurrency limited',
          extensions: { code: 'REQUEST_CONCURRENCY_LIMITED' },
        },
      ],
    });
    expect(graph.subgraphs.b.requests).toEqual([]);
    for (const each of release) each();
    for (const answer of await Promise.all(taken)) expect(await answer.json()).toEqual({ data: { a: 1 } });
    expect((await graph.query('{ b }')).data).toEqual({ b: 2 });
  });

  it('refuses requests while it is late with what is due', async () => {
    const graph = await start(SUBGRAPHS, { overload: { maxConcurrent: 10, maxDelayMs: 100 } });
    expect((await graph.query('{ b }')).data).toEqual({ b: 2 });

    for (let block = 0; block < 4; block += 1) {
      const until = performance.now() + 500;
      while (performance.now() < until);
      await delay(1);
    }

    expect((await post(graph.gateway.url, '{ b }')).status).toBe(503);
    await waitFor(async () => (await post(graph.gateway.url, '{ b }')).status === 200);
  });
});

describe('the deadline of a request', () => {
  const start = graphsOfATest();
  let hanging: NodeJS.Timeout[] = [];
  beforeEach(() => {
    hanging = [];
  });
  afterEach(() => {
    hanging.forEach(clearTimeout);
  });

  it('leaves null what is not there by then, and answers the rest', async () => {
    const graph = await start(SUBGRAPHS, { requestTimeoutMs: 300 });
    graph.subgraphs.a.respondWith(() => undefined);

    const { data, errors } = await graph.query('{ a b }');

    expect(data).toEqual({ a: null, b: 2 });
    expect(errors).toMatchObject([{ path: ['a'], extensions: { code: 'GATEWAY_TIMEOUT', service: 'a' } }]);
  });

  it("may be the client's, but not later than the gateway's", async () => {
    const graph = await start(SUBGRAPHS, { requestTimeoutMs: 5_000 });
    const askFor = async (timeout: string) => {
      await graph.query(`{ b }`, {}, { 'x-request-timeout-ms': timeout });
      return Number(graph.subgraphs.b.requests.at(-1)?.headers['x-request-timeout-ms']);
    };

    expect(await askFor('2000')).toBeLessThanOrEqual(2_000);
    expect(await askFor('2000')).toBeGreaterThan(1_000);
    for (const given of ['99999', 'soon', '-1']) {
      expect(await askFor(given)).toBeLessThanOrEqual(5_000);
      expect(await askFor(given)).toBeGreaterThan(4_000);
    }
  });

  it('is told subgraphs as what is left; their own timeout where that is shorter', async () => {
    const graph = await start(SUBGRAPHS, {
      requestTimeoutMs: 4_000,
      subgraphShapes: shapes({ subgraphs: { b: { timeout: '1s' } } }),
    });
    await graph.query('{ a b }');
    const told = (name: 'a' | 'b') =>
      Number(graph.subgraphs[name].requests[0]?.headers['x-request-timeout-ms']);

    expect(told('b')).toBe(1_000);
    expect(told('a')).toBeGreaterThan(3_000);
  });

  it.each(['queries', 'reads'] as const)(
    'of one who gives up soon is not that of others who ask the same: %s',
    async (sharing) => {
      const graph = await start(SUBGRAPHS, { sharing });
      graph.subgraphs.a.respondWith((response) => {
        hanging.push(
          setTimeout(() => {
            response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"a":1}}');
          }, 300),
        );
      });

      const hasty = graph.query('{ a }', {}, { 'x-request-timeout-ms': '100' });
      const patient = graph.query('{ a }');

      expect((await hasty).data).toEqual({ a: null });
      expect((await patient).data).toEqual({ a: 1 });
    },
  );

  it('keeps what comes after it from being begun', async () => {
    const graph = await start(SUBGRAPHS, { requestTimeoutMs: 200 });
    graph.subgraphs.b.respondWith((response) => {
      hanging.push(
        setTimeout(() => {
          response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"m":3}}');
        }, 400),
      );
    });

    const { data, errors } = await graph.query('mutation { m n }');

    expect(data).toEqual({ m: null, n: null });
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual([
      'GATEWAY_TIMEOUT',
      'GATEWAY_TIMEOUT',
    ]);
    expect(graph.subgraphs.b.requests).toHaveLength(1);
  });
});
