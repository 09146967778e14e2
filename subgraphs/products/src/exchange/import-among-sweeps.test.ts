/** An import beside a running service, whose sweep undoes creations that stalled. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createTestMongo, type TestMongo } from '@tributary/testkit';
import { removeAbandonedCreations, toVariantDocument } from '../store/mongo/create-product.ts';
import { openMongo, type Collections, type MongoDatabase } from '../store/mongo/database.ts';
import { migrateMongo } from '../store/mongo/migrate-mongo.ts';
import { newProduct } from '../testing/new-product.ts';
import { newVariant } from '../testing/new-variant.ts';
import { SETUP_TIMEOUT_MS } from '../testing/start-test-products.ts';
import { parseRecord, type LineProblem, type ReadRecord } from './catalogue-record.ts';
import { importCatalogue, NOTHING_IMPORTED, type ImportProgress } from './import-catalogue.ts';

let mongo: TestMongo;
let database: MongoDatabase;
beforeAll(async () => {
  mongo = await createTestMongo();
  database = openMongo(mongo.uri);
  await migrateMongo(database, silentLogger());
}, SETUP_TIMEOUT_MS);
afterAll(async () => {
  await database.close();
  await mongo.stop();
});

const MINUTE_MS = 60_000;
/** The creations that the service would undo now. */
const sweep = (): Promise<number> =>
  removeAbandonedCreations(database.collections, new Date(Date.now() - MINUTE_MS), 100);

async function* records(slugs: readonly string[]): AsyncGenerator<ReadRecord> {
  await Promise.resolve();
  for (const [index, slug] of slugs.entries()) {
    const variants = [{ sku: `SKU-${slug}`, title: 'One', prices: { EUR: 100 }, onHand: 3 }];
    yield parseRecord(index + 1, { slug, title: slug, status: 'ACTIVE', variants });
  }
}

async function runImport(
  slugs: readonly string[],
  {
    collections = database.collections,
    importId = 'import',
    startedAt = new Date(Date.now() - 10 * MINUTE_MS),
  } = {},
): Promise<ImportProgress & { readonly problems: readonly LineProblem[] }> {
  const told: LineProblem[] = [];
  const progress = await importCatalogue({
    collections,
    records: records(slugs),
    dryRun: false,
    mediaBaseUrl: 'https://shop.example',
    importId,
    startedAt,
    done: NOTHING_IMPORTED,
    onBatch: (_, problems) => {
      told.push(...problems);
      return Promise.resolve();
    },
  });
  return { ...progress, problems: told };
}

/** Every creation with stock of this import first has this happen to it. */
function beforeStock(happens: () => Promise<unknown>): Collections {
  const inventory = new Proxy(database.collections.inventory, {
    get: (object, name) => {
      const method = Reflect.get(object, name) as unknown;
      if (name !== 'insertMany')
        return typeof method === 'function' ? (method.bind(object) as unknown) : method;
      return async (...args: unknown[]): Promise<unknown> => {
        await happens();
        return Reflect.apply(method as () => unknown, object, args);
      };
    },
  });
  return { ...database.collections, inventory };
}

async function rowsOf(slug: string): Promise<readonly number[]> {
  const { products, variants, inventory, movements } = database.collections;
  const sku = `SKU-${slug}`;
  const variantIds = (await variants.find({ sku }).toArray()).map(({ _id }) => _id);
  return Promise.all([
    products.countDocuments({ slug, status: 'ACTIVE' }),
    variants.countDocuments({ sku }),
    inventory.countDocuments({ _id: { $in: variantIds } }),
    movements.countDocuments({ variantId: { $in: variantIds } }),
  ]);
}

describe('an import that has run for minutes', () => {
  it('makes products that no sweep takes for stalled', async () => {
    const collections = beforeStock(sweep);
    expect(await runImport(['long'], { collections })).toMatchObject({ created: 1, refused: 0 });
    expect(await rowsOf('long')).toEqual([1, 1, 1, 1]);
  });

  it('goes on with creations that an interrupted run began long ago', async () => {
    const startedAt = new Date(Date.now() - 10 * MINUTE_MS);
    const options = { importId: 'twice', startedAt };
    const dies = beforeStock(() => Promise.reject(new Error('killed')));
    await expect(runImport(['resumed'], { ...options, collections: dies })).rejects.toThrow('killed');
    await database.collections.products.updateOne({ slug: 'resumed' }, { $set: { createdAt: startedAt } });
    const collections = beforeStock(sweep);
    expect(await runImport(['resumed'], { ...options, collections })).toMatchObject({
      created: 1,
      refused: 0,
    });
    expect(await rowsOf('resumed')).toEqual([1, 1, 1, 1]);
  });

  it('says so when a product was undone after all, and leaves nothing of it', async () => {
    const collections = beforeStock(() =>
      removeAbandonedCreations(database.collections, new Date(Date.now() + 1), 1),
    );
    const { created, refused, problems } = await runImport(['slow', 'quick'], { collections });
    expect({ created, refused }).toEqual({ created: 1, refused: 1 });
    const [line = 0] = problems.map((problem) => problem.line);
    expect(problems).toMatchObject([{ code: 'ABANDONED', field: '' }]);
    const [undone, made] = line === 1 ? ['slow', 'quick'] : ['quick', 'slow'];
    expect(await rowsOf(made)).toEqual([1, 1, 1, 1]);
    const { products, variants, inventory, movements } = database.collections;
    expect(await products.findOne({ slug: undone })).toBeNull();
    expect(await variants.findOne({ sku: `SKU-${undone}` })).toBeNull();
    const living = await variants.distinct('_id');
    expect(await inventory.countDocuments({ _id: { $nin: living } })).toBe(0);
    expect(await movements.countDocuments({ variantId: { $nin: living } })).toBe(0);

    expect(await runImport(['slow', 'quick'], { importId: 'again' })).toMatchObject({
      created: 1,
      unchanged: 1,
    });
  });

  it('takes a SKU from a variant whose product is gone', async () => {
    const gone = newProduct();
    const variant = newVariant({ sku: 'SKU-freed' });
    await database.collections.variants.insertOne(toVariantDocument(gone, variant, new Date()));
    expect(await runImport(['freed'])).toMatchObject({ created: 1, refused: 0 });
    expect(await rowsOf('freed')).toEqual([1, 1, 1, 1]);
    expect(await database.collections.variants.findOne({ _id: variant.id })).toBeNull();
  });
});
