import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { startFakeSubgraph, waitFor } from '@tributary/testkit';
import type { ServerResponse } from 'node:http';
import { shapes, startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';
import { Telemetry } from '../../src/telemetry/telemetry.ts';
import { startCannedSubgraph, type CannedSubgraph } from '../testing/canned-subgraph.ts';

const ANSWER = '{"data":{"a":1}}';
/** So many reads say how long one takes. */
const ENOUGH = 20;

describe('a read that takes longer than most', () => {
  let answer: (response: ServerResponse, count: number) => void;
  let subgraph: CannedSubgraph;
  let gateway: TestGateway;
  let telemetry: Telemetry;

  beforeEach(async () => {
    answer = (response) => response.end(ANSWER);
    subgraph = await startCannedSubgraph((response, count) => {
      answer(response, count);
    });
    telemetry = await Telemetry.open(
      {
        accessLog: false,
        prometheus: { host: '127.0.0.1', port: 0, path: '/metrics' },
        tracing: undefined,
        usage: undefined,
      },
      silentLogger(),
    );
  });
  afterEach(async () => {
    await gateway.stop();
    subgraph.close();
  });

  const start = async (hedging: object, shape: object = {}, known = ENOUGH) => {
    gateway = await startTestGateway(
      [await startFakeSubgraph('a', 'type Query { a: Int } type Mutation { a: Int }', {})],
      {
        subgraphShapes: shapes(
          { all: { timeout: '2s', hedging: { enabled: true, ...hedging }, ...shape } },
          { a: subgraph.url },
        ),
        telemetry,
        sharing: 'off',
      },
    );
    for (let n = 0; n < known; n += 1) await gateway.query('{ a }');
    subgraph.requests.length = 0;
  };
  const metrics = async () =>
    (await telemetry.metrics?.registry.metrics())
      ?.split('\n')
      .filter((line) => /^tributary_subgraph_(hedged|retries).*[1-9]$/.test(line));

  it('is asked again, and the first answer counts', async () => {
    await start({});
    let hasEnded = false;
    answer = (response, count) => {
      if (count === 1) response.once('close', () => (hasEnded = true));
      else response.end(ANSWER);
    };

    expect((await gateway.query('{ a }')).data).toEqual({ a: 1 });
    expect(subgraph.requests).toHaveLength(2);
    expect(subgraph.requests[1]?.body).toEqual(subgraph.requests[0]?.body);
    // What nobody waits for is ended.
    await waitFor(() => hasEnded);
    await waitFor(async () => (await metrics())?.length === 1);
    expect(await metrics()).toEqual([
      'tributary_subgraph_hedged_reads_total{subgraph_name="a",winner="second"} 1',
    ]);
  });

  it('is told that there is less time the second time', async () => {
    // Times are told in whole milliseconds.
    answer = (response) => void setTimeout(() => response.end(ANSWER), 5);
    await start({});
    answer = (response, count) => count > 1 && response.end(ANSWER);
    await gateway.query('{ a }');
    const [first, second] = subgraph.requests.map(({ request }) =>
      Number(request.headers['x-request-timeout-ms']),
    );

    expect(second).toBeLessThan(first ?? 0);
  });

  it('is answered with the first when that comes first after all', async () => {
    await start({});
    const waiting: ServerResponse[] = [];
    answer = (response) => waiting.push(response);
    const asked = gateway.query('{ a }');
    await waitFor(() => waiting.length === 2);
    waiting[0]?.end(ANSWER);

    expect((await asked).data).toEqual({ a: 1 });
    await waitFor(async () => (await metrics())?.[0]?.includes('winner="first"') === true);
  });

  it('waits for the other when one fails', async () => {
    await start({}, { retry: { attempts: 0 } });
    const waiting: ServerResponse[] = [];
    answer = (response) => waiting.push(response);
    const asked = gateway.query('{ a }');
    await waitFor(() => waiting.length === 2);
    waiting[1]?.writeHead(500).end('no');
    await new Promise((resolve) => setTimeout(resolve, 50));
    waiting[0]?.end(ANSWER);

    expect((await asked).data).toEqual({ a: 1 });
  });

  it('is not asked again while nothing is known, nor for a mutation, nor unless it is said', async () => {
    const slow = (response: ServerResponse) => void setTimeout(() => response.end(ANSWER), 300);
    await start({}, {}, 0);
    answer = slow;
    await gateway.query('{ a }');
    expect(subgraph.requests).toHaveLength(1);
    await gateway.stop();

    answer = (response) => response.end(ANSWER);
    await start({});
    answer = slow;
    await gateway.query('mutation { a }');
    expect(subgraph.requests).toHaveLength(1);
    await gateway.stop();

    answer = (response) => response.end(ANSWER);
    await start({ enabled: false });
    answer = slow;
    await gateway.query('{ a }');
    expect(subgraph.requests).toHaveLength(1);
  });

  it('is not asked again beyond the budget', async () => {
    await start({ budget_percent: 0 });
    answer = (response, count) => {
      // Every second one stays until the gateway has its answer from another.
      if (count % 2 === 0) response.end(ANSWER);
    };
    for (let n = 0; n < 10; n += 1) await gateway.query('{ a }');
    expect(subgraph.requests).toHaveLength(20);
    answer = (response) => void setTimeout(() => response.end(ANSWER), 300);
    await gateway.query('{ a }');

    expect(subgraph.requests).toHaveLength(21);
  });

  it('is not asked again where there is no room for it', async () => {
    await start({}, { max_concurrent_requests: 1 });
    answer = (response) => void setTimeout(() => response.end(ANSWER), 300);

    expect((await gateway.query('{ a }')).data).toEqual({ a: 1 });
    expect(subgraph.requests).toHaveLength(1);
  });
});
