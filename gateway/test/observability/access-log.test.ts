import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { waitFor } from '@tributary/testkit';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';
import { telemetryOfATest } from '../testing/telemetry-of-a-test.ts';

const SUBGRAPHS = {
  a: { sdl: 'type Query { a: Int }', resolvers: { Query: { a: () => 1 } } },
  b: { sdl: 'type Query { b: Int }', resolvers: { Query: { b: () => 2 } } },
};

describe('access log', () => {
  const start = graphsOfATest();
  const observe = telemetryOfATest();

  const system = async () => {
    const observed = await observe({ accessLog: true });
    const graph = await start(SUBGRAPHS, { telemetry: observed.telemetry });
    const requests = () => observed.lines.filter(({ msg }) => msg === 'request');
    return { graph, requests, next: (count: number) => waitFor(() => requests()[count - 1]) };
  };

  it('has one line for a request, with what it was and where its time went', async () => {
    const { graph, next } = await system();
    const query = 'query Both { a b }';
    await graph.query(query, {}, { 'apollographql-client-name': 'web', 'apollographql-client-version': '7' });

    const line = await next(1);

    expect(line).toMatchObject({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'client.name': 'web',
      'client.version': '7',
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Both',
      'graphql.operation.hash': createHash('sha256').update(query).digest('hex'),
      'graphql.outcome': 'succeeded',
      'cache.result': 'miss',
      subgraphs: { a: { requests: 1 }, b: { requests: 1 } },
    });
    const { 'duration.ms': duration, subgraphs } = line as {
      'duration.ms': number;
      subgraphs: Record<string, { ms: number }>;
    };
    expect(duration).toBeGreaterThanOrEqual(subgraphs['a']?.ms ?? Infinity);
  });

  it('has names as clients wrote them, whatever they hold', async () => {
    const { graph, next } = await system();
    const headers = { 'apollographql-client-name': 'a "b\\', 'apollographql-client-version': '","x":"1' };
    await graph.query('{ a }', {}, headers);

    expect(await next(1)).toMatchObject({ 'client.name': 'a "b\\', 'client.version': '","x":"1' });
  });

  it('says that an operation was remembered', async () => {
    const { graph, next } = await system();
    await graph.query('{ a }');
    await graph.query('{ a }');

    expect((await next(2))['cache.result']).toBe('hit');
  });

  it('says what went wrong, and where', async () => {
    const { graph, next } = await system();
    graph.subgraphs.b.respondWith((response) => response.writeHead(500).end());
    await graph.query('{ a b }');
    await graph.query('{ nothing }');

    expect(await next(1)).toMatchObject({
      'graphql.outcome': 'partial',
      'graphql.error.codes': ['SUBREQUEST_HTTP_ERROR'],
      subgraphs: { b: { failures: ['SUBREQUEST_HTTP_ERROR'] } },
    });
    expect(await next(2)).toMatchObject({
      'graphql.outcome': 'refused',
      'graphql.error.codes': ['GRAPHQL_VALIDATION_FAILED'],
    });
  });

  it('has requests that go through Apollo Server too', async () => {
    const { graph, next } = await system();
    await fetch(`${graph.gateway.url}/graphql?query={a}`, { headers: { 'apollo-require-preflight': '1' } });

    expect(await next(1)).toMatchObject({ 'http.request.method': 'GET', 'graphql.outcome': 'succeeded' });
  });

  it('says that a client did not wait', async () => {
    const { graph, next } = await system();
    graph.subgraphs.a.respondWith(() => undefined);
    const { port } = new URL(graph.gateway.url);
    const body = '{"query":"{ a }"}';
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await waitFor(() => graph.subgraphs.a.requests[0]);
    socket.destroy();

    expect(await next(1)).toMatchObject({ aborted: true });
  });
});

describe('request ids', () => {
  const start = graphsOfATest();

  const ask = async (id: string | undefined) => {
    const graph = await start(SUBGRAPHS);
    const response = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(id === undefined ? {} : { 'x-request-id': id }) },
      body: '{"query":"{ a b }"}',
    });
    await response.text();
    const { a, b } = graph.subgraphs;
    const sent = [a, b].map(({ requests }) => requests[0]?.headers['x-request-id']);
    return { told: response.headers.get('x-request-id'), sent };
  };

  it('are taken from whoever is in front, told the client and sent on', async () => {
    expect(await ask('load-balancer/1=2')).toEqual({
      told: 'load-balancer/1=2',
      sent: ['load-balancer/1=2', 'load-balancer/1=2'],
    });
  });

  it.each([undefined, 'two words', 'x'.repeat(129)])('are new for %p', async (id) => {
    const { told, sent } = await ask(id);

    expect(told).toMatch(/^[0-9a-f]{32}$/);
    expect(sent).toEqual([told, told]);
  });

  it('do not keep equal reads from being shared', async () => {
    const graph = await start(SUBGRAPHS, { sharing: 'reads' });
    let release: () => void = () => undefined;
    graph.subgraphs.a.respondWith((response) => {
      release = () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":{"a":1}}');
    });
    const answers = [graph.query('{ a }', {}, { 'x-request-id': '1' })];
    await waitFor(() => graph.subgraphs.a.requests[0]);
    answers.push(graph.query('{ a }', {}, { 'x-request-id': '2' }));
    await graph.query('{ b }');
    release();

    expect((await Promise.all(answers)).map(({ data }) => data)).toEqual([{ a: 1 }, { a: 1 }]);
    expect(graph.subgraphs.a.requests).toHaveLength(1);
  });
});
