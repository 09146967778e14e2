import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { GatewayPlugin } from '../../src/plugins/gateway-plugin.ts';
import { loadPlugins } from '../../src/plugins/load-plugins.ts';
import type { Federation } from '../../src/testing/federate.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const SUBGRAPHS = {
  a: {
    sdl: `
      type Query { item: Item n: Int secret: Int @policy(policies: [["owner"]]) }
      type Mutation { set: Int }
      type Item @key(fields: "id") { id: ID! }
    `,
    resolvers: {
      Query: { item: () => ({ id: 1 }), n: () => 1, secret: () => 42 },
      Mutation: { set: () => 2 },
    },
  },
  b: {
    sdl: `type Item @key(fields: "id") { id: ID! name: String }`,
    resolvers: { Item: { __resolveReference: () => ({ name: 'lamp' }) } },
  },
};

const GIVEN = join(import.meta.dirname, '../testing/given-plugin.ts');
const EXAMPLES = join(import.meta.dirname, '../../plugins');
const given = (...plugins: GatewayPlugin[]) => plugins.map((options) => ({ path: GIVEN, options }));

/** The way past Apollo Server and the way through it. */
describe.each([
  ['straight', ''],
  ['through Apollo Server', '?through=apollo-server'],
])('plugins, %s', (_way, search) => {
  const start = graphsOfATest();
  const graph = (plugins: { readonly path: string; readonly options?: unknown }[]) =>
    start(SUBGRAPHS, { plugins: plugins.map(({ path, options }) => ({ path, options })) });

  async function ask(
    { gateway }: Federation<'a' | 'b'>,
    body: unknown,
    headers: Record<string, string> = {},
  ) {
    const response = await fetch(`${gateway.url}/graphql${search}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json',
        ...headers,
      },
      body: JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }
  const ITEM = { query: '{ item { id name } }' };

  it('see a request from its beginning to its end, in the order they are named in', async () => {
    const seen: string[] = [];
    const recorder = (name: string): GatewayPlugin => {
      const record = (event: string): undefined => {
        seen.push(`${name} ${event}`);
        return undefined;
      };
      return {
        name,
        onRequest: ({ method, address }) => {
          record(`request ${method} ${address}`);
        },
        onOperation: ({ text, operationName }) => {
          record(`operation ${String(operationName)} ${text}`);
        },
        onPlan: ({ kind, fetches }) => {
          record(`plan ${kind} ${fetches.map(({ subgraph }) => subgraph).join()}`);
        },
        onSubgraphRequest: ({ subgraph, isMutation }) => {
          record(`asks ${subgraph} ${isMutation}`);
        },
        onSubgraphResponse: ({ request: { subgraph }, status, headers, failure }) => {
          record(`got ${subgraph} ${status} ${String(headers['content-type'])} ${failure?.message}`);
        },
        onResponse: ({ errors }) => {
          record(`response ${errors.length}`);
        },
      };
    };
    const { body } = await ask(await graph(given(recorder('1'), recorder('2'))), {
      query: 'query Lamp { item { name } }',
    });

    expect(body.data).toEqual({ item: { name: 'lamp' } });
    const events = [
      'request POST 127.0.0.1',
      'operation undefined query Lamp { item { name } }',
      'plan query a,b',
      'asks a false',
      expect.stringMatching(/^got a 200 application\/.*json.* undefined$/),
      'asks b false',
      expect.stringMatching(/^got b 200 application\/.*json.* undefined$/),
      'response 0',
    ];
    const of = (name: string) =>
      seen.filter((each) => each.startsWith(name)).map((each) => each.slice(name.length + 1));
    expect(of('1')).toEqual(events);
    expect(of('2')).toEqual(events);
    expect(seen.map(([name]) => name).join('')).toBe('12'.repeat(events.length));
  });

  it.each(['onRequest', 'onOperation', 'onPlan'] as const)(
    'refuse in %s, and nothing is asked',
    async (hook) => {
      const later: string[] = [];
      const system = await graph(
        given(
          {
            name: 'guard',
            [hook]: () => ({ code: 'CLOSED', message: 'Not today.', extensions: { until: 8 } }),
          },
          { name: 'next', [hook]: () => void later.push(hook) },
        ),
      );
      const { status, body } = await ask(system, ITEM);

      expect(status).toBe(403);
      expect(body).toEqual({
        errors: [{ message: 'Not today.', extensions: { code: 'CLOSED', until: 8 } }],
      });
      expect(system.requests()).toEqual({});
      expect(later).toEqual([]);
    },
  );

  it('refuse one subgraph, and the rest is answered', async () => {
    const system = await graph(
      given({
        name: 'guard',
        onSubgraphRequest: ({ subgraph }) =>
          subgraph === 'b' ? { code: 'ASLEEP', message: 'b sleeps.' } : undefined,
      }),
    );
    const { status, body } = await ask(system, ITEM);

    expect(status).toBe(200);
    expect(body).toEqual({
      data: { item: { id: '1', name: null } },
      errors: [
        { message: 'b sleeps.', path: ['item', 'name'], extensions: { code: 'ASLEEP', service: 'b' } },
      ],
    });
    expect(Object.keys(system.requests())).toEqual(['a']);
  });

  it('set headers for subgraphs and for the client, and add extensions', async () => {
    const system = await graph(
      given({
        name: 'headers',
        onSubgraphRequest: ({ headers, operation }) => {
          headers['x-tenant'] = String(operation.request.headers['x-tenant']);
          return undefined;
        },
        onResponse: ({ operation, extensions }) => {
          operation.request.responseHeaders['x-served-by'] = 'tributary';
          extensions['tenant'] = operation.request.headers['x-tenant'];
        },
      }),
    );
    // At the same time, so that they would share what they ask.
    const answers = await Promise.all(
      ['red', 'blue'].map((tenant) => ask(system, { query: '{ n }' }, { 'x-tenant': tenant })),
    );

    expect(answers.map(({ body }) => body)).toEqual([
      { data: { n: 1 }, extensions: { tenant: 'red' } },
      { data: { n: 1 }, extensions: { tenant: 'blue' } },
    ]);
    expect(answers[0]?.headers.get('x-served-by')).toBe('tributary');
    expect(system.subgraphs.a.requests.map(({ headers }) => headers['x-tenant']).sort()).toEqual([
      'blue',
      'red',
    ]);
  });

  it('see headers and values that an earlier hook or plugin has set', async () => {
    const system = await graph(
      given(
        {
          name: 'api keys',
          onRequest: ({ headers, values }) => {
            if (headers['x-api-key'] === 'k1') headers.authorization = 'Bearer of-k1';
            values.set('greeting', 'hello');
            return undefined;
          },
        },
        {
          name: 'reader',
          onResponse: ({ operation, extensions }) =>
            void (extensions['greeting'] = operation.request.values.get('greeting')),
        },
      ),
    );
    const { body } = await ask(system, { query: '{ n }' }, { 'x-api-key': 'k1' });

    expect(body.extensions).toEqual({ greeting: 'hello' });
    expect(system.subgraphs.a.requests[0]?.headers.authorization).toBe('Bearer of-k1');
  });

  it('decide policies', async () => {
    const system = await graph(
      given({
        name: 'policies',
        decidePolicies: (policies, { request }) =>
          request.headers['x-role'] === 'owner' ? [...policies, 'never asked for'] : [],
      }),
    );

    const owner = await ask(system, { query: '{ secret }' }, { 'x-role': 'owner' });
    const other = await ask(system, { query: '{ secret }' });

    expect(owner.body).toEqual({ data: { secret: 42 } });
    expect(other.body.errors[0].extensions.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
    expect(system.requests().a).toHaveLength(1);
  });

  it.each([
    'onRequest',
    'onOperation',
    'onPlan',
    'onSubgraphRequest',
    'onSubgraphResponse',
    'onResponse',
  ] as const)('fail the request and nothing else when they throw in %s', async (hook) => {
    let broken = true;
    const logged: string[] = [];
    const logger = silentLogger();
    logger.error = (entry: unknown) => {
      logged.push(inspect(entry));
    };
    const breaks: GatewayPlugin = {
      name: 'broken',
      [hook]: () => {
        if (broken) throw new Error('secret of the plugin');
      },
    };
    const system = await start(SUBGRAPHS, { plugins: given(breaks), logger });

    const { status, body } = await ask(system, ITEM);
    broken = false;

    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('secret of the plugin');
    expect(logged.join()).toContain(`plugin broken: ${hook} failed: Error: secret of the plugin`);
    expect(body.errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect((await ask(system, ITEM)).body).toEqual({ data: { item: { id: '1', name: 'lamp' } } });
  });

  it('hear of a subgraph that fails, and of the errors of an answer', async () => {
    const heard: unknown[] = [];
    const system = await graph(
      given({
        name: 'listener',
        onSubgraphResponse: ({ status, failure }) => void heard.push({ status, failure }),
        onResponse: ({ errors }) => void heard.push(errors.map(({ path }) => path)),
      }),
    );
    await system.subgraphs.b.close();
    await ask(system, ITEM);

    expect(heard).toEqual([
      { status: 200, failure: undefined },
      {
        status: undefined,
        failure: { code: 'SUBREQUEST_HTTP_ERROR', message: expect.stringContaining("'b'") },
      },
      [['item', 'name']],
    ]);
  });

  describe('require-client-name', () => {
    const path = join(EXAMPLES, 'require-client-name.ts');

    it('refuses clients without a name, and tells subgraphs the others', async () => {
      const system = await graph([{ path }]);
      const nameless = await ask(system, ITEM);
      const named = await ask(system, ITEM, { 'apollographql-client-name': 'web' });

      expect(nameless.status).toBe(400);
      expect(nameless.body.errors[0].extensions.code).toBe('CLIENT_NAME_REQUIRED');
      expect(named.body.data).toEqual({ item: { id: '1', name: 'lamp' } });
      expect(
        [...system.subgraphs.a.requests, ...system.subgraphs.b.requests].map(
          ({ headers }) => headers['apollographql-client-name'],
        ),
      ).toEqual(['web', 'web']);
    });

    it('takes the clients it is told of, by the header it is told of', async () => {
      const system = await graph([{ path, options: { header: 'X-App', clients: ['web'] } }]);

      expect((await ask(system, ITEM, { 'x-app': 'web' })).status).toBe(200);
      expect((await ask(system, ITEM, { 'x-app': 'bot' })).body.errors[0].extensions.code).toBe(
        'CLIENT_UNKNOWN',
      );
    });
  });

  it('server-timing says how long each subgraph was waited for', async () => {
    const system = await graph([{ path: join(EXAMPLES, 'server-timing.ts') }]);
    const { headers } = await ask(system, ITEM);

    expect(headers.get('server-timing')).toMatch(
      /^total;dur=[\d.]+, a;dur=[\d.]+;desc="1 request", b;dur=[\d.]+;desc="1 request"$/,
    );
  });
});

describe('a plugin that cannot be loaded', () => {
  it.each([
    ['is not there', undefined, 'cannot be loaded'],
    ['is broken', 'export default (', 'cannot be loaded'],
    ['exports nothing', 'export const name = 1;', 'must export a function by default'],
    ['makes nothing', 'export default () => undefined;', 'must be an object with a name'],
    ['wants other options', "export default () => { throw new Error('no key') };", 'did not start: no key'],
  ])('is named when it %s, and those before it are stopped', async (_what, text, message) => {
    const folder = await mkdtemp(join(tmpdir(), 'plugins-'));
    const path = join(folder, 'plugin.mjs');
    if (text !== undefined) await writeFile(path, text);
    const stopped: string[] = [];
    const first: GatewayPlugin = { name: 'first', stop: () => void stopped.push('first') };

    const loading = loadPlugins([...given(first), { path, options: undefined }], silentLogger());

    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(path);
    expect(stopped).toEqual(['first']);
    await rm(folder, { recursive: true });
  });
});
