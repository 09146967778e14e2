import { ApolloGateway } from '@apollo/gateway';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { buildSchema, type GraphQLEnumType, type GraphQLObjectType } from 'graphql';
import { createHash } from 'node:crypto';
import { sendReport } from './testing/send-report.ts';
import { GRAPH, startTestRegistry, type TestRegistry } from './testing/start-test-registry.ts';

const PUBLIC = `${GRAPH}@public`;
const SHOP = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
type Query {
  products: [Product!]! @tag(name: "public")
  orders: [Order!]!
}
type Product @key(fields: "sku") @tag(name: "public") {
  sku: ID! @tag(name: "internal")
  name: String
  color: Color
}
type Order {
  id: ID!
  state: State
}
enum Color { RED BLUE SECRET @tag(name: "internal") }
enum State { OPEN }
`;

describe('rover contract', () => {
  let registry: TestRegistry;
  const publish = (...args: string[]) =>
    registry.rover(['contract', 'publish', PUBLIC, '--hide-unreachable-types', ...args]);
  const shown = async (): Promise<string> => (await registry.rover(['graph', 'fetch', PUBLIC])).stdout;
  const check = async (sdl: string) =>
    registry.rover([
      ...['subgraph', 'check', `${GRAPH}@current`, '--name', 'shop'],
      ...['--schema', await registry.file(`${Math.random()}.graphql`, sdl)],
    ]);

  const count = async (): Promise<number> =>
    (await registry.pool.query(`SELECT count(*)::int AS count FROM launches WHERE variant = 'public'`))
      .rows[0].count;

  beforeAll(async () => {
    registry = await startTestRegistry();
    await registry.publish('shop', SHOP);
  });
  afterAll(() => registry.stop());

  it('is refused without a source, and with what cannot be meant', async () => {
    const none = await publish('--include-tag', 'public', '--no-exclude-tags');
    const both = await publish('--source-variant', 'current', '--include-tag', 'a', '--exclude-tag', 'a');
    const everything = await publish(
      '--source-variant',
      'current',
      '--include-tag',
      'x',
      '--no-exclude-tags',
    );

    for (const each of [none, both, everything])
      expect(each).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E040]') });
    expect(none.stderr).toContain('A new contract needs --source-variant');
    expect(both.stderr).toContain('The tag "a" is both included and excluded');
    expect((await registry.rover(['contract', 'describe', PUBLIC])).code).toBe(1);
  });

  it('shows the tagged part of its source, as gateways get it', async () => {
    const published = await publish(
      ...['--source-variant', 'current', '--include-tag', 'public', '--exclude-tag', 'internal'],
    );
    const described = await registry.rover(['contract', 'describe', PUBLIC]);
    const api = buildSchema(await shown());
    const gateway = new ApolloGateway({
      uplinkEndpoints: [`${registry.url}/uplink`],
      logger: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    });
    const keyHash = createHash('sha512').update(registry.key).digest('hex');
    await gateway.load({ apollo: { key: registry.key, keyHash, graphRef: PUBLIC } });
    await gateway.stop();

    expect(published).toMatchObject({ code: 0 });
    expect(published.stdout + published.stderr).toContain('Launch 1: ');
    expect(described.stdout).toContain('Included tags: public');
    expect(described.stdout).toContain('Excluded tags: internal');
    expect(Object.keys(api.getQueryType()?.getFields() ?? {})).toEqual(['products']);
    expect(Object.keys((api.getType('Product') as GraphQLObjectType).getFields())).toEqual(['name', 'color']);
    expect((api.getType('Color') as GraphQLEnumType).getValues().map(({ name }) => name)).toEqual([
      'RED',
      'BLUE',
    ]);
    expect(api.getType('Order')).toBeUndefined();
    expect(api.getType('State')).toBeUndefined();
  });

  it('follows its source', async () => {
    await registry.publish('shop', SHOP.replace('name: String', 'name: String\n  weight: Int'));
    const after = await shown();
    await registry.publish('shop', SHOP);

    expect(after).toContain('weight: Int');
    expect(await shown()).not.toContain('weight: Int');
  });

  it('catches up when a registry ended between its source’s launch and its own', async () => {
    const before = await count();
    await registry.pool.query(
      `UPDATE launches SET cause = jsonb_set(cause, '{launch}', '1') WHERE variant = 'public'`,
    );
    const stop = await registry.startAnother();

    await waitFor(async () => (await count()) > before, { what: 'the launch that was missing' });
    await stop();
    expect(await count()).toBe(before + 1);
  });

  it('catches up with the next publish too, though that one changes nothing', async () => {
    const before = await count();
    await registry.pool.query(
      `UPDATE launches SET cause = jsonb_set(cause, '{launch}', '1') WHERE variant = 'public'`,
    );
    const { stderr } = await registry.publish('shop', SHOP);

    expect(stderr).toContain('was NOT updated because no changes were detected');
    expect(await count()).toBe(before + 1);
  });

  it('is checked with its source', async () => {
    await sendReport(registry, PUBLIC, {
      name: 'Colors',
      operation: 'query Colors{products{color}}',
      fields: { Query: ['products'], Product: ['color'] },
      requests: 2,
    });
    await sendReport(registry, `${GRAPH}@current`, {
      operation: '{orders{id}}',
      fields: { Query: ['orders'], Order: ['id'] },
      requests: 2,
    });
    const used = await check(SHOP.replace('  color: Color\n', ''));
    const unused = await check(SHOP.replace('  name: String\n', ''));

    expect(used).toMatchObject({ code: 1, stderr: expect.stringContaining('error[E043]') });
    expect(used.stdout).toMatch(/Downstream Check \[FAILED\]/);
    expect(used.stdout).toContain('public');
    expect(unused.code).toBe(0);
  });

  it('takes no schema of its own, and keeps its source', async () => {
    const schema = await registry.file('shop.graphql', SHOP);
    const own = await registry.rover([
      ...['subgraph', 'publish', PUBLIC, '--name', 'shop', '--routing-url', 'http://s.test', '--convert'],
      ...['--schema', schema],
    ]);
    const source = await registry.rover(['graph', 'delete', `${GRAPH}@current`, '--confirm']);
    const moved = await publish('--source-variant', 'other', '--include-tag', 'public', '--no-exclude-tags');

    expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('is a contract of current') });
    expect(source).toMatchObject({ code: 1, stderr: expect.stringContaining('has contracts: public') });
    expect(moved).toMatchObject({ code: 1, stderr: expect.stringContaining('and stays one') });
  });
});
