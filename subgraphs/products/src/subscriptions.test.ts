import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import {
  ANONYMOUS,
  subscriptionClient,
  userViewer,
  waitFor,
  type SubscriptionClient,
} from '@tributary/testkit';
import { createProducts, type Products } from './products.ts';
import { openMongo, type MongoDatabase } from './store/mongo/database.ts';
import { createMongoProductsStore } from './store/mongo/mongo-products-store.ts';
import { createDraft, createOnSale, createStock, variantInput } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

const INVENTORY = `subscription ($ids: [ID!]!) {
  inventoryChanged(variantIds: $ids) { id stockStatus availableForSale inventory { onHand } }
}`;
const PRODUCT = `subscription ($id: ID!) { productUpdated(id: $id) {
  id title version priceRange(currency: "EUR") { max { amount } } variants { nodes { title } } } }`;

describe('subscriptions of products', () => {
  /** Changes are made here. */
  let there: TestProducts;
  /** Clients listen at an instance of its own, with connections of its own. */
  let here: { readonly service: Products; readonly database: MongoDatabase; readonly url: string };
  let clients: SubscriptionClient[] = [];

  const connect = (viewer = ANONYMOUS as Parameters<typeof subscriptionClient>[3]): SubscriptionClient => {
    const client = subscriptionClient(here.url, 'products', there.trust, viewer);
    clients.push(client);
    return client;
  };
  const adjust = (variantId: string, delta: number, key: string) =>
    there.askAdmin(
      `mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { __typename } } }`,
      { input: { variantId, delta, reason: 'counted', idempotencyKey: key } },
    );

  beforeAll(async () => {
    there = await startTestProducts();
    const database = openMongo(there.uri);
    const service = await createProducts({
      host: '127.0.0.1',
      port: 0,
      mediaBaseUrl: 'https://shop.example',
      introspection: false,
      trust: there.trust.trust,
      store: createMongoProductsStore(database, silentLogger()),
      logger: silentLogger(),
    });
    here = { service, database, url: await service.start() };
  }, SETUP_TIMEOUT_MS);
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });
  afterAll(async () => {
    await here.service.stop();
    await here.database.close();
    await there.stop();
  });

  it('tell of the stock of variants, whatever instance changes it', async () => {
    const [first, second] = [await createStock(there, 10), await createStock(there, 1)];
    const subscription = connect(userViewer('usr_1', ['inventory:read'])).subscribe(INVENTORY, {
      ids: [first, second, first],
    });
    const seen = (id: string) =>
      subscription.events.map(({ data }) => data.inventoryChanged).filter((variant) => variant.id === id);

    await waitFor(() => subscription.events.length === 2);
    expect(seen(first)).toEqual([
      { id: first, stockStatus: 'IN_STOCK', availableForSale: true, inventory: { onHand: 10 } },
    ]);
    await adjust(second, -1, 'subscribed-1');
    await waitFor(() => seen(second).at(-1)?.stockStatus === 'OUT_OF_STOCK', { what: 'the adjustment' });

    expect(seen(second).at(-1)).toMatchObject({ availableForSale: false, inventory: { onHand: 0 } });
    expect(seen(first)).toHaveLength(1);
  });

  it('make many changes of one variant few events, the last of them the truth', async () => {
    const variant = await createStock(there, 0);
    const subscription = connect().subscribe(INVENTORY, { ids: [variant] });
    await subscription.next();
    for (let i = 0; i < 40; i += 1) await adjust(variant, 1, `subscribed-many-${i}`);
    await waitFor(() => subscription.events.at(-1)?.data.inventoryChanged.stockStatus === 'IN_STOCK');

    expect(subscription.events.length).toBeLessThan(30);
  });

  it('tell of a product, and of its variants', async () => {
    const product = await createOnSale(there);
    const subscription = connect().subscribe(PRODUCT, { id: product.id });
    const last = () => subscription.events.at(-1)?.data.productUpdated;

    expect((await subscription.next()).data.productUpdated.version).toBe(product.version);
    await there.askAdmin(
      `mutation ($id: ID!, $version: Int!) {
        productUpdate(id: $id, expectedVersion: $version, input: { title: "Renamed" }) { userErrors { __typename } } }`,
      { id: product.id, version: product.version },
    );
    await waitFor(() => last().title === 'Renamed', { what: 'the new title' });
    const [variant] = product.variants;
    await there.askAdmin(
      `mutation ($id: ID!, $version: Int!) { productVariantUpdate(id: $id, expectedVersion: $version,
        input: { prices: [{ amount: 777, currency: "EUR" }] }) { userErrors { __typename } } }`,
      { id: variant?.id, version: variant?.version },
    );
    await waitFor(() => last().priceRange.max.amount === 777, { what: 'the new price' });
  });

  it('show nothing that the catalogue does not show, or no longer shows', async () => {
    const draft = await createDraft(there);
    const sold = await createOnSale(there, { variants: [variantInput()] });
    const codeOf = async (query: string, variables: Readonly<Record<string, unknown>>) =>
      (await connect().subscribe(query, variables).next()).errors?.[0]?.extensions?.code;

    expect(await codeOf(PRODUCT, { id: draft.id })).toBe('NOT_FOUND');
    expect(await codeOf(PRODUCT, { id: 'prd_1' })).toBe('NOT_FOUND');
    expect(await codeOf(INVENTORY, { ids: [sold.variants[0]?.id, draft.variants[0]?.id] })).toBe('NOT_FOUND');
    expect(await codeOf(INVENTORY, { ids: [] })).toBe('BAD_USER_INPUT');
    expect(await codeOf(INVENTORY, { ids: Array.from({ length: 101 }, (_, i) => `var_${i}`) })).toBe(
      'BAD_USER_INPUT',
    );
    const subscription = connect().subscribe(PRODUCT, { id: sold.id });
    await subscription.next();
    await there.askAdmin(
      `mutation ($id: ID!, $version: Int!) {
        productArchive(id: $id, expectedVersion: $version) { userErrors { __typename } } }`,
      { id: sold.id, version: sold.version },
    );
    await waitFor(() => subscription.events.at(-1)?.errors?.[0]?.extensions?.code === 'NOT_FOUND');
  });

  it('end with a goodbye when their instance stops', async () => {
    const database = openMongo(there.uri);
    const service = await createProducts({
      host: '127.0.0.1',
      port: 0,
      mediaBaseUrl: 'https://shop.example',
      introspection: false,
      trust: there.trust.trust,
      store: createMongoProductsStore(database, silentLogger()),
      logger: silentLogger(),
    });
    const client = subscriptionClient(await service.start(), 'products', there.trust);
    clients.push(client);
    await client.subscribe(INVENTORY, { ids: [await createStock(there, 1)] }).next();
    await service.stop();
    await database.close();

    expect((await client.closed).code).toBe(1001);
  });
});
