import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginUsageReporting } from '@apollo/server/plugin/usageReporting';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { gzipSync } from 'node:zlib';
import { encodeReport, postReport, sendReport } from '../testing/send-report.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from '../testing/start-test-registry.ts';

const REF = `${GRAPH}@current`;
const FIELDS = { Query: ['a'] };

describe('usage reports', () => {
  let registry: TestRegistry;
  const usage = async () =>
    (
      await registry.pool.query<{ name: string; signature: string; requests: number }>(
        `SELECT o.name, o.signature, o.fields, u.client_name AS client, u.client_version AS version, u.requests, u.errors
           FROM operation_usage u JOIN recorded_operations o ON o.id = u.operation_id ORDER BY 1, 2, 4, 5`,
      )
    ).rows;

  beforeAll(async () => {
    registry = await startTestRegistry();
  });
  afterAll(() => registry.stop());

  it('are taken from Apollo Server, first as traces and then as counts, without a literal', async () => {
    const complaints: unknown[] = [];
    const complain = (message: unknown) => void complaints.push(message);
    const quiet = { debug: () => {}, info: () => {}, warn: complain, error: complain };
    const server = new ApolloServer({
      typeDefs: 'type Query { hello(name: String, n: Int): String fails: String }',
      resolvers: {
        Query: {
          hello: () => 'x',
          fails: () => {
            throw new Error('no');
          },
        },
      },
      apollo: { key: registry.key, graphRef: REF },
      logger: quiet,
      plugins: [
        ApolloServerPluginUsageReporting({
          endpointUrl: registry.url,
          sendReportsImmediately: true,
          generateClientInfo: () => ({ clientName: 'shop-web', clientVersion: '3.1' }),
          logger: quiet,
        }),
      ],
    });
    await server.start();
    const ask = (query: string) => server.executeOperation({ query });
    await ask('query Hi { hello(name: "secret-literal", n: 4242) }');
    await ask('query Hi { hello(name: "other-literal", n: 1) }');
    await ask('query Hi { hello(name: "other-literal", n: 1) fails }');
    await server.stop();

    // Apollo Server does not wait for the answer of what it sends.
    const rows = await waitFor(async () => {
      const found = await usage();
      return found.reduce((sum, { requests }) => sum + requests, 0) === 3 ? found : undefined;
    });
    expect(complaints).toEqual([]);
    expect(rows).toEqual([
      {
        name: 'Hi',
        signature: 'query Hi{fails hello(n:0,name:"")}',
        fields: ['Query.fails', 'Query.hello'],
        client: 'shop-web',
        version: '3.1',
        requests: 1,
        errors: 1,
      },
      {
        name: 'Hi',
        signature: 'query Hi{hello(n:0,name:"")}',
        fields: ['Query.hello'],
        client: 'shop-web',
        version: '3.1',
        requests: 2,
        errors: 0,
      },
    ]);
    const { rows: dump } = await registry.pool.query('SELECT o::text FROM recorded_operations o');
    expect(JSON.stringify(dump)).not.toMatch(/literal|4242/);
  });

  it('strip literals that a reporter left in', async () => {
    await sendReport(registry, REF, {
      operation: '{a(x:"visible",y:[1],z:{k:2})}',
      fields: FIELDS,
      requests: 1,
    });

    expect((await usage()).find(({ name }) => name === '')?.signature).toBe('{a(x:"",y:[],z:{})}');
  });

  it('are counted once, however often one is sent', async () => {
    const report = encodeReport(REF, {
      name: 'Once',
      operation: 'query Once{a}',
      fields: FIELDS,
      requests: 3,
    });
    const statuses = [];
    for (let sent = 0; sent < 3; sent += 1) statuses.push((await postReport(registry, report)).status);
    await Promise.all([postReport(registry, report), postReport(registry, report)]);

    expect(statuses).toEqual([200, 200, 200]);
    expect((await usage()).find(({ name }) => name === 'Once')?.requests).toBe(3);
  });

  it('add up exactly when many come at once', async () => {
    const all = Array.from({ length: 300 }, (_, index) =>
      sendReport(registry, REF, {
        name: 'Many',
        operation: 'query Many{a}',
        fields: FIELDS,
        client: `c${index % 3}`,
        requests: index,
      }),
    );
    expect(new Set(await Promise.all(all))).toEqual(new Set([200]));

    const rows = (await usage()).filter(({ name }) => name === 'Many');
    expect(rows).toHaveLength(3);
    expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe((299 * 300) / 2);
    const { rows: latency } = await registry.pool.query(
      `SELECT l.bucket, l.requests FROM operation_latency l JOIN recorded_operations o ON o.id = l.operation_id WHERE o.name = 'Many'`,
    );
    expect(latency).toEqual([{ bucket: 70, requests: (299 * 300) / 2 }]);
  });

  it('leave out what is no operation that ran', async () => {
    const before = await usage();
    for (const operation of ['not graphql {', 'type T { a: Int }', '']) {
      expect(await sendReport(registry, REF, { operation, fields: FIELDS, requests: 1 })).toBe(200);
    }
    await postReport(registry, gzipSync(''));

    expect(await usage()).toEqual(before);
  });

  it.each([
    [
      'an unknown key',
      () => ({ key: 'wrong' }),
      encodeReport(REF, { operation: '{a}', fields: {}, requests: 1 }),
      401,
    ],
    [
      'another graph',
      () => ({}),
      encodeReport('other@current', { operation: '{a}', fields: {}, requests: 1 }),
      403,
    ],
    ['no graph', () => ({}), encodeReport('a b', { operation: '{a}', fields: {}, requests: 1 }), 400],
    ['what is not gzipped', () => ({}), Buffer.from('hello'), 400],
    ['what is no report', () => ({}), gzipSync('hello'), 400],
    ['a bomb', () => ({}), gzipSync(Buffer.alloc(40_000_000)), 400],
  ])('are refused with %s', async (_, as, body, status) => {
    expect((await postReport({ ...registry, ...as() }, body)).status).toBe(status);
  });
});
