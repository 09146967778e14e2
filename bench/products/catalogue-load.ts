/**
 * `npm run bench:catalogue -- --folder DIR`: reads from the catalogue that `npm run bench:import` has left in DIR,
 * through HTTP from one instance of the service, one request after another: pages of a list with filter and order, and
 * 200 products and 200 variants as entities in one request each, with the store queries that costs; and asks the store
 * alone for one product by its slug. Exits 1 when entities cost more than one query for each collection they are in,
 * or the store takes a millisecond or more for the product, the way there and back not counted.
 */
import { createTestTrust, graphqlClient, spawnService } from '@tributary/testkit';
import { MongoClient, type Document } from 'mongodb';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { answerHelp, fail, readArguments } from '../../scripts/command-line.ts';
import { CATALOGUE_LISTS } from './catalogue-lists.ts';
import { PRODUCTS_MAIN, startStore } from './start-store.ts';

const ROUNDS = 200;
const WARM_UP = 50;
const ENTITIES = 200;
const LOOKUP_LIMIT_MS = 1;
/** The service's sweep asks now and then in between: of so many the least is what the request costs. */
const COUNTED_ROUNDS = 5;

/** The collections that a reference is looked for in: whether a variant may be seen its product says. */
const COLLECTIONS_OF = { Product: 1, ProductVariant: 2 } as const;

answerHelp(`Reads from a catalogue through one products service. Usage: npm run bench:catalogue -- --folder DIR

  --folder DIR  that of an npm run bench:import
  --help        this text

Exits 1 when entities cost more queries than they may, or the store takes too long.
`);

const { values } = readArguments({ options: { folder: { type: 'string' } } });
const { folder } = values;
if (folder === undefined) fail('--folder is required: that of an npm run bench:import');

/** Milliseconds per call, one call after another. */
async function time(call: () => Promise<unknown>): Promise<{ readonly p50: number; readonly p99: number }> {
  const took: number[] = [];
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    const begun = performance.now();
    await call();
    if (round >= 0) took.push(performance.now() - begun);
  }
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor(took.length * share)] ?? NaN;
  return { p50: at(0.5), p99: at(0.99) };
}

/** @returns The median, in milliseconds. */
async function report(what: string, call: () => Promise<unknown>, more = ''): Promise<number> {
  const { p50, p99 } = await time(call);
  process.stdout.write(`${what}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms${more}\n`);
  return p50;
}

async function countQueries(client: MongoClient, call: () => Promise<unknown>): Promise<number> {
  const asked = async (): Promise<number> => {
    const { opcounters } = await client.db('admin').command({ serverStatus: 1 });
    return Number((opcounters as Document)['query']);
  };
  const counts: number[] = [];
  for (let round = 0; round < COUNTED_ROUNDS; round += 1) {
    const before = await asked();
    await call();
    counts.push((await asked()) - before);
  }
  return Math.min(...counts);
}

async function main(dataDir: string): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'tributary-bench-catalogue-'));
  const trust = await createTestTrust();
  const trustFile = join(scratch, 'trust.json');
  await writeFile(trustFile, JSON.stringify(trust.trust));
  const store = await startStore(dataDir);
  const client = new MongoClient(store.uri);
  const service = spawnService(PRODUCTS_MAIN, ['serve'], {
    MONGODB_URI: store.uri,
    TRUST_FILE: trustFile,
    PORT: '0',
    LOG_LEVEL: 'info',
  });
  try {
    const db = client.db();
    const ask = graphqlClient(`${await service.url}/graphql`, 'products', trust);
    const answer = async (query: string, variables?: Readonly<Record<string, unknown>>): Promise<unknown> => {
      const outcome = await ask(query, variables);
      if (outcome.errors !== undefined) throw new Error(JSON.stringify(outcome.errors));
      return outcome.data as unknown;
    };
    const count = await db.collection('products').countDocuments();
    process.stdout.write(`${count} products, load ${loadavg()[0]?.toFixed(1)}\n`);

    const category = await db.collection('categories').findOne({});
    const variables = { category: category?._id };
    for (const [what, query] of Object.entries(CATALOGUE_LISTS))
      await report(what, () => answer(query, query.includes('$category') ? variables : {}));

    for (const [type, collection] of [
      ['Product', 'products'],
      ['ProductVariant', 'variants'],
    ] as const) {
      const rows = await db.collection(collection).find().project({ _id: 1 }).limit(ENTITIES).toArray();
      const representations = rows.map(({ _id }) => ({ __typename: type, id: _id as unknown }));
      const entities = () => answer(ENTITIES_QUERY, { representations });
      const queries = await countQueries(client, entities);
      await report(`${rows.length} of ${type} as entities`, entities, `, ${queries} store queries`);
      if (queries !== COLLECTIONS_OF[type]) process.exitCode = 1;
    }

    const slug = `bulk-${Math.floor(count / 2)}`;
    const products = db.collection('products');
    const lookup = await report('a product by its slug, from the store', () => products.findOne({ slug }));
    const ping = await report('the way to the store and back: a ping', () => db.command({ ping: 1 }));
    if (lookup - ping >= LOOKUP_LIMIT_MS) process.exitCode = 1;
  } finally {
    service.process.kill('SIGTERM');
    await service.finished;
    await client.close();
    await store.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

const ENTITIES_QUERY = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Product { id slug title priceRange(currency: "EUR") { min { amount } } }
    ... on ProductVariant { id sku title price(currency: "EUR") { amount } }
  }
}`;

await main(join(folder, 'mongo'));
