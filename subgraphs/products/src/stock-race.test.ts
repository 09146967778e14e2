import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { graphqlClient } from '@tributary/testkit';
import { createProducts } from './products.ts';
import { openMongo } from './store/mongo/database.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';
import { createStock } from './testing/create-test-product.ts';
import { raceForStock } from './testing/race-for-stock.ts';
import { reservationClient } from './testing/reservation-client.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';
import { stockProblems } from './testing/stock-problems.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

describe('buyers at several instances of the service', () => {
  it(
    'who race for the last units get exactly what there is',
    async () => {
      const variantId = await createStock(products, 60);
      const others = await Promise.all([1, 2].map(() => startInstance()));
      const payments = await products.trust.serviceSigner('payments');
      const viewer = { kind: 'service', id: 'payments', scopes: ['inventory:reserve'] } as const;
      const clients = [products.origin, ...others.map(({ origin }) => origin)].map((origin) => {
        const request = graphqlClient(`${origin}/graphql`, 'products', payments);
        return reservationClient((query, variables) => request(query, variables, viewer));
      });
      const result = await raceForStock(
        clients,
        variantId,
        12,
        (buyer, purchase) => ((buyer + purchase) % 3) + 1,
      );
      for (const { stop } of others) await stop();
      expect(result.sold).toBe(60);
      expect(result.refused).toBeGreaterThanOrEqual(12);
      expect(await stockProblems(products.database.collections, new Map([[variantId, 60]]))).toEqual([]);
      const [level] = await products.store.inventory.levels([variantId]);
      expect(level).toMatchObject({ onHand: 0, reserved: 0, sellable: 0 });
    },
    SETUP_TIMEOUT_MS,
  );
});

/** Another instance on the same store, with connections of its own. */
async function startInstance(): Promise<{ readonly origin: string; readonly stop: () => Promise<void> }> {
  const database = openMongo(products.uri);
  const service = await createProducts({
    host: '127.0.0.1',
    port: 0,
    mediaBaseUrl: 'https://shop.example',
    introspection: false,
    trust: products.trust.trust,
    store: createMongoProductsStore(database, silentLogger()),
    logger: silentLogger(),
  });
  return {
    origin: await service.start(),
    stop: async () => {
      await service.stop();
      await database.close();
    },
  };
}
