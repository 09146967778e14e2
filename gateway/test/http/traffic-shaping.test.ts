import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeSubgraph, waitFor, type FakeSubgraph } from '@tributary/testkit';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { shapes, startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';

/** Stands where subgraph `a` is, and answers as a test says. */
describe('requests to subgraphs', () => {
  let asked: string[];
  let answer: (response: ServerResponse, count: number) => void;
  let server: Server;
  let url: string;
  let subgraphs: FakeSubgraph[];
  let gateway: TestGateway | undefined;

  beforeEach(async () => {
    asked = [];
    answer = (response) => response.end('{"data":{"a":1}}');
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        asked.push((JSON.parse(text) as { query: string }).query);
        response.setHeader('content-type', 'application/json');
        answer(response, asked.length);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    subgraphs = await Promise.all([
      startFakeSubgraph('a', 'type Query { a: Int } type Mutation { set: Int }', {}),
      startFakeSubgraph('b', 'type Query { b: Int }', { Query: { b: () => 2 } }),
    ]);
  });
  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
    server.closeAllConnections();
    server.close();
  });

  /** What is said is said of `a`. */
  const start = async (one: object = {}) => {
    gateway = await startTestGateway(subgraphs, {
      subgraphShapes: shapes({ subgraphs: { a: one } }, { a: url }),
      sharing: 'off',
    });
    return gateway;
  };
  const fail =
    (status: number, headers: Record<string, string> = {}) =>
    (response: ServerResponse) =>
      response.writeHead(status, headers).end('no');
  const codesOf = async (system: TestGateway, query = '{ a }') => {
    const { errors = [] } = await system.query(query);
    return errors.map(({ extensions }) => extensions?.code);
  };

  it('go where the configuration says', async () => {
    const system = await start();

    expect((await system.query('{ a b }')).data).toEqual({ a: 1, b: 2 });
    expect(asked).toHaveLength(1);
    expect(subgraphs[0]?.requests).toEqual([]);
  });

  describe('that fail', () => {
    it.each([429, 502, 503, 504])('are made again for a read, with status %p', async (status) => {
      answer = (response, count) => {
        if (count <= 2) fail(status)(response);
        else response.end('{"data":{"a":1}}');
      };

      expect(await (await start()).query('{ a }')).toMatchObject({ data: { a: 1 }, errors: undefined });
      expect(asked).toHaveLength(3);
    });

    it('are not made again for a mutation, nor with another status, nor when they are not to be', async () => {
      answer = fail(503);
      await (await start()).query('mutation { set }');
      expect(asked).toHaveLength(1);
      await gateway?.stop();

      subgraphs = await Promise.all([
        startFakeSubgraph('a', 'type Query { a: Int }', {}),
        startFakeSubgraph('b', 'type Query { b: Int }', {}),
      ]);
      await (await start({ retry: { attempts: 0 } })).query('{ a }');
      expect(asked).toHaveLength(2);
      answer = fail(500);
      await gateway?.query('{ a }');
      expect(asked).toHaveLength(3);
    });

    it('are made again no sooner than the subgraph says, and not when that is too late', async () => {
      answer = (response, count) => {
        if (count === 1) fail(503, { 'retry-after': '1' })(response);
        else if (count === 2) response.end('{"data":{"a":1}}');
        else fail(503, { 'retry-after': '60' })(response);
      };
      const system = await start();
      const begun = Date.now();
      expect((await system.query('{ a }')).data).toEqual({ a: 1 });
      expect(Date.now() - begun).toBeGreaterThanOrEqual(990);

      expect(await codesOf(system)).toEqual(['SUBREQUEST_HTTP_ERROR']);
      expect(asked).toHaveLength(3);
    });

    it('are made again no more often than the budget allows', async () => {
      answer = fail(503);
      const system = await start({
        retry: { budget_percent: 10, base_delay: '1ms' },
        circuit_breaker: { enabled: false },
      });
      for (let n = 0; n < 100; n += 1) await system.query('{ a }');

      // A tenth, and ten to begin with.
      expect(asked.length).toBeGreaterThanOrEqual(118);
      expect(asked.length).toBeLessThanOrEqual(120);
    });
  });

  it('take no longer than they may, each subgraph as it is configured', async () => {
    answer = () => undefined;
    const system = await start({ timeout: '100ms' });

    expect(await system.query('{ a b }')).toMatchObject({
      data: { a: null, b: 2 },
      errors: [{ extensions: { code: 'GATEWAY_TIMEOUT' } }],
    });
  });

  it('are no larger than they may be', async () => {
    answer = (response) => response.end(`{"data":{"a":1}${' '.repeat(3_000)}}`);

    expect(await codesOf(await start({ max_response_bytes: '2KiB' }))).toEqual(['SUBREQUEST_HTTP_ERROR']);
  });

  it('fail at once while the subgraph fails, and are made again when it is back', async () => {
    answer = fail(500);
    const system = await start({ circuit_breaker: { min_requests: 5, open_for: '300ms' } });
    for (let n = 0; n < 5; n += 1) expect(await codesOf(system)).toEqual(['SUBREQUEST_HTTP_ERROR']);

    expect(await codesOf(system, '{ a b }')).toEqual(['SUBGRAPH_CIRCUIT_OPEN']);
    expect(asked).toHaveLength(5);
    answer = (response) => response.end('{"data":{"a":1}}');
    await waitFor(async () => (await codesOf(system)).length === 0);
    expect(asked).toHaveLength(6);
    expect(await codesOf(system)).toEqual([]);
  });

  it('count for nothing when their client gave them less time than they may take', async () => {
    const system = await start({ circuit_breaker: { min_requests: 5, open_for: '60s' } });
    answer = () => undefined;
    for (let n = 0; n < 10; n += 1)
      expect(
        (await system.query('{ a }', {}, { 'x-request-timeout-ms': '30' })).errors?.[0]?.extensions?.code,
      ).toBe('GATEWAY_TIMEOUT');

    answer = (response) => response.end('{"data":{"a":1}}');
    expect(await codesOf(system)).toEqual([]);
  });

  it('fail at once when the subgraph has used up all its time so often', async () => {
    const system = await start({
      timeout: '100ms',
      circuit_breaker: { min_requests: 3, open_for: '60s' },
    });
    answer = () => undefined;
    for (let n = 0; n < 3; n += 1)
      expect(
        (await system.query('{ a }', {}, { 'x-request-timeout-ms': '60000' })).errors?.[0]?.extensions?.code,
      ).toBe('GATEWAY_TIMEOUT');

    expect(await codesOf(system)).toEqual(['SUBGRAPH_CIRCUIT_OPEN']);
  });

  it('are no failure of the subgraph when it answers more than may be read', async () => {
    const system = await start({
      max_response_bytes: '2KiB',
      circuit_breaker: { min_requests: 5, open_for: '60s' },
    });
    answer = (response) => response.end(`{"data":{"a":1}}${' '.repeat(3_000)}`);
    for (let n = 0; n < 10; n += 1) expect(await codesOf(system)).toEqual(['SUBREQUEST_HTTP_ERROR']);

    answer = (response) => response.end('{"data":{"a":1}}');
    expect(await codesOf(system)).toEqual([]);
  });

  it('fail at once while many wait and none is answered, and are made again when one is', async () => {
    const system = await start({ circuit_breaker: { min_requests: 5, max_silence: '1ms', open_for: '60s' } });
    for (let n = 0; n < 20; n += 1) expect(await codesOf(system)).toEqual([]);
    const waiting: ServerResponse[] = [];
    answer = (response) => void waiting.push(response);
    const asking: Promise<unknown>[] = [];
    // Before the circuit opens, requests wait; the first that does not is the one that was refused.
    let refused: unknown;
    await waitFor(() => {
      asking.push(codesOf(system).then((codes) => (refused ??= codes)));
      return refused !== undefined;
    });

    expect(refused).toEqual(['SUBGRAPH_CIRCUIT_OPEN']);
    expect((await system.query('{ a b }')).data).toEqual({ a: null, b: 2 });
    answer = (response) => response.end('{"data":{"a":1}}');
    waiting[0]?.end('{"data":{"a":1}}');
    await waitFor(async () => (await codesOf(system)).length === 0);
    for (const response of waiting.slice(1)) response.end('{"data":{"a":1}}');
    await Promise.all(asking);
    expect(await codesOf(system)).toEqual([]);
  });

  describe('that come while many wait and none is answered', () => {
    let waiting: ServerResponse[];
    /** Five wait, for longer than a fifth of `max_silence`. */
    const wait = async (maxSilenceMs: number) => {
      const system = await start({
        circuit_breaker: { min_requests: 5, max_silence: `${maxSilenceMs}ms`, open_for: '60s' },
      });
      for (let n = 0; n < 20; n += 1) expect(await codesOf(system)).toEqual([]);
      waiting = [];
      answer = (response) => void waiting.push(response);
      const first = Array.from({ length: 5 }, () => codesOf(system));
      await waitFor(() => waiting.length === 5);
      await sleep(maxSilenceMs / 4);
      return { system, first };
    };

    it.each(['query', 'mutation'])(
      'wait here, and are made when one is answered: a %s',
      async (operation) => {
        const { system, first } = await wait(4_000);
        const others = Array.from({ length: 3 }, () =>
          codesOf(system, operation === 'query' ? '{ a }' : 'mutation { set }'),
        );
        await sleep(200);
        expect(waiting).toHaveLength(5);
        answer = (response) => response.end('{"data":{"a":1,"set":1}}');
        waiting[0]?.end('{"data":{"a":1}}');

        expect((await Promise.all(others)).flat()).toEqual([]);
        for (const response of waiting) response.end('{"data":{"a":1}}');
        expect((await Promise.all(first)).flat()).toEqual([]);
      },
    );

    it('fail when none is answered for too long, without being made', async () => {
      const { system, first } = await wait(400);
      const others = Array.from({ length: 20 }, () => codesOf(system));

      expect((await Promise.all(others)).flat()).toEqual(Array(20).fill('SUBGRAPH_CIRCUIT_OPEN'));
      expect(waiting).toHaveLength(5);
      for (const response of waiting) response.end('{"data":{"a":1}}');
      expect((await Promise.all(first)).flat()).toEqual([]);
    });

    it('take no longer than they may', async () => {
      const { system, first } = await wait(4_000);
      const { data } = await system.query('{ a b }', {}, { 'x-request-timeout-ms': '100' });
      expect(data).toEqual({ a: null, b: 2 });
      expect(waiting).toHaveLength(5);
      for (const response of waiting) response.end('{"data":{"a":1}}');
      expect((await Promise.all(first)).flat()).toEqual([]);
    });
  });

  it('fail at once while too many are in progress', async () => {
    const waiting: ServerResponse[] = [];
    answer = (response) => void waiting.push(response);
    const system = await start({ max_concurrent_requests: 2 });
    const first = [system.query('{ a }'), system.query('{ a }')];
    await waitFor(() => waiting.length === 2);

    expect((await system.query('{ a b }')).data).toEqual({ a: null, b: 2 });
    expect(await codesOf(system)).toEqual(['SUBGRAPH_BUSY']);
    for (const response of waiting) response.end('{"data":{"a":1}}');
    expect((await Promise.all(first)).map(({ data }) => data)).toEqual([{ a: 1 }, { a: 1 }]);
    answer = (response) => response.end('{"data":{"a":1}}');
    expect(await codesOf(system)).toEqual([]);
  });
});
