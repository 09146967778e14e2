import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startApolloSubgraph, waitFor, type FakeSubgraph } from '@tributary/testkit';
import { buildSchema, printSchema } from 'graphql';
import { createHash } from 'node:crypto';
import { startTestGateway, type TestGateway } from '../../src/testing/start-test-gateway.ts';
import type { UsageReportingOptions } from '../../src/telemetry/usage/usage-reporting.ts';
import { entity } from '../testing/entity.ts';
import { telemetryOfATest, type TestTelemetry } from '../testing/telemetry-of-a-test.ts';
import { startUsageReceiver, type UsageReceiver } from '../testing/usage-receiver.ts';

const openTelemetry = telemetryOfATest();

describe('reports of usage', () => {
  let receiver: UsageReceiver;
  let subgraphs: FakeSubgraph[];
  let gateway: TestGateway;
  let telemetry: TestTelemetry;

  beforeEach(async () => {
    receiver = await startUsageReceiver();
    subgraphs = [
      await startApolloSubgraph(
        'shop',
        `type Query { thing(name: String): Thing broken: Int }
         type Thing @key(fields: "id") { id: ID! name: String }`,
        {
          Query: {
            thing: (_: unknown, { name }: { name: string }) => ({ id: '1', name }),
            broken: () => {
              throw new Error('secret of the error');
            },
          },
        },
      ),
      await startApolloSubgraph('prices', 'type Thing @key(fields: "id") { id: ID! price: Int }', {
        Thing: entity({ price: () => 5 }),
      }),
    ];
  });
  afterEach(async () => {
    await gateway.stop();
    await receiver.close();
  });

  const start = async (options: Partial<UsageReportingOptions> = {}): Promise<void> => {
    telemetry = await openTelemetry({
      usage: {
        graphRef: 'shop@prod',
        key: 'the key',
        endpoint: receiver.url,
        everyMs: 100,
        fieldShare: 0,
        ...options,
      },
    });
    gateway = await startTestGateway(subgraphs, { telemetry: telemetry.telemetry });
  };
  const web = { 'apollographql-client-name': 'web', 'apollographql-client-version': '2' };
  const ask = (query: string, variables = {}, headers: Record<string, string> = web) =>
    gateway.query(query, variables, headers);
  /** What all reports say of an operation together. */
  const entriesOf = (key: string) =>
    receiver.reports.flatMap(({ tracesPerQuery }) => tracesPerQuery[key] ?? []);
  const statsOf = (key: string) => entriesOf(key).flatMap(({ statsWithContext }) => statsWithContext ?? []);
  const requestsOf = (key: string) =>
    statsOf(key).reduce((sum, { queryLatencyStats }) => sum + queryLatencyStats.requestCount, 0);

  const THING = '# Thing\nquery Thing($v:String){thing(name:$v){name}}';

  it('say how often each client asked for an operation, how long it took, and of which fields', async () => {
    await start();
    const document = 'query Thing($v: String) { that: thing(name: $v) { called: name } }';
    for (let times = 0; times < 3; times += 1) await ask(document, { v: `secret value ${times}` });
    await ask(document, { v: 'x' }, {});
    await ask('query Thing($v: String) { thing(name: $v) { name } }', { v: 'y' });

    await waitFor(() => requestsOf(THING) === 5);

    const clients = new Map(
      statsOf(THING).map(({ context, queryLatencyStats }) => [
        `${context.clientName}@${context.clientVersion}`,
        queryLatencyStats,
      ]),
    );
    expect([...clients.keys()].sort()).toEqual(['@', 'web@2']);
    expect(clients.get('web@2')?.requestsWithErrorsCount).toBe(0);
    const latencies = statsOf(THING).flatMap(({ queryLatencyStats }) => queryLatencyStats.latencyCount);
    expect(latencies.filter((count) => count > 0).reduce((a, b) => a + b)).toBe(5);
    expect(entriesOf(THING)[0]?.referencedFieldsByType).toMatchObject({
      Query: { fieldNames: ['thing'], isInterface: false },
      Thing: { fieldNames: ['name'], isInterface: false },
    });
    const [report] = receiver.reports;
    expect(report?.header).toMatchObject({ graphRef: 'shop@prod' });
    expect(report?.tracesPreAggregated).toBe(true);
    expect(receiver.reports.reduce((sum, { operationCount }) => sum + (operationCount ?? 0), 0)).toBe(5);
    expect(subgraphs[0]?.requests[0]?.headers).not.toHaveProperty('apollo-federation-include-trace');
    expect(receiver.headers[0]).toMatchObject({ 'x-api-key': 'the key', 'content-encoding': 'gzip' });
  });

  it('name the schema as Apollo Server does', async () => {
    await start();
    await ask('{ thing { id } }');
    await waitFor(() => receiver.reports[0]);

    const api = buildSchema(`
      type Query { thing(name: String): Thing broken: Int }
      type Thing { id: ID! price: Int name: String }`);
    const id = createHash('sha256').update(printSchema(api)).digest('hex');
    expect(receiver.reports[0]?.header['executableSchemaId']).toBe(id);
  });

  it('have neither literals nor variables nor messages of errors', async () => {
    await start({ fieldShare: 1 });
    await ask('query Literal { thing(name: "secret literal") { name } }');
    await ask('query Thing($v: String) { thing(name: $v) { name } }', { v: 'secret variable' });
    await ask('query Broken { broken }');
    await ask('{ secretField }');
    await ask('{ secret syntax {');
    await waitFor(() => requestsOf('# Broken\nquery Broken{broken}') === 1);
    await waitFor(() => entriesOf('## GraphQLParseFailure\n')[0]);

    expect(
      Object.keys(Object.assign({}, ...receiver.reports.map((each) => each.tracesPerQuery))).sort(),
    ).toEqual([
      '# Broken\nquery Broken{broken}',
      '# Literal\nquery Literal{thing(name:""){name}}',
      THING,
      '## GraphQLParseFailure\n',
      '## GraphQLValidationFailure\n',
    ]);
    for (const text of receiver.texts) expect(text).not.toContain('secret');
    expect(receiver.reports.reduce((sum, { operationCount }) => sum + (operationCount ?? 0), 0)).toBe(3);
  });

  it('say where errors were', async () => {
    await start();
    await ask('query Broken { broken }');
    await waitFor(() => requestsOf('# Broken\nquery Broken{broken}') === 1);

    const [stats] = statsOf('# Broken\nquery Broken{broken}');
    expect(Number(stats?.queryLatencyStats.requestsWithErrorsCount)).toBe(1);
    const place = stats?.queryLatencyStats.rootErrorStats?.children?.['service:shop']?.children?.['broken'];
    expect([Number(place?.errorsCount), Number(place?.requestsWithErrorsCount)]).toEqual([1, 1]);
  });

  it('have the traces that subgraphs make of their fields, in the shape of the plan', async () => {
    await start({ fieldShare: 1 });
    const query = 'query Both { thing(name: "x") { name price } }';
    expect((await ask(query)).data).toEqual({ thing: { name: 'x', price: 5 } });
    const key = '# Both\nquery Both{thing(name:""){name price}}';
    await waitFor(() => requestsOf(key) === 1);

    const [trace] = entriesOf(key).flatMap((entry) => entry.trace ?? []);
    const nodes = trace?.queryPlan?.sequence?.nodes ?? [];
    expect(nodes[0]?.fetch).toMatchObject({ serviceName: 'shop', traceParsingFailed: false });
    expect(nodes[0]?.fetch?.trace?.root?.child?.[0]).toMatchObject({
      responseName: 'thing',
      parentType: 'Query',
      type: 'Thing',
    });
    expect(nodes[1]?.flatten?.responsePath?.map(({ fieldName }) => fieldName)).toEqual(['thing']);
    expect(nodes[1]?.flatten?.node?.fetch).toMatchObject({
      serviceName: 'prices',
      traceParsingFailed: false,
    });
    const perField = statsOf(key)[0]?.perTypeStat?.['Thing']?.perFieldStat;
    expect(perField?.['price']).toMatchObject({ returnType: 'Int' });
    expect(Number(perField?.['price']?.observedExecutionCount)).toBe(1);
    expect(Number(perField?.['name']?.estimatedExecutionCount)).toBe(1);
  });

  it('send no traces to a receiver that wants none', async () => {
    receiver.answers.push({ status: 200, body: '{"tracesIgnored":true}' });
    await start({ fieldShare: 1 });
    await ask('query A { thing { id } }');
    await waitFor(() => requestsOf('# A\nquery A{thing{id}}') === 1);
    await ask('query A { thing { id } }');
    await waitFor(() => requestsOf('# A\nquery A{thing{id}}') === 2);

    expect(entriesOf('# A\nquery A{thing{id}}').map(({ trace = [] }) => trace.length)).toEqual([1, 0]);
  });

  it('are sent again while the receiver is away, and not when it refuses them', async () => {
    receiver.answers.push({ status: 503 }, { status: 500 });
    await start();
    await ask('query A { thing { id } }');
    await waitFor(() => requestsOf('# A\nquery A{thing{id}}') === 1);
    expect(receiver.headers).toHaveLength(3);

    receiver.answers.push({ status: 400, body: 'no such graph' });
    await ask('query B { thing { id } }');
    await waitFor(() => telemetry.lines.some((line) => line['msg'] === 'usage report could not be sent'));
    expect(receiver.headers).toHaveLength(4);
  });

  it('are flushed at the end', async () => {
    await start({ everyMs: 3_600_000 });
    await ask('query A { thing { id } }');
    await telemetry.telemetry.stop();

    expect(requestsOf('# A\nquery A{thing{id}}')).toBe(1);
  });
});
