import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { setTimeout as sleep } from 'node:timers/promises';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';
import { startOtlpCollector, type OtlpCollector, type ReceivedSpan } from '../testing/otlp-collector.ts';
import { telemetryOfATest } from '../testing/telemetry-of-a-test.ts';

const SUBGRAPHS = {
  a: {
    sdl: 'type Query { t: T } type T @key(fields: "id") { id: ID! }',
    resolvers: { Query: { t: () => ({ id: '1' }) } },
  },
  b: {
    sdl: 'type Query { b: Int } type T @key(fields: "id") { id: ID! x: Int }',
    resolvers: { Query: { b: () => 2 }, T: { __resolveReference: (t: object) => ({ ...t, x: 3 }) } },
  },
};
const PARENT = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' };

const tracingTo = (endpoint: string, ratio = 1) => ({
  endpoint,
  headers: {},
  serviceName: 'the-gateway',
  ratio,
  mostPerSecond: 100,
});

describe('traces', () => {
  const start = graphsOfATest();
  const observe = telemetryOfATest();
  let collector: OtlpCollector;

  beforeAll(async () => {
    collector = await startOtlpCollector();
  });
  afterAll(() => collector.close());

  const system = async (ratio: number) => {
    const { telemetry, lines, metrics } = await observe({
      accessLog: true,
      tracing: tracingTo(collector.url, ratio),
      prometheus: { host: '127.0.0.1', port: 0, path: '/metrics' },
    });
    const graph = await start(SUBGRAPHS, { telemetry });
    return { graph, lines, metrics, telemetry };
  };
  type System = Awaited<ReturnType<typeof system>>;

  /** The spans of the one request that has been asked, by name. */
  const spansOf = async ({ lines, telemetry }: System): Promise<ReadonlyMap<string, ReceivedSpan>> => {
    const line = await waitFor(() => lines.find(({ msg }) => msg === 'request'));
    await telemetry.stop();
    const spans = collector.spans.filter(({ traceId }) => traceId === line['trace.id']);
    return new Map(spans.map((span) => [span.name, span]));
  };

  it('show a request, how it was prepared and every request to a subgraph', async () => {
    const traced = await system(1);
    await traced.graph.query('query Deep { t { id x } }', {}, { 'x-request-id': 'r1' });

    const spans = await spansOf(traced);

    const root = spans.get('query Deep');
    const execution = spans.get('graphql.execute');
    expect([...spans.keys()].sort()).toEqual([
      'graphql.execute',
      'graphql.parse',
      'graphql.plan',
      'graphql.validate',
      'query Deep',
      'subgraph a',
      'subgraph b',
    ]);
    expect(root).toMatchObject({
      kind: 'server',
      parentSpanId: '',
      isError: false,
      attributes: {
        'http.request.method': 'POST',
        'http.response.status_code': 200,
        'request.id': 'r1',
        'graphql.operation.type': 'query',
        'graphql.operation.name': 'Deep',
        'tributary.cache.result': 'miss',
      },
    });
    for (const name of ['graphql.parse', 'graphql.validate', 'graphql.plan', 'graphql.execute'])
      expect(spans.get(name)).toMatchObject({ parentSpanId: root?.spanId, kind: 'internal' });
    for (const name of ['a', 'b'])
      expect(spans.get(`subgraph ${name}`)).toMatchObject({
        parentSpanId: execution?.spanId,
        kind: 'client',
        attributes: { 'subgraph.name': name, 'http.response.status_code': 200 },
      });
    expect(collector.resource).toMatchObject({ 'service.name': 'the-gateway' });
  });

  it('have every step within the one it is part of, one after the other', async () => {
    const traced = await system(1);
    await traced.graph.query('{ t { x } }');

    const spans = await spansOf(traced);

    const at = (name: string) => spans.get(name) ?? { start: -1n, end: -1n };
    const order = [
      at('query').start,
      at('graphql.parse').start,
      at('graphql.validate').start,
      at('graphql.plan').start,
      at('graphql.plan').end,
      at('subgraph a').start,
      at('subgraph a').end,
      at('subgraph b').start,
      at('subgraph b').end,
      at('query').end,
    ];
    // Two threads' clocks begin apart by less than this.
    const SLACK = 2_000_000n;
    for (const [index, time] of order.entries()) expect(time + SLACK).toBeGreaterThan(order[index - 1] ?? 0n);
  });

  it("are part of the caller's, and the subgraphs' are part of them", async () => {
    const traced = await system(0);
    await traced.graph.query(
      '{ t { x } }',
      {},
      { traceparent: `00-${PARENT.traceId}-${PARENT.spanId}-01`, tracestate: 'vendor=1' },
    );

    const spans = await spansOf(traced);

    expect(spans.get('query')).toMatchObject({ traceId: PARENT.traceId, parentSpanId: PARENT.spanId });
    for (const name of ['a', 'b'] as const) {
      const headers = traced.graph.subgraphs[name].requests[0]?.headers;
      expect(headers?.['traceparent']).toBe(
        `00-${PARENT.traceId}-${spans.get(`subgraph ${name}`)?.spanId ?? ''}-01`,
      );
      expect(headers?.['tracestate']).toBe('vendor=1');
    }
  });

  it('are not made of requests whose caller does not sample, and subgraphs are told so', async () => {
    const traced = await system(1);
    const before = collector.spans.length;
    await traced.graph.query(
      '{ b }',
      {},
      { traceparent: `00-${PARENT.traceId}-${PARENT.spanId}-00`, tracestate: 'vendor=1' },
    );
    await traced.telemetry.stop();

    expect(collector.spans).toHaveLength(before);
    const { traceparent, tracestate } = traced.graph.subgraphs.b.requests[0]?.headers ?? {};
    expect(traceparent).toMatch(new RegExp(`^00-${PARENT.traceId}-(?!${PARENT.spanId})[0-9a-f]{16}-00$`));
    expect(tracestate).toBe('vendor=1');
  });

  it('are not made of requests that are not sampled, and subgraphs are told so', async () => {
    const traced = await system(0);
    const before = collector.spans.length;
    await traced.graph.query('{ b }');
    await traced.telemetry.stop();

    expect(collector.spans).toHaveLength(before);
    expect(traced.graph.subgraphs.b.requests[0]?.headers['traceparent']).toMatch(
      /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/,
    );
    expect(traced.lines.find(({ msg }) => msg === 'request')).not.toHaveProperty(['trace.id']);
  });

  it('are made of the share of requests that is asked for, each with an id of its own', async () => {
    const traced = await system(0.5);
    const before = collector.spans.length;
    const REQUESTS = 200;
    for (let request = 0; request < REQUESTS; request += 1) await traced.graph.query('query Half { b }');
    await traced.telemetry.stop();

    const roots = collector.spans.slice(before).filter(({ name }) => name === 'query Half');
    // Of 200 coins fewer than 60 or more than 140 fall on one side once in a hundred million times.
    expect(roots.length).toBeGreaterThan(60);
    expect(roots.length).toBeLessThan(140);
    expect(new Set(roots.map(({ traceId }) => traceId)).size).toBe(roots.length);
    const told = traced.graph.subgraphs.b.requests.filter(({ headers }) =>
      String(headers['traceparent']).endsWith('-01'),
    );
    expect(told).toHaveLength(roots.length);
  });

  it('show what failed', async () => {
    const traced = await system(1);
    traced.graph.subgraphs.b.respondWith((response) => response.writeHead(500).end());
    await traced.graph.query('{ b }');

    const spans = await spansOf(traced);

    expect(spans.get('subgraph b')).toMatchObject({
      isError: true,
      attributes: { 'error.type': 'SUBREQUEST_HTTP_ERROR' },
    });
    expect(spans.get('query')).toMatchObject({ isError: true });
  });

  it('wait for a mutation that is finished though its client has left', async () => {
    const { telemetry, lines } = await observe({
      accessLog: true,
      tracing: tracingTo(collector.url),
    });
    const graph = await start(
      { a: { sdl: 'type Query { a: Int } type Mutation { set: Int }', resolvers: {} } },
      { telemetry },
    );
    let answer: (() => void) | undefined;
    graph.subgraphs.a.respondWith((response) => {
      answer = () => response.end('{"data":{"set":1}}');
    });
    const client = new AbortController();
    const asking = fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"mutation Set { set }"}',
      signal: client.signal,
    }).catch(() => undefined);
    const end = await waitFor(() => answer);
    client.abort();
    await asking;
    // Longer than requests that are over wait to be told of.
    await sleep(100);
    expect(lines.filter(({ msg }) => msg === 'request')).toEqual([]);
    end();

    const line = await waitFor(() => lines.find(({ msg }) => msg === 'request'));
    await telemetry.stop();

    expect(line).toMatchObject({ aborted: true, subgraphs: { a: { requests: 1, ms: expect.any(Number) } } });
    const spans = collector.spans.filter(({ traceId }) => traceId === line['trace.id']);
    expect(spans.find(({ name }) => name === 'subgraph a')).toMatchObject({
      attributes: { 'http.response.status_code': 200 },
    });
  });

  it('are named by exemplars of the metrics', async () => {
    const traced = await system(1);
    await traced.graph.query('{ b }');
    const [root] = (await spansOf(traced)).values();

    expect(await traced.metrics()).toMatch(
      new RegExp(
        `http_server_request_duration_seconds_bucket\\{.*\\} 1 # \\{trace_id="${root?.traceId ?? ''}"\\}`,
      ),
    );
  });

  it('keep nobody waiting when the collector is away', async () => {
    const { telemetry } = await observe({
      tracing: tracingTo('http://127.0.0.1:9/v1/traces'),
    });
    const graph = await start(SUBGRAPHS, { telemetry });

    for (let request = 0; request < 50; request += 1)
      expect((await graph.query('{ b }')).data).toEqual({ b: 2 });
  });

  it('leave the context of a caller as it is when none are made', async () => {
    const graph = await start(SUBGRAPHS);
    const traceparent = `00-${PARENT.traceId}-${PARENT.spanId}-01`;
    await graph.query('{ b }', {}, { traceparent });

    expect(graph.subgraphs.b.requests[0]?.headers['traceparent']).toBe(traceparent);
  });
});
