import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userViewer } from '@tributary/testkit';
import { createStock, uniqueName } from './testing/create-test-product.ts';
import { reservationClient } from './testing/reservation-client.ts';
import { stockProblems } from './testing/stock-problems.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const ADJUST = `mutation ($input: InventoryAdjustInput!) {
  inventoryAdjust(input: $input) {
    productVariant { id availableForSale stockStatus inventory { onHand reserved available } product { availableForSale } }
    userErrors {
      __typename ... on UserError { message field }
      ... on CatalogInputError { code } ... on InsufficientStockError { requested available variant { id } }
    }
  }
}`;
const adjust = async (input: Readonly<Record<string, unknown>>) => {
  const { data, errors } = await products.askAdmin(ADJUST, {
    input: { reason: 'count', idempotencyKey: `key-${uniqueName()}`, ...input },
  });
  expect(errors).toBeUndefined();
  return data.inventoryAdjust;
};

describe('inventoryAdjust', () => {
  it('adds and takes stock', async () => {
    const variantId = await createStock(products, 3);
    expect(await adjust({ variantId, delta: 4 })).toMatchObject({
      userErrors: [],
      productVariant: {
        id: variantId,
        stockStatus: 'IN_STOCK',
        inventory: { onHand: 7, reserved: 0, available: 7 },
      },
    });
    expect(await adjust({ variantId, delta: -7 })).toMatchObject({
      productVariant: {
        availableForSale: false,
        stockStatus: 'OUT_OF_STOCK',
        product: { availableForSale: false },
      },
    });
    expect(await adjust({ variantId, delta: 1 })).toMatchObject({
      productVariant: {
        availableForSale: true,
        stockStatus: 'LOW_STOCK',
        product: { availableForSale: true },
      },
    });
  });

  it('applies a key once, also when it is sent many times at once', async () => {
    const variantId = await createStock(products, 5);
    const input = { variantId, delta: -2, idempotencyKey: `key-${uniqueName()}` };
    const answers = await Promise.all(Array.from({ length: 10 }, () => adjust(input)));
    for (const answer of answers)
      expect(answer).toMatchObject({ userErrors: [], productVariant: { inventory: { onHand: 3 } } });
  });

  it('never lets what is sellable fall below zero, however many take at once', async () => {
    const variantId = await createStock(products, 5);
    const answers = await Promise.all(Array.from({ length: 12 }, () => adjust({ variantId, delta: -1 })));
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(5);
    const [level] = await products.store.inventory.levels([variantId]);
    expect(level).toMatchObject({ onHand: 0, sellable: 0 });
  });

  it('gives a refused key the same answer when there is more stock later', async () => {
    const variantId = await createStock(products, 1);
    const input = { variantId, delta: -2, idempotencyKey: `key-${uniqueName()}` };
    const refused = {
      productVariant: null,
      userErrors: [
        {
          __typename: 'InsufficientStockError',
          field: ['input', 'delta'],
          requested: 2,
          available: 1,
          variant: { id: variantId },
        },
      ],
    };
    expect(await adjust(input)).toMatchObject(refused);
    await adjust({ variantId, delta: 10 });
    expect(await adjust(input)).toMatchObject(refused);
  });

  it('refuses a key that was used with other input', async () => {
    const variantId = await createStock(products, 5);
    const idempotencyKey = `key-${uniqueName()}`;
    await adjust({ variantId, delta: 1, idempotencyKey });
    for (const change of [
      { delta: 2 },
      { delta: 1, reason: 'other' },
      { delta: 1, variantId: await createStock(products, 1) },
    ]) {
      expect((await adjust({ variantId, idempotencyKey, ...change })).userErrors).toMatchObject([
        { __typename: 'IdempotencyKeyReusedError', field: ['input', 'idempotencyKey'] },
      ]);
    }
  });

  it('finishes an adjustment whose process died after its intent was recorded', async () => {
    const variantId = await createStock(products, 5);
    await products.store.movements.insert({
      id: `adj_${uniqueName()}`,
      type: 'ADJUSTMENT',
      reference: null,
      variantId,
      delta: -2,
      reason: 'count',
      actorId: null,
      state: 'PENDING',
      available: null,
      at: new Date(Date.now() - 60_000),
    });
    await products.service.sweep();
    await products.service.sweep();
    const [level] = await products.store.inventory.levels([variantId]);
    expect(level).toMatchObject({ onHand: 3, sellable: 3 });
  });

  it('refuses nonsense', async () => {
    const variantId = await createStock(products, 5);
    expect(
      (await adjust({ variantId, delta: 0, reason: ' ', idempotencyKey: 'short' })).userErrors,
    ).toMatchObject([
      { code: 'INVALID', field: ['input', 'delta'] },
      { code: 'REQUIRED', field: ['input', 'reason'] },
      { code: 'INVALID', field: ['input', 'idempotencyKey'] },
    ]);
    expect((await adjust({ variantId, delta: 2_147_483_647 })).userErrors).toMatchObject([
      { code: 'LIMIT_EXCEEDED' },
    ]);
    for (const unknown of ['nonsense', 'var_00000000000000000000000000']) {
      expect((await adjust({ variantId: unknown, delta: 1 })).userErrors).toMatchObject([
        { code: 'NOT_FOUND', field: ['input', 'variantId'] },
      ]);
    }
  });

  it('needs the scope inventory:write', async () => {
    const input = { variantId: 'var_1', delta: 1, reason: 'x', idempotencyKey: 'long enough' };
    expect((await products.ask(ADJUST, { input })).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    const other = await products.askAs(userViewer('usr_1', ['catalog:write', 'inventory:read']))(ADJUST, {
      input,
    });
    expect(other.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});

describe('stockMovements', () => {
  const MOVEMENTS = `query ($variantId: ID!, $first: Int, $after: String) {
    stockMovements(variantId: $variantId, first: $first, after: $after) {
      nodes { type quantity reason reference actorId } pageInfo { hasNextPage endCursor }
    }
  }`;

  it('tells every change of the level, newest first, and sums up to it', async () => {
    const variantId = await createStock(products, 5);
    const client = reservationClient(products.askPayments);
    await adjust({ variantId, delta: 3, reason: 'delivery', reference: 'DN-1' });
    await adjust({ variantId, delta: -99 });
    const id = `chk_${uniqueName()}`;
    await client.create(id, [{ variantId, quantity: 2 }]);
    await client.commit(id);
    await client.restock(id);
    await client.restock(id);
    const { data } = await products.askAdmin(MOVEMENTS, { variantId, first: 3 });
    expect(data.stockMovements.nodes).toMatchObject([
      { type: 'RESTOCK', quantity: 2, reference: id },
      { type: 'RESERVATION_COMMIT', quantity: -2, reference: id, actorId: null },
      { type: 'ADJUSTMENT', quantity: 3, reason: 'delivery', reference: 'DN-1', actorId: 'usr_admin' },
    ]);
    const rest = await products.askAdmin(MOVEMENTS, {
      variantId,
      after: data.stockMovements.pageInfo.endCursor,
    });
    expect(rest.data.stockMovements).toMatchObject({
      nodes: [{ type: 'RECEIPT', quantity: 5 }],
      pageInfo: { hasNextPage: false },
    });
    expect(await stockProblems(products.database.collections, new Map([[variantId, 5]]))).toEqual([]);
  });

  it('needs inventory:read, a cursor of its own and shows nothing of what does not exist', async () => {
    const variantId = 'nonsense';
    const stranger = products.askAs(userViewer('usr_1', ['inventory:write']));
    expect((await stranger(MOVEMENTS, { variantId })).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    expect((await products.askAdmin(MOVEMENTS, { variantId })).data.stockMovements.nodes).toEqual([]);
    const foreign = await products.askAdmin(MOVEMENTS, { variantId, after: 'abc' });
    expect(foreign.errors?.[0]?.extensions?.code).toBe('INVALID_CURSOR');
  });
});
