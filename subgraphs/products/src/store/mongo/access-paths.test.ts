/** Every query this service ever asks, as the driver sends it, put to the engine again: how would it run that? */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createTestMongo, type TestMongo } from '@tributary/testkit';
import type { CommandStartedEvent, Document } from 'mongodb';
import { orderName, readProductFilter, type ProductOrder } from '../../domain/product-query.ts';
import { seedProducts } from '../../seed/seed-products.ts';
import { createSweeper } from '../../sweeper.ts';
import { SETUP_TIMEOUT_MS } from '../../testing/start-test-products.ts';
import type { ProductsStore } from '../products-store.ts';
import { openMongo, type MongoDatabase } from './database.ts';
import { INDEXED_CURRENCIES } from './indexes.ts';
import { migrateMongo } from './migrate-mongo.ts';
import { createMongoProductsStore } from './mongo-products-store.ts';

let mongo: TestMongo;
let database: MongoDatabase;
let store: ProductsStore;
let ids: { readonly product: string; readonly variant: string; readonly category: string };
beforeAll(async () => {
  mongo = await createTestMongo();
  database = openMongo(mongo.uri, { monitorCommands: true });
  await migrateMongo(database, silentLogger());
  await seedProducts(database.collections, silentLogger());
  store = createMongoProductsStore(database, silentLogger());
  const { products, variants, categories } = database.collections;
  ids = {
    product: (await products.findOne({}))?._id ?? '',
    variant: (await variants.findOne({}))?._id ?? '',
    category: (await categories.findOne({ parentId: null }))?._id ?? '',
  };
}, SETUP_TIMEOUT_MS);
afterAll(async () => {
  await database.close();
  await mongo.stop();
});

/** The plans of all reads that `work` sends. */
async function plansOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const sent: Document[] = [];
  const listen = ({ commandName, command }: CommandStartedEvent): void => {
    if (commandName === 'find') {
      const { find, filter, sort, limit, projection } = command;
      sent.push({
        find,
        filter,
        ...(sort && { sort }),
        ...(limit && { limit }),
        ...(projection && { projection }),
      });
    }
    if (commandName === 'aggregate')
      sent.push({ aggregate: command['aggregate'], pipeline: command['pipeline'], cursor: {} });
  };
  database.client.on('commandStarted', listen);
  try {
    await work();
  } finally {
    database.client.off('commandStarted', listen);
  }
  expect(sent.length).toBeGreaterThan(0);
  const explained: Document[] = [];
  // In turn: a sweep sends more than the pool has connections, and the last would wait for one too long.
  for (const explain of sent)
    explained.push(await database.db.command({ explain, verbosity: 'queryPlanner' }));
  return explained.map(
    (plan, index) => `${JSON.stringify(sent[index])} ${JSON.stringify(winningPlan(plan))}`,
  );
}

function winningPlan(explained: Document): unknown {
  return (explained['queryPlanner'] ?? explained['stages']?.[0]?.['$cursor']?.queryPlanner)?.winningPlan;
}

const now = new Date();
const KNIT = { attributes: [{ code: 'upper', in: ['knit'] }] };
const EUROS = { currency: 'EUR', min: 1, max: 100_000 };
const size = 5;
const position = { value: now, id: 'x' };
const newest: ProductOrder = { key: 'CREATED_AT', reverse: false };
const list = (
  filter: Parameters<typeof readProductFilter>[0],
  order: ProductOrder = newest,
  backward = false,
) => store.catalog.listProducts(readProductFilter(filter), order, { size, backward }, undefined);

const orders: readonly ProductOrder[] = [
  newest,
  { key: 'RATING', reverse: false },
  { key: 'TITLE', reverse: true },
  ...INDEXED_CURRENCIES.map((currency) => ({ key: 'PRICE', currency, reverse: false }) as const),
];

describe('every list', () => {
  const filters = [
    ['products', () => ({})],
    ['products of a category', () => ({ categoryId: ids.category })],
    ['products of a brand', () => ({ brand: ['Kestrel'] })],
    ['products for sale of a brand', () => ({ availableForSale: true, brand: ['Kestrel'] })],
  ] as const;
  it.each([
    ...filters.flatMap(([what, filter]) =>
      orders.flatMap((order) => [
        [`${what} by ${orderName(order)}`, () => list(filter(), order)] as const,
        [`${what} by ${orderName(order)} from the end`, () => list(filter(), order, true)] as const,
      ]),
    ),
    ['products with a value', () => list(KNIT)],
    [
      'products of one category, nested',
      () => store.catalog.productsOfCategories([ids.category], size, position),
    ],
    [
      'products of several categories, nested',
      () => store.catalog.productsOfCategories([ids.category, 'x'], size, undefined),
    ],
    ['variants of products', () => store.catalog.variantsOfProducts([ids.product])],
    ['categories', () => store.catalog.categories(false)],
    ['root categories', () => store.catalog.categories(true)],
    ['attributes', () => store.catalog.attributes()],
    ['reviews of a product', () => store.reviews.reviewsOfOwners('product', [ids.product], size, position)],
    ['reviews of an author', () => store.reviews.reviewsOfOwners('author', ['usr_1'], size, position)],
    ['reviews to moderate', () => store.reviews.reviewsByStatus('PENDING', size, position)],
    ['movements', () => store.movements.ofVariant(ids.variant, size, position)],
  ] as const)('is served in its order by an index: %s', async (_, work) => {
    for (const plan of await plansOf(work)) {
      expect(plan).not.toContain('COLLSCAN');
      expect(plan).not.toContain('"stage":"SORT"');
    }
  });
});

describe('every other read', () => {
  it.each([
    ['a search', () => list({ query: 'trail sho' })],
    ...orders.map(
      (order) => [`products with a value by ${orderName(order)}`, () => list(KNIT, order)] as const,
    ),
    // Either the range or the order can be read from an index.
    ['a range of prices', () => list({ price: EUROS, brand: ['Kestrel'] })],
    [
      'a range of prices, cheapest first',
      () => list({ price: EUROS, brand: ['Kestrel'] }, { key: 'PRICE', currency: 'EUR', reverse: false }),
    ],
    ['several brands', () => list({ brand: ['Kestrel', 'Onsight'] })],
    ['several values', () => list({ attributes: [{ code: 'upper', in: ['knit', 'mesh'] }] })],
    ['a range of numbers', () => list({ attributes: [{ code: 'x', min: 1, max: 2 }] })],
    ['products by id', () => store.catalog.productsByIds([ids.product])],
    ['a product by slug', () => store.catalog.productBySlug('x')],
    [
      'variants by id and SKU',
      () => Promise.all([store.catalog.variantsByIds(['x']), store.catalog.variantsBySkus(['x'])]),
    ],
    ['a count', () => store.catalog.countProducts(readProductFilter({ categoryId: ids.category }), newest)],
    ['facets', () => store.catalog.countFacets(readProductFilter({ categoryId: ids.category }))],
    ['nested counts', () => store.catalog.countProductsOfCategories([ids.category, 'x'])],
    ['nested categories', () => store.catalog.categoriesOfParents([ids.category])],
    ['reviews of many', () => store.reviews.reviewsOfOwners('author', ['a', 'b'], size, undefined)],
    ['counts of reviews', () => store.reviews.countReviewsOfOwners('product', [ids.product])],
    ['stock levels', () => store.inventory.levels([ids.variant])],
    ['reservations', () => store.reservations.byIds(['x'])],
    [
      'personal data',
      () => store.personalData.collect('usr_1', { size: 100, backward: false, values: undefined }),
    ],
    ['attributes by code', () => store.catalog.attributesByCodes(['x'])],
    ['a picture', () => store.media.picture('x')],
    [
      'a sweep',
      () => createSweeper({ store, now: () => now, logger: silentLogger(), intervalMs: 1_000_000 }).sweep(),
    ],
  ] as const)('is served by an index: %s', async (_, work) => {
    for (const plan of await plansOf(work)) expect(plan).not.toContain('COLLSCAN');
  });
});

describe('pages of many categories', () => {
  it('are read a few at a time, none further than its page', async () => {
    const { categories } = database.collections;
    const categoryIds = (await categories.find({}).toArray()).map(({ _id }) => _id);
    let [running, most] = [0, 0];
    const reads: Document[] = [];
    const begin = ({ command }: CommandStartedEvent): void => {
      reads.push(command);
      running += 1;
      most = Math.max(most, running);
    };
    const end = (): void => {
      running -= 1;
    };
    database.client.on('commandStarted', begin).on('commandSucceeded', end);
    const pages = await store.catalog.productsOfCategories(categoryIds, size, undefined);
    database.client.off('commandStarted', begin).off('commandSucceeded', end);
    expect(categoryIds.length).toBeGreaterThan(10);
    expect(most).toBeLessThanOrEqual(5);
    expect(reads).toHaveLength(categoryIds.length);
    for (const categoryPath of categoryIds) {
      expect(reads).toContainEqual(
        expect.objectContaining({
          find: 'products',
          filter: { status: 'ACTIVE', categoryPath },
          limit: size + 1,
          maxTimeMS: expect.any(Number),
        }),
      );
    }
    for (const id of categoryIds) {
      const alone = await list({ categoryId: id });
      expect(pages.get(id)).toEqual(alone);
    }
  });
});
