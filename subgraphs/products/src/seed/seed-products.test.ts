import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createHash } from 'node:crypto';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from '../testing/start-test-products.ts';
import { buildSampleCatalogue } from './build-sample-catalogue.ts';
import { seedProducts } from './seed-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
  await seedProducts(products.database.collections, silentLogger());
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const catalogue = buildSampleCatalogue();

describe('the sample catalogue', () => {
  it('is the same every time it is built', () => {
    expect(JSON.stringify(buildSampleCatalogue())).toBe(JSON.stringify(catalogue));
  });

  it('has unique slugs, SKUs and ids, and enough of everything', () => {
    const variants = catalogue.products.flatMap(({ product }) => product.variants);
    const unique = (values: readonly string[]) => {
      expect(new Set(values).size).toBe(values.length);
    };
    unique(catalogue.products.map(({ product }) => product.slug));
    unique(catalogue.products.map(({ product }) => product.id));
    unique(variants.map(({ sku }) => sku));
    unique(variants.map(({ id }) => id));
    unique(catalogue.products.flatMap(({ reviews }) => reviews.map(({ id }) => id)));
    expect(catalogue.products.length).toBeGreaterThanOrEqual(220);
    expect(catalogue.categories.length).toBeGreaterThanOrEqual(25);
    expect(new Set(catalogue.categories.map(({ path }) => path.length))).toEqual(new Set([1, 2, 3]));
    expect(new Set(catalogue.products.map(({ status }) => status))).toEqual(
      new Set(['DRAFT', 'ACTIVE', 'ARCHIVED']),
    );
  });

  it('prices every variant in three currencies', () => {
    for (const { prices } of catalogue.products.flatMap(({ product }) => product.variants)) {
      expect(Object.keys(prices)).toEqual(['EUR', 'USD', 'JPY']);
      expect(Object.values(prices).every((amount) => Number.isSafeInteger(amount) && amount > 0)).toBe(true);
    }
  });

  it('names pictures by their content', () => {
    for (const { id, content } of catalogue.pictures) {
      expect(createHash('sha256').update(content).digest('hex')).toBe(id);
    }
  });
});

describe('seeding', () => {
  it('shows the product of the documentation', async () => {
    const { data } = await products.ask(`{
      productBySlug(slug: "trail-running-shoe") {
        availableForSale category { slug ancestors { slug } } rating { count }
        eur: priceRange(currency: "EUR") { min { decimal } } usd: priceRange(currency: "USD") { min { decimal } }
      }
    }`);
    expect(data.productBySlug).toEqual({
      availableForSale: true,
      category: { slug: 'running-shoes', ancestors: [{ slug: 'apparel' }, { slug: 'footwear' }] },
      rating: { count: expect.any(Number) },
      eur: { min: { decimal: '85.90' } },
      usd: { min: { decimal: '95.99' } },
    });
  });

  it('changes nothing when it runs again, edits included', async () => {
    const { collections } = products.database;
    const counts = () =>
      Promise.all(
        Object.values(collections).map((collection: { countDocuments(): Promise<number> }) =>
          collection.countDocuments(),
        ),
      );
    const before = await counts();
    await collections.products.updateOne({ slug: 'fog-runner' }, { $set: { title: 'Edited' } });
    await seedProducts(collections, silentLogger());
    expect(await counts()).toEqual(before);
    expect((await collections.products.findOne({ slug: 'fog-runner' }))?.title).toBe('Edited');
  });

  it('leaves nothing to repair, and ratings that are true', async () => {
    expect(await products.store.catalog.repairSummaries()).toBe(0);
    expect(await products.store.reviews.repairRatings()).toBe(0);
    const { data } = await products.ask(
      '{ products(first: 50) { nodes { rating { count } reviews { totalCount } } } }',
    );
    for (const { rating, reviews } of data.products.nodes) expect(reviews.totalCount).toBe(rating.count);
  });
});
