import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createTestMongo, type TestMongo } from '@tributary/testkit';
import { variantIds } from '../../domain/ids.ts';
import type { NewProduct } from '../../domain/model.ts';
import { readProductFilter, type ProductOrder } from '../../domain/product-query.ts';
import { newProduct } from '../../testing/new-product.ts';
import { SETUP_TIMEOUT_MS } from '../../testing/start-test-products.ts';
import type { CatalogStore } from '../catalog-store.ts';
import { toInventoryDocument, toProductDocument, toVariantDocument } from './create-product.ts';
import { openMongo, type MongoDatabase } from './database.ts';
import { productPageQuery } from './find-products.ts';
import { INDEXED_CURRENCIES } from './indexes.ts';
import { assertMigrated, migrateMongo } from './migrate-mongo.ts';
import { createMongoProductsStore } from './mongo-products-store.ts';

let mongo: TestMongo;
let database: MongoDatabase;
let catalog: CatalogStore;
beforeAll(async () => {
  mongo = await createTestMongo();
  database = openMongo(mongo.uri);
  await expect(assertMigrated(database)).rejects.toThrow('Run this service once with the argument "migrate"');
  await migrateMongo(database, silentLogger());
  catalog = createMongoProductsStore(database, silentLogger()).catalog;
}, SETUP_TIMEOUT_MS);
afterAll(async () => {
  await database.close();
  await mongo.stop();
});

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

describe('migrations', () => {
  it('change nothing when they run again, also at the same time', async () => {
    const names = async () => (await database.collections.products.indexes()).map(({ name }) => name);
    const before = await names();
    await Promise.all([1, 2].map(() => migrateMongo(database, silentLogger())));
    expect(await names()).toEqual(before);
    await assertMigrated(database);
  });

  it('end that reservations are purged whose goods left', async () => {
    const { reservations } = database.collections;
    await reservations.createIndex({ purgeAt: 1 }, { expireAfterSeconds: 0 }, undefined);
    await Promise.all([1, 2].map(() => migrateMongo(database, silentLogger())));
    expect((await reservations.indexes()).map(({ key }) => key)).toEqual([
      { _id: 1 },
      { state: 1, expiresAt: 1 },
      { forgetAt: 1 },
    ]);
  });

  it('write again the words of products that an earlier version cut', async () => {
    const { products, schema } = database.collections;
    const drafts = await Promise.all(Array.from({ length: 3 }, () => createDraft()));
    const [cut = '', other = '', right = ''] = drafts.map(({ id }) => id);
    await products.updateMany(
      { _id: { $in: [cut, other] } },
      { $set: { title: 'First Last', words: ['first'] } },
    );
    await schema.updateOne({ _id: 'schema' }, { $set: { version: 5 } });
    const stored = () => products.find({ _id: { $in: [cut, other, right] } }).toArray();
    const before = await stored();
    await Promise.all([1, 2].map(() => migrateMongo(database, silentLogger())));
    expect(await stored()).toEqual(
      before.map((document) => ({
        ...document,
        words: document._id === right ? ['x'] : ['first', 'last'],
      })),
    );
    // Once: from now on every writer does it right.
    await products.updateOne({ _id: cut }, { $set: { words: ['kept'] } });
    await migrateMongo(database, silentLogger());
    expect(await products.findOne({ _id: cut })).toMatchObject({ words: ['kept'] });
    await products.deleteMany({ _id: { $in: [cut, other, right] } });
  });
});

describe('lists', () => {
  const orders: readonly ProductOrder[] = [
    { key: 'CREATED_AT', reverse: false },
    { key: 'TITLE', reverse: true },
    ...INDEXED_CURRENCIES.map((currency) => ({ key: 'PRICE' as const, currency, reverse: false })),
  ];
  it.each(orders.flatMap((order) => [{}, { categoryId: 'cat_1' }].map((filter) => [order, filter] as const)))(
    'are served in order by an index: %j %j',
    async (order, filter) => {
      const value = order.key === 'CREATED_AT' ? new Date() : order.key === 'TITLE' ? 'x' : 1;
      for (const position of [undefined, { value, id: 'prd_1' }]) {
        const query = productPageQuery(readProductFilter(filter), order, false, position);
        const explained = await database.collections.products
          .find(query.filter)
          .sort(query.sort)
          .explain('queryPlanner');
        const plan = JSON.stringify(
          (explained as { queryPlanner: { winningPlan: object } }).queryPlanner.winningPlan,
        );
        expect(plan).toContain('IXSCAN');
        expect(plan).not.toContain('"SORT"');
        expect(plan).toContain('status');
      }
    },
  );
});

describe('creation', () => {
  it('can be repeated after a lost answer', async () => {
    const product = newProduct();
    for (const _ of [1, 2])
      expect(await catalog.createProduct(product, new Date())).toEqual({ kind: 'created' });
    expect(await catalog.variantsOfProducts([product.id])).toHaveLength(1);
  });

  it('is invisible and goes away when its process died half-way', async () => {
    const { products, variants, inventory } = database.collections;
    const product = newProduct();
    const [variant] = product.variants;
    if (variant === undefined) throw new Error('a product has a variant');
    await products.insertOne(toProductDocument(product, 'CREATING', minutesAgo(5)));
    await variants.insertOne(toVariantDocument(product, variant, minutesAgo(5)));
    await inventory.insertOne(toInventoryDocument(product, variant, minutesAgo(5)));
    expect(await catalog.productsByIds([product.id])).toEqual([]);
    expect(await catalog.productBySlug(product.slug)).toBeNull();
    expect(await catalog.updateProduct(product.id, 1, { title: 'y' }, { id: 'w', at: new Date() })).toEqual({
      kind: 'not-found',
    });
    await catalog.removeAbandonedCreations(minutesAgo(10));
    expect(await variants.countDocuments({ productId: product.id })).toBe(1);
    await catalog.removeAbandonedCreations(minutesAgo(1));
    expect(
      await Promise.all(
        [products, variants, inventory].map((collection) =>
          collection.countDocuments({ _id: { $in: [product.id, variant.id] } }),
        ),
      ),
    ).toEqual([0, 0, 0]);
    expect(
      await catalog.createProduct(
        { ...newProduct(), slug: product.slug, variants: [{ ...variant, id: variantIds.generate() }] },
        new Date(),
      ),
    ).toEqual({ kind: 'created' });
  });

  it('takes a SKU back from a variant whose product is gone', async () => {
    const dead = newProduct();
    const [variant] = dead.variants;
    if (variant === undefined) throw new Error('a product has a variant');
    await database.collections.variants.insertOne(toVariantDocument(dead, variant, new Date()));
    const product = newProduct({ variants: [{ ...variant, id: variantIds.generate() }] });
    expect(await catalog.createProduct(product, new Date())).toEqual({ kind: 'created' });
    expect((await catalog.variantsBySkus([variant.sku])).map(({ productId }) => productId)).toEqual([
      product.id,
    ]);
  });
});

describe('versioned writes', () => {
  it('are told apart from other writes when they are repeated', async () => {
    const { id } = await createDraft();
    const write = { id: 'my write', at: new Date() };
    expect(await catalog.updateProduct(id, 1, { title: 'a' }, write)).toMatchObject({
      kind: 'updated',
      value: { version: 2 },
    });
    expect(await catalog.updateProduct(id, 1, { title: 'a' }, write)).toMatchObject({
      kind: 'updated',
      value: { version: 2 },
    });
    expect(await catalog.updateProduct(id, 1, { title: 'b' }, { ...write, id: 'other' })).toEqual({
      kind: 'version-mismatch',
    });
  });
});

describe('summaries', () => {
  const summaryOf = async (id: string) => {
    const [product] = await catalog.productsByIds([id]);
    return { inStock: product?.inStock, min: product?.minPrice['EUR'] };
  };

  it('are repaired when a process died after a change and before telling the product', async () => {
    const { inventory, variants } = database.collections;
    const { id } = await createDraft();
    await inventory.updateOne({ productId: id }, { $set: { onHand: 0, sellable: 0 } });
    await variants.updateOne(
      { productId: id },
      { $set: { prices: { EUR: 7 }, summaryPending: true }, $inc: { version: 1 } },
    );
    expect(await summaryOf(id)).toEqual({ inStock: true, min: 100 });
    await catalog.repairSummaries();
    expect(await summaryOf(id)).toEqual({ inStock: false, min: 7 });
    await inventory.updateOne({ productId: id }, { $set: { onHand: 2, sellable: 2, shown: null } });
    await catalog.repairSummaries();
    expect(await summaryOf(id)).toEqual({ inStock: true, min: 7 });
    expect(await catalog.repairSummaries()).toBe(0);
  });
});

async function createDraft(): Promise<NewProduct> {
  const product = newProduct();
  await catalog.createProduct(product, new Date());
  return product;
}
