import {
  buildSchema,
  getNamedType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLSchema,
} from 'graphql';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sendReport } from '../registry/src/testing/send-report.ts';
import { GRAPH, type TestRegistry } from '../registry/src/testing/start-test-registry.ts';

export const REF = `${GRAPH}@current`;
/** A variant whose schema is published whole, and one that has a contract and operations that nobody has sent yet. */
export const WHOLE = `${GRAPH}@whole`;
export const SOURCE = `${GRAPH}@source`;
const schemaFolder = join(import.meta.dirname, '../schema');
const HOURS = 20;
const CLIENTS = [
  { client: 'storefront', version: '7.2.0', share: 0.6 },
  { client: 'ios', version: '4.1', share: 0.3 },
  { client: '', version: '', share: 0.1 },
];

export const contract = (name: string): Promise<string> =>
  readFile(join(schemaFolder, `${name}.graphql`), 'utf8');

/** Fills a registry as teams would: publishes, checks, and what clients of the last day were seen to ask. */
export async function fillRegistry(registry: TestRegistry): Promise<void> {
  const products = await contract('products');
  await publish(registry, 'users', await contract('users'));
  await publish(registry, 'products', products.replace(/\n {2}brand: String\b.*/g, ''));
  await publish(registry, 'payments', await contract('payments'));
  await publish(registry, 'products', products);
  await publish(registry, 'products', products.replace('title: String!', 'title: Nowhere!'));
  await publish(registry, 'products', products);
  await reportDay(registry);
  await check(registry, 'products', `${products}\nextend type Query { newest: [Product!]! }`);
  await check(registry, 'products', products.replaceAll(/\n {2}slug: String!.*/g, ''));
  await check(registry, 'products', products.replace('title: String!', 'title: Nowhere!'));
  await publishWhole(registry);
  await publishContract(registry);
}

async function publishWhole(registry: TestRegistry): Promise<void> {
  for (const field of ['name', 'title']) {
    const schema = await registry.file('whole.graphql', `type Query {\n  ${field}: String\n}\n`);
    const { code, stderr } = await registry.rover(['graph', 'publish', WHOLE, '--schema', schema]);
    if (code !== 0) throw new Error(`rover graph publish: ${stderr}`);
  }
}

const SHOP = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])
type Query { products: [Product!]! @tag(name: "public") }
type Product @tag(name: "public") {
  id: ID!
  name: String
}
`;

async function publishContract(registry: TestRegistry): Promise<void> {
  const { code, stderr } = await registry.publish('shop', SHOP, SOURCE);
  if (code !== 0) throw new Error(`rover subgraph publish shop: ${stderr}`);
  const manifest = await registry.file(
    'manifest.json',
    JSON.stringify({
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: '1', name: 'Names', type: 'query', body: 'query Names { products { name } }' }],
    }),
  );
  for (const args of [
    [
      'contract',
      'publish',
      `${GRAPH}@public`,
      '--source-variant',
      'source',
      '--include-tag',
      'public',
      '--no-exclude-tags',
      '--hide-unreachable-types',
    ],
    ['persisted-queries', 'publish', `${GRAPH}@public`, '--manifest', manifest, '--for-client-name', 'kiosk'],
  ]) {
    const done = await registry.rover(args);
    if (done.code !== 0) throw new Error(`rover ${args.join(' ')}: ${done.stderr}`);
  }
  const schema = await registry.file('shop-check.graphql', SHOP.replace('  name: String\n', ''));
  await registry.rover(['subgraph', 'check', SOURCE, '--name', 'shop', '--schema', schema]);
}

async function publish(registry: TestRegistry, name: string, sdl: string): Promise<void> {
  const { code, stderr } = await registry.publish(name, sdl);
  if (code !== 0) throw new Error(`rover subgraph publish ${name}: ${stderr}`);
}

async function check(registry: TestRegistry, name: string, sdl: string): Promise<void> {
  const path = await registry.file(`${name}-check.graphql`, sdl);
  await registry.rover(['subgraph', 'check', REF, '--name', name, '--schema', path]);
}

/** Usage is counted by the hour in which it comes: each hour's is sent now, and then moved to its hour. */
async function reportDay(registry: TestRegistry): Promise<void> {
  const schema = buildSchema(await readFile(join(schemaFolder, 'api.graphql'), 'utf8'));
  const folder = join(schemaFolder, 'operations');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.graphql')).sort();
  const operations = await Promise.all(
    names.map(async (name) => {
      const operation = await readFile(join(folder, name), 'utf8');
      const named = /(?:query|mutation) (\w+)/.exec(operation)?.[1];
      const fields = fieldsOf(schema, operation);
      return { operation, fields, ...(named === undefined ? {} : { name: named }) };
    }),
  );
  for (let hour = HOURS; hour >= 0; hour -= 1) {
    const wave = 1 + Math.sin((hour / 24) * 2 * Math.PI);
    await Promise.all(
      operations.flatMap((operation, index) =>
        CLIENTS.map(({ client, version, share }) => {
          const requests = 1 + Math.round((4_000 * wave * share) / (index + 1) ** 2);
          const slow = Math.ceil(requests / 30);
          const middling = Math.floor((requests - slow) * 0.3);
          const quick = requests - slow - middling;
          const latency = [-(80 + index * 4), quick, -(5 + (hour % 3)), middling, -(12 + (hour % 5)), slow];
          const errors = index === 1 ? Math.round(requests / 20) : 0;
          return sendReport(registry, REF, { ...operation, client, version, requests, errors, latency });
        }),
      ),
    );
    if (hour === 0) return;
    for (const table of ['operation_usage', 'operation_latency'])
      await registry.pool.query(
        `UPDATE ${table} SET hour = hour - make_interval(hours => $1) WHERE hour > now() - interval '61 minutes'`,
        [hour],
      );
  }
}

/** What a server that runs the operation would say of it. */
function fieldsOf(schema: GraphQLSchema, operation: string): Readonly<Record<string, readonly string[]>> {
  const fields: Record<string, string[]> = {};
  const types = new TypeInfo(schema);
  visit(
    parse(operation),
    visitWithTypeInfo(types, {
      Field: ({ name }) => {
        const parent = types.getParentType();
        if (parent === undefined || parent === null || name.value.startsWith('__')) return;
        (fields[getNamedType(parent).name] ??= []).push(name.value);
      },
    }),
  );
  return fields;
}
