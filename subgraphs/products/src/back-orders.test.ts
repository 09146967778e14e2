/** What is sold before it is there, and what is sold without being counted. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applyBackorderLimit } from './store/mongo/apply-backorder-limit.ts';
import { createOnSale, uniqueName, variantInput } from './testing/create-test-product.ts';
import { raceForStock } from './testing/race-for-stock.ts';
import { reservationClient, type ReservationClient } from './testing/reservation-client.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';
import { stockProblems } from './testing/stock-problems.ts';

let products: TestProducts;
let client: ReservationClient;
beforeAll(async () => {
  products = await startTestProducts();
  client = reservationClient(products.askPayments);
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

interface OnSale {
  readonly brand: string;
  readonly productId: string;
  readonly variantId: string;
}
/** The only product of its brand: so a list can be asked for it alone. */
async function sell(changes: Readonly<Record<string, unknown>>): Promise<OnSale> {
  const brand = uniqueName();
  const { id, variants } = await createOnSale(products, { brand, variants: [variantInput(changes)] });
  return { brand, productId: id, variantId: variants[0]?.id ?? '' };
}

/** As staff sees it. The variant, its product and the list of what is for sale never disagree. */
async function stockOf({ brand, productId, variantId }: OnSale): Promise<readonly unknown[]> {
  const { data, errors } = await products.askAdmin(
    `query ($productId: ID!, $variantId: ID!, $brand: String!) {
      product(id: $productId) { availableForSale }
      products(filter: { brand: [$brand], availableForSale: true }) { totalCount nodes { id } }
      productVariant(id: $variantId) { stockStatus availableForSale inventory { onHand reserved available } }
    }`,
    { productId, variantId, brand },
  );
  expect(errors).toBeUndefined();
  const { stockStatus, availableForSale, inventory } = data.productVariant;
  expect(data.product.availableForSale).toBe(availableForSale);
  expect(data.products).toEqual(
    availableForSale ? { totalCount: 1, nodes: [{ id: productId }] } : { totalCount: 0, nodes: [] },
  );
  return [stockStatus, inventory.onHand, inventory.reserved, inventory.available];
}

async function take({ variantId }: OnSale, quantity: number): Promise<string> {
  const id = `chk_${uniqueName()}`;
  const { reservation, userErrors } = await client.create(id, [{ variantId, quantity }]);
  expect(userErrors).toEqual([]);
  expect(reservation?.status).toBe('HELD');
  return id;
}

const refusal = async ({ variantId }: OnSale, quantity: number) =>
  (await client.create(`chk_${uniqueName()}`, [{ variantId, quantity }])).userErrors;

async function edit(variantId: string, input: Readonly<Record<string, unknown>>) {
  const { data } = await products.askAdmin('query ($id: ID!) { productVariant(id: $id) { version } }', {
    id: variantId,
  });
  const answer = await products.askAdmin(
    `mutation ($id: ID!, $version: Int!, $input: ProductVariantUpdateInput!) {
      productVariantUpdate(id: $id, input: $input, expectedVersion: $version) {
        productVariant { inventory { trackInventory backorderLimit } } userErrors { code field }
      }
    }`,
    { id: variantId, version: data.productVariant.version, input },
  );
  return answer.data.productVariantUpdate as {
    readonly productVariant: { readonly inventory: object } | null;
    readonly userErrors: readonly object[];
  };
}

async function adjust(variantId: string, delta: number): Promise<readonly object[]> {
  const { data } = await products.askAdmin(
    `mutation ($input: InventoryAdjustInput!) {
      inventoryAdjust(input: $input) { userErrors { __typename ... on InsufficientStockError { available } } }
    }`,
    { input: { variantId, delta, reason: 'delivery', idempotencyKey: uniqueName() } },
  );
  return data.inventoryAdjust.userErrors as readonly object[];
}

const problemsOf = ({ variantId }: OnSale, initial: number) =>
  stockProblems(products.database.collections, new Map([[variantId, initial]]));

describe('a variant with a backorder limit', () => {
  it('is sold beyond what is there, and not beyond the limit', async () => {
    const tent = await sell({ onHand: 2, backorderLimit: 3 });
    expect(await stockOf(tent)).toEqual(['LOW_STOCK', 2, 0, 2]);
    const first = await take(tent, 4);
    expect(await stockOf(tent)).toEqual(['BACKORDER', 2, 4, -2]);
    expect(await refusal(tent, 2)).toMatchObject([
      { __typename: 'InsufficientStockError', requested: 2, available: 1 },
    ]);
    const last = await take(tent, 1);
    expect(await stockOf(tent)).toEqual(['OUT_OF_STOCK', 2, 5, -3]);
    await client.commit(first);
    expect(await stockOf(tent)).toEqual(['OUT_OF_STOCK', -2, 1, -3]);
    await client.release(last);
    expect(await stockOf(tent)).toEqual(['BACKORDER', -2, 0, -2]);
    // Lost goods count against the limit, too.
    expect(await adjust(tent.variantId, -2)).toEqual([
      { __typename: 'InsufficientStockError', available: 1 },
    ]);
    expect(await adjust(tent.variantId, 10)).toEqual([]);
    expect(await stockOf(tent)).toEqual(['IN_STOCK', 8, 0, 8]);
    await client.restock(first);
    expect(await stockOf(tent)).toEqual(['IN_STOCK', 12, 0, 12]);
    expect(await problemsOf(tent, 2)).toEqual([]);
  });

  it('is sold to the last promise, and none twice, when many want it at once', async () => {
    const lamp = await sell({ onHand: 7, backorderLimit: 13 });
    const { sold } = await raceForStock([client], lamp.variantId, 10, (buyer) => (buyer % 3) + 1);
    expect(sold).toBe(20);
    expect(await stockOf(lamp)).toEqual(['OUT_OF_STOCK', -13, 0, -13]);
    expect(await problemsOf(lamp, 7)).toEqual([]);
  });

  it('comes back on sale when the limit is raised, and keeps its promises when it is lowered', async () => {
    const shoe = await sell({ onHand: 0 });
    expect(await stockOf(shoe)).toEqual(['OUT_OF_STOCK', 0, 0, 0]);
    expect(await edit(shoe.variantId, { backorderLimit: 5 })).toEqual({
      productVariant: { inventory: { trackInventory: true, backorderLimit: 5 } },
      userErrors: [],
    });
    expect(await stockOf(shoe)).toEqual(['BACKORDER', 0, 0, 0]);
    const id = await take(shoe, 4);
    await edit(shoe.variantId, { backorderLimit: 1 });
    expect(await stockOf(shoe)).toEqual(['OUT_OF_STOCK', 0, 4, -4]);
    expect(await refusal(shoe, 1)).toMatchObject([{ __typename: 'InsufficientStockError' }]);
    expect((await client.commit(id)).reservation?.status).toBe('COMMITTED');
    await edit(shoe.variantId, { backorderLimit: null });
    expect(await stockOf(shoe)).toEqual(['OUT_OF_STOCK', -4, 0, -4]);
    expect(await adjust(shoe.variantId, 4)).toEqual([]);
    expect(await stockOf(shoe)).toEqual(['OUT_OF_STOCK', 0, 0, 0]);
    expect(await problemsOf(shoe, 0)).toEqual([]);
  });

  it('counts with the limit of the latest editor, whoever tells the level last', async () => {
    const bag = await sell({ onHand: 0 });
    const { variants } = products.database.collections;
    await edit(bag.variantId, { backorderLimit: 9 });
    const older = await variants.findOne({ _id: bag.variantId });
    await edit(bag.variantId, { backorderLimit: 2 });
    if (older === null) throw new Error('the variant is gone');
    await applyBackorderLimit(products.database.collections, older);
    await applyBackorderLimit(products.database.collections, { ...older, version: older.version + 1 });
    expect(await refusal(bag, 3)).toMatchObject([{ available: 2 }]);
    expect(await problemsOf(bag, 0)).toEqual([]);
  });

  it('counts with the limit of the last of many editors, and buyers in between take no more than one allowed', async () => {
    const box = await sell({ onHand: 5, backorderLimit: 10 });
    const { variants, inventory } = products.database.collections;
    const editor = async (limit: number): Promise<void> => {
      for (let round = 0; round < 4; round += 1) {
        // Whoever lost reads the newest version and tries again.
        while ((await edit(box.variantId, { backorderLimit: limit + round })).userErrors.length > 0);
      }
    };
    const buyer = async (): Promise<void> => {
      for (let round = 0; round < 6; round += 1) await refusal(box, 1);
    };
    await Promise.all([editor(10), editor(20), editor(30), buyer(), buyer()]);
    // Whoever lost too many rounds against the others leaves its mark to the sweep.
    await products.store.catalog.repairSummaries();
    const [variant, level] = await Promise.all([
      variants.findOne({ _id: box.variantId }),
      inventory.findOne({ _id: box.variantId }),
    ]);
    expect(level?.backorderLimit).toBe(variant?.backorderLimit);
    expect(variant?.summaryPending).toBeUndefined();
    expect(await stockProblems(products.database.collections, new Map([[box.variantId, 5]]), false)).toEqual(
      [],
    );
    expect(level?.reserved).toBe(12);
  });

  it('gets its limit from the sweep when the editor’s process stopped half-way', async () => {
    const pot = await sell({ onHand: 0 });
    await products.database.collections.variants.updateOne(
      { _id: pot.variantId },
      { $set: { backorderLimit: 6, summaryPending: true }, $inc: { version: 1 } },
    );
    expect(await products.store.catalog.repairSummaries()).toBeGreaterThan(0);
    expect(await stockOf(pot)).toEqual(['BACKORDER', 0, 0, 0]);
    await take(pot, 6);
    expect(await refusal(pot, 1)).toMatchObject([{ available: 0 }]);
    expect(await products.store.catalog.repairSummaries()).toBe(0);
  });

  it('has one from 0 to a million', async () => {
    const cup = await sell({ onHand: 0, backorderLimit: 1_000_000 });
    for (const backorderLimit of [-1, 1_000_001]) {
      expect(await edit(cup.variantId, { backorderLimit })).toEqual({
        productVariant: null,
        userErrors: [{ code: 'INVALID', field: ['input', 'backorderLimit'] }],
      });
    }
    expect((await edit(cup.variantId, { trackInventory: null })).userErrors).toEqual([
      { code: 'REQUIRED', field: ['input', 'trackInventory'] },
    ]);
  });
});

describe('a variant whose stock is not tracked', () => {
  it('is sold as often as anybody wants it, and no level changes', async () => {
    const book = await sell({ onHand: 0, trackInventory: false });
    expect(await stockOf(book)).toEqual(['NOT_TRACKED', 0, 0, 0]);
    const id = await take(book, 10_000);
    expect((await client.commit(id)).reservation?.status).toBe('COMMITTED');
    expect((await client.restock(id)).reservation?.status).toBe('RESTOCKED');
    const released = await take(book, 1);
    expect((await client.release(released)).reservation?.status).toBe('RELEASED');
    expect(await stockOf(book)).toEqual(['NOT_TRACKED', 0, 0, 0]);
    expect(await products.store.movements.ofVariant(book.variantId, 10, undefined)).toEqual([]);
  });

  it('is reserved together with what is counted, all or none', async () => {
    const [book, shoe] = [await sell({ onHand: 0, trackInventory: false }), await sell({ onHand: 1 })];
    const lines = (quantity: number) => [
      { variantId: book.variantId, quantity: 5 },
      { variantId: shoe.variantId, quantity },
    ];
    expect(await client.create(`chk_${uniqueName()}`, lines(2))).toMatchObject({
      reservation: null,
      userErrors: [{ requested: 2, available: 1, field: ['input', 'lines', '1', 'quantity'] }],
    });
    const id = `chk_${uniqueName()}`;
    await client.create(id, lines(1));
    expect((await client.commit(id)).reservation?.lines).toHaveLength(2);
    expect(await problemsOf(shoe, 1)).toEqual([]);
    expect(await stockOf(shoe)).toEqual(['OUT_OF_STOCK', 0, 0, 0]);
  });

  it('keeps each reservation as it was made when that changes meanwhile', async () => {
    const game = await sell({ onHand: 3 });
    const counted = await take(game, 2);
    await edit(game.variantId, { trackInventory: false });
    expect(await stockOf(game)).toEqual(['NOT_TRACKED', 3, 2, 1]);
    const uncounted = await take(game, 50);
    await edit(game.variantId, { trackInventory: true });
    for (const id of [counted, uncounted]) await client.commit(id);
    expect(await stockOf(game)).toEqual(['LOW_STOCK', 1, 0, 1]);
    for (const id of [counted, uncounted]) await client.restock(id);
    expect(await stockOf(game)).toEqual(['LOW_STOCK', 3, 0, 3]);
    const { data } = await products.askAdmin(
      'query ($id: ID!) { stockMovements(variantId: $id) { nodes { type quantity } } }',
      { id: game.variantId },
    );
    expect(data.stockMovements.nodes).toEqual([
      { type: 'RESTOCK', quantity: 2 },
      { type: 'RESERVATION_COMMIT', quantity: -2 },
      { type: 'RECEIPT', quantity: 3 },
    ]);
  });
});

describe('documents of a version that knew none of this', () => {
  it('are tracked, without a limit', async () => {
    const hat = await sell({ onHand: 2 });
    const { variants, inventory, products: catalogue, reservations } = products.database.collections;
    const id = await take(hat, 1);
    const unset = { backorderLimit: '', limitVersion: '', trackInventory: '' } as const;
    await variants.updateOne({ _id: hat.variantId }, { $unset: unset });
    await inventory.updateOne({ _id: hat.variantId }, { $unset: unset });
    await reservations.updateOne({ _id: id }, { $unset: { 'lines.0.trackInventory': '' } });
    await catalogue.updateOne(
      { _id: hat.productId },
      { $unset: { shippingClass: '', countryOfOrigin: '', licenseTermDays: '' } },
    );
    await client.commit(id);
    expect(await stockOf(hat)).toEqual(['LOW_STOCK', 1, 0, 1]);
    expect(await refusal(hat, 2)).toMatchObject([{ available: 1 }]);
    await edit(hat.variantId, { backorderLimit: 1 });
    await take(hat, 2);
    expect(await stockOf(hat)).toEqual(['OUT_OF_STOCK', 1, 2, -1]);
    const { data, errors } = await products.ask(
      'query ($id: ID!) { product(id: $id) { ... on PhysicalProduct { shippingClass countryOfOrigin } } }',
      { id: hat.productId },
    );
    expect({ data, errors }).toEqual({ data: { product: { shippingClass: null, countryOfOrigin: null } } });
  });
});
