import { describe, expect, it } from '@jest/globals';
import { silentLogger, UnauthenticatedError } from '@tributary/service-kit';
import { waitFor } from '@tributary/testkit';
import { shapes } from '../../src/testing/start-test-gateway.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';
import { hasParser, parseOpenMetrics } from '../testing/parse-open-metrics.ts';
import { telemetryOfATest } from '../testing/telemetry-of-a-test.ts';

const SUBGRAPHS = {
  a: { sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } },
  b: { sdl: 'type Query { b: Int }', resolvers: { Query: { b: () => 2 } } },
};
const PROMETHEUS = { host: '127.0.0.1', port: 0, path: '/metrics' };

/** Skipped outside CI on machines without the library. */
const describeWithParser = hasParser || process.env['CI'] !== undefined ? describe : describe.skip;

describeWithParser('metrics', () => {
  const start = graphsOfATest();
  const observe = telemetryOfATest();

  const system = async (overrides: Parameters<typeof start>[1] = {}) => {
    const { telemetry } = await observe({ prometheus: PROMETHEUS });
    const url =
      (await telemetry.listen(
        { accessLog: false, prometheus: PROMETHEUS, tracing: undefined, usage: undefined },
        silentLogger(),
      )) ?? '';
    const graph = await start(SUBGRAPHS, { telemetry, ...overrides });
    const read = async () => parseOpenMetrics(await (await fetch(url)).text());
    /** The value with these labels; of a histogram, how many were observed. */
    const value = async (name: string, labels: Record<string, string> = {}): Promise<number | undefined> =>
      (await read()).find(
        (sample) =>
          (sample.name === name || sample.name === `${name}_count`) &&
          Object.entries(labels).every(([label, wanted]) => sample.labels[label] === wanted),
      )?.value;
    return { graph, url, read, value };
  };

  it('count requests, operations and requests to subgraphs', async () => {
    const { graph, value } = await system();
    await graph.query('{ a b }');
    await graph.query('{ a b }');
    await waitFor(async () => (await value('http_server_active_requests')) === 0);

    expect(
      await value('http_server_request_duration_seconds', {
        http_request_method: 'POST',
        http_response_status_code: '200',
      }),
    ).toBe(2);
    expect(
      await value('tributary_operations_total', { graphql_operation_type: 'query', cache: 'miss' }),
    ).toBe(1);
    expect(await value('tributary_operations_total', { outcome: 'succeeded', cache: 'hit' })).toBe(1);
    expect(
      await value('tributary_subgraph_request_duration_seconds', { subgraph_name: 'a', outcome: '200' }),
    ).toBe(2);
    for (const step of ['parse', 'validate', 'plan'])
      expect(await value('tributary_operation_preparation_duration_seconds', { step })).toBe(1);
    expect(await value('tributary_operation_cache_documents')).toBe(1);
    expect(await value('tributary_operation_cache_plans')).toBe(1);
    expect(await value('tributary_operation_cache_bytes')).toBeGreaterThan(0);
    expect(await value('tributary_planning_threads')).toBeGreaterThan(0);
  });

  it('count what is refused before it is read', async () => {
    const identify = () => {
      throw new UnauthenticatedError('The access token is not valid.');
    };
    const { graph, value } = await system({ credentials: { identify, stop: () => undefined } });
    await graph.query('{ a }');
    await waitFor(async () => (await value('http_server_active_requests')) === 0);

    expect(await value('tributary_operations_total', { outcome: 'refused' })).toBe(1);
    expect(await value('tributary_graphql_errors_total', { code: 'UNAUTHENTICATED' })).toBe(1);
  });

  it('count errors by code, and bound how many codes there are', async () => {
    const { graph, value, read } = await system();
    let code = 0;
    graph.subgraphs.b.respondWith((response) => {
      code += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ data: null, errors: [{ message: 'x', extensions: { code: `C${code}` } }] }),
      );
    });
    await graph.query('{ nothing }');
    for (let request = 0; request < 120; request += 1) await graph.query('{ b }');
    await waitFor(async () => (await value('http_server_active_requests')) === 0);

    expect(await value('tributary_graphql_errors_total', { code: 'GRAPHQL_VALIDATION_FAILED' })).toBe(1);
    expect(await value('tributary_graphql_errors_total', { code: 'C1' })).toBe(1);
    expect(await value('tributary_graphql_errors_total', { code: 'other' })).toBe(21);
    const errors = (await read()).filter(({ name }) => name === 'tributary_graphql_errors_total');
    expect(errors).toHaveLength(101);
  });

  it('tell retries, and circuits that open', async () => {
    const { graph, value } = await system({
      subgraphShapes: shapes({
        all: {
          retry: { attempts: 1, base_delay: '1ms', budget_percent: 100 },
          circuit_breaker: { min_requests: 2, open_for: '1m' },
        },
      }),
    });
    graph.subgraphs.b.respondWith((response) => response.writeHead(503).end());
    await graph.query('{ a b }');
    await waitFor(async () => (await value('http_server_active_requests')) === 0);

    expect(await value('tributary_subgraph_retries_total', { subgraph_name: 'b' })).toBe(1);
    expect(await value('tributary_subgraph_circuit_open', { subgraph_name: 'b' })).toBe(1);
    expect(await value('tributary_subgraph_circuit_open', { subgraph_name: 'a' })).toBe(0);
    expect(await value('tributary_subgraph_requests_in_progress', { subgraph_name: 'a' })).toBe(0);
  });

  it('tell supergraphs that were served and refused', async () => {
    const { graph, value } = await system();
    expect(await value('tributary_supergraph_updates_total', { result: 'refused' })).toBe(0);

    await graph.gateway.replaceSupergraph('type Query { nonsense: Int }');

    await waitFor(
      async () => (await value('tributary_supergraph_updates_total', { result: 'refused' })) === 1,
    );
    expect((await graph.query('{ a }')).data).toEqual({ a: 1 });
  });

  it('are on a port of their own, with nothing of the graph', async () => {
    const { graph, url } = await system();

    expect((await fetch(new URL('/graphql', url))).status).toBe(404);
    expect((await fetch(new URL('/metrics', graph.gateway.url))).status).toBe(404);
    expect((await fetch(url)).headers.get('content-type')).toContain('application/openmetrics-text');
  });

  it('have those of the process', async () => {
    const { value } = await system();

    expect(await value('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(await value('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
  });
});
