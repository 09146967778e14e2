import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userViewer } from '@tributary/testkit';
import {
  createDraft,
  createOnSale,
  createStock,
  uniqueName,
  variantInput,
} from './testing/create-test-product.ts';
import {
  CREATE_RESERVATION,
  reservationClient,
  type ReservationClient,
} from './testing/reservation-client.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';
import { stockProblems } from './testing/stock-problems.ts';

let products: TestProducts;
let client: ReservationClient;
beforeAll(async () => {
  products = await startTestProducts();
  client = reservationClient(products.askPayments);
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const levelOf = async (variantId: string) => {
  const [level] = await products.store.inventory.levels([variantId]);
  return level && { onHand: level.onHand, reserved: level.reserved, sellable: level.sellable };
};
const newId = (): string => `chk_${uniqueName()}`;

describe('inventoryReservationCreate', () => {
  it('takes stock for every line and says what it costs', async () => {
    const { id: productId, variants } = await createOnSale(products, {
      title: 'Tent',
      variants: [variantInput({ title: 'Small', onHand: 5 }), variantInput({ title: 'Large', onHand: 5 })],
    });
    const [small, large] = variants;
    const id = newId();
    const before = products.clock.now().getTime();
    const { reservation, userErrors } = await client.create(id, [
      { variantId: large?.id ?? '', quantity: 2 },
      { variantId: small?.id ?? '', quantity: 1 },
    ]);
    expect(userErrors).toEqual([]);
    expect(reservation).toMatchObject({
      id,
      status: 'HELD',
      releaseReason: null,
      lines: [
        {
          variantId: large?.id,
          productId,
          sku: large?.sku,
          title: 'Tent - Large',
          quantity: 2,
          unitPrice: { amount: 1_000, currency: 'EUR', decimal: '10.00' },
          requiresShipping: true,
          variantVersion: 1,
        },
        { variantId: small?.id, quantity: 1 },
      ],
    });
    const lifetime = new Date(reservation?.expiresAt ?? '').getTime() - before;
    expect(lifetime).toBeGreaterThanOrEqual(900_000);
    expect(lifetime).toBeLessThan(960_000);
    expect(await levelOf(large?.id ?? '')).toEqual({ onHand: 5, reserved: 2, sellable: 3 });
    expect((await client.find(id))?.status).toBe('HELD');
  });

  it('takes nothing when one line is short, and names every short line', async () => {
    const [plenty, one, none] = [
      await createStock(products, 9),
      await createStock(products, 1),
      await createStock(products, 0),
    ];
    const id = newId();
    const lines = [
      { variantId: plenty, quantity: 3 },
      { variantId: one, quantity: 2 },
      { variantId: none, quantity: 1 },
    ];
    const answer = await client.create(id, lines);
    expect(answer).toMatchObject({
      reservation: null,
      userErrors: [
        {
          __typename: 'InsufficientStockError',
          field: ['input', 'lines', '1', 'quantity'],
          requested: 2,
          available: 1,
          variant: { id: one },
        },
        {
          __typename: 'InsufficientStockError',
          field: ['input', 'lines', '2', 'quantity'],
          requested: 1,
          available: 0,
          variant: { id: none },
        },
      ],
    });
    expect(await levelOf(plenty)).toEqual({ onHand: 9, reserved: 0, sellable: 9 });
    await products.askAdmin(
      `mutation ($input: InventoryAdjustInput!) { inventoryAdjust(input: $input) { userErrors { __typename } } }`,
      { input: { variantId: one, delta: 5, reason: 'receipt', idempotencyKey: uniqueName() } },
    );
    expect(await client.create(id, lines)).toEqual(answer);
    expect((await client.find(id))?.status).toBe('RELEASED');
  });

  it('refuses variants that do not exist, are not on sale or have no price in the currency', async () => {
    const draft = await createDraft(products);
    const [yen] = (
      await createOnSale(products, { variants: [variantInput({ prices: [{ amount: 1, currency: 'JPY' }] })] })
    ).variants;
    const lines = ['nonsense', draft.variants[0]?.id ?? '', yen?.id ?? ''].map((variantId) => ({
      variantId,
      quantity: 1,
    }));
    const { reservation, userErrors } = await client.create(newId(), lines);
    expect(reservation).toBeNull();
    expect(userErrors).toMatchObject([
      { __typename: 'VariantUnavailableError', field: ['input', 'lines', '0', 'variantId'], variant: null },
      { __typename: 'VariantUnavailableError', field: ['input', 'lines', '1', 'variantId'], variant: null },
      {
        __typename: 'VariantUnavailableError',
        field: ['input', 'lines', '2', 'variantId'],
        variant: { id: yen?.id },
      },
    ]);
  });

  it('refuses impossible requests', async () => {
    const line = { variantId: 'var_1', quantity: 1 };
    const fieldsOf = async (input: Readonly<Record<string, unknown>>) => {
      const { data } = await products.askPayments(CREATE_RESERVATION, {
        input: { id: newId(), currency: 'EUR', lines: [line], ...input },
      });
      return data.inventoryReservationCreate.userErrors.map(
        ({ code, field }: { code: string; field: string[] }) => `${code} ${field.join('.')}`,
      );
    };
    expect(await fieldsOf({ id: 'a b', ttlSeconds: 0, lines: [] })).toEqual([
      'INVALID input.id',
      'INVALID input.ttlSeconds',
      'REQUIRED input.lines',
    ]);
    expect(
      await fieldsOf({
        lines: [
          { ...line, quantity: 0 },
          { ...line, quantity: 10_001 },
        ],
      }),
    ).toEqual([
      'INVALID input.lines.0.quantity',
      'INVALID input.lines.1.quantity',
      'INVALID input.lines.1.variantId',
    ]);
    expect(await fieldsOf({ lines: Array.from({ length: 101 }, () => line) })).toEqual([
      'LIMIT_EXCEEDED input.lines',
    ]);
  });

  it('is one reservation however often and in whatever order it is sent', async () => {
    const [a, b] = [await createStock(products, 5), await createStock(products, 5)];
    const id = newId();
    const lines = [
      { variantId: a, quantity: 2 },
      { variantId: b, quantity: 1 },
    ];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => client.create(id, n % 2 === 0 ? lines : [...lines].reverse())),
    );
    for (const { reservation, userErrors } of answers) {
      expect(userErrors).toEqual([]);
      expect(reservation?.status).toBe('HELD');
    }
    expect(await levelOf(a)).toEqual({ onHand: 5, reserved: 2, sellable: 3 });
  });

  it('refuses an id that was used with other lines', async () => {
    const variantId = await createStock(products, 5);
    const id = newId();
    await client.create(id, [{ variantId, quantity: 1 }]);
    expect((await client.create(id, [{ variantId, quantity: 2 }])).userErrors).toMatchObject([
      { __typename: 'IdempotencyKeyReusedError' },
    ]);
  });

  it('sells the last item once', async () => {
    const variantId = await createStock(products, 1);
    const [a, b] = await Promise.all([1, 2].map(() => client.create(newId(), [{ variantId, quantity: 1 }])));
    expect([a?.userErrors.length, b?.userErrors.length].sort()).toEqual([0, 1]);
    const { data } = await products.ask(
      'query ($id: ID!) { productVariant(id: $id) { stockStatus product { availableForSale } } }',
      { id: variantId },
    );
    expect(data.productVariant).toEqual({
      stockStatus: 'OUT_OF_STOCK',
      product: { availableForSale: false },
    });
  });
});

describe('a reservation', () => {
  const held = async (onHand = 5, quantity = 2) => {
    const variantId = await createStock(products, onHand);
    const id = newId();
    await client.create(id, [{ variantId, quantity }]);
    return { id, variantId };
  };

  it('is committed once: the goods leave', async () => {
    const { id, variantId } = await held();
    for (const _ of [1, 2, 3])
      expect(await client.commit(id)).toMatchObject({ reservation: { status: 'COMMITTED' }, userErrors: [] });
    expect(await levelOf(variantId)).toEqual({ onHand: 3, reserved: 0, sellable: 3 });
    expect(await client.release(id)).toMatchObject({
      userErrors: [{ __typename: 'ReservationStateError', status: 'COMMITTED' }],
    });
    expect((await client.create(id, [{ variantId, quantity: 2 }])).reservation?.status).toBe('COMMITTED');
    expect(await levelOf(variantId)).toEqual({ onHand: 3, reserved: 0, sellable: 3 });
  });

  it('is released once: the goods are back', async () => {
    const { id, variantId } = await held();
    for (const _ of [1, 2]) {
      expect(await client.release(id, 'changed my mind')).toMatchObject({
        reservation: { status: 'RELEASED', releaseReason: 'changed my mind' },
        userErrors: [],
      });
    }
    expect(await levelOf(variantId)).toEqual({ onHand: 5, reserved: 0, sellable: 5 });
    for (const change of [
      client.commit(id),
      client.restock(id),
      client.extend(id, 60),
      client.create(id, [{ variantId, quantity: 2 }]),
    ]) {
      expect(await change).toMatchObject({
        userErrors: [{ __typename: 'ReservationStateError', status: 'RELEASED' }],
      });
    }
  });

  it('is restocked once after it was committed', async () => {
    const { id, variantId } = await held();
    expect(await client.restock(id)).toMatchObject({ userErrors: [{ status: 'HELD' }] });
    await client.commit(id);
    for (const _ of [1, 2])
      expect(await client.restock(id)).toMatchObject({
        reservation: { status: 'RESTOCKED' },
        userErrors: [],
      });
    expect(await levelOf(variantId)).toEqual({ onHand: 5, reserved: 0, sellable: 5 });
    expect(await client.commit(id)).toMatchObject({ userErrors: [{ status: 'RESTOCKED' }] });
  });

  it('expires unless it is extended', async () => {
    const short = await held();
    const long = await held();
    expect(await client.extend(long.id, 7_200)).toMatchObject({
      userErrors: [],
      reservation: { status: 'HELD' },
    });
    products.clock.advance(901_000);
    await products.service.sweep();
    expect(await client.find(short.id)).toMatchObject({ status: 'RELEASED', releaseReason: 'EXPIRED' });
    expect(await levelOf(short.variantId)).toEqual({ onHand: 5, reserved: 0, sellable: 5 });
    expect((await client.find(long.id))?.status).toBe('HELD');
    expect(await client.commit(short.id)).toMatchObject({ userErrors: [{ status: 'RELEASED' }] });
    expect(await client.commit(long.id)).toMatchObject({ userErrors: [] });
  });

  it('is never shortened by an extension', async () => {
    const { id } = await held();
    const before = (await client.find(id))?.expiresAt;
    expect((await client.extend(id, 1)).reservation?.expiresAt).toBe(before);
    expect((await client.extend(id, 0)).userErrors).toMatchObject([
      { code: 'INVALID', field: ['ttlSeconds'] },
    ]);
  });

  it('is either committed or expired when both happen at once', async () => {
    const reservations = await Promise.all(Array.from({ length: 10 }, () => held()));
    products.clock.advance(901_000);
    const [answers] = await Promise.all([
      Promise.all(reservations.map(({ id }) => client.commit(id))),
      products.service.sweep(),
      products.service.sweep(),
    ]);
    await products.service.sweep();
    for (const [index, { userErrors }] of answers.entries()) {
      const level = await levelOf(reservations[index]?.variantId ?? '');
      expect(level).toEqual(
        userErrors.length === 0
          ? { onHand: 3, reserved: 0, sellable: 3 }
          : { onHand: 5, reserved: 0, sellable: 5 },
      );
    }
  });

  it('keeps its answer after its traces on the stock are forgotten', async () => {
    const { id, variantId } = await held();
    await client.commit(id);
    products.clock.advance(2 * 3_600_000);
    await products.service.sweep();
    expect((await products.database.collections.inventory.findOne({ _id: variantId }))?.holds).toEqual([]);
    expect((await client.create(id, [{ variantId, quantity: 2 }])).reservation?.status).toBe('COMMITTED');
    expect(await levelOf(variantId)).toEqual({ onHand: 3, reserved: 0, sellable: 3 });
  });

  it('is unknown until it is made', async () => {
    expect(await client.find('chk_unknown')).toBeNull();
    for (const change of [
      client.commit('chk_unknown'),
      client.release('chk_unknown'),
      client.restock('chk_unknown'),
      client.extend('chk_unknown', 60),
    ]) {
      expect(await change).toMatchObject({
        reservation: null,
        userErrors: [{ code: 'NOT_FOUND', field: ['id'] }],
      });
    }
    expect((await client.release('chk_unknown', '')).userErrors).toMatchObject([
      { code: 'REQUIRED', field: ['reason'] },
    ]);
  });
});

describe('many buyers', () => {
  it('never get more than there is, and leave nothing behind', async () => {
    const variants = await Promise.all([3, 5, 8].map((onHand) => createStock(products, onHand)));
    const initial = new Map([
      [variants[0], 3],
      [variants[1], 5],
      [variants[2], 8],
    ]);
    const buy = async (n: number): Promise<void> => {
      const id = newId();
      const lines = variants
        .slice(n % 3 === 0 ? 0 : 1)
        .map((variantId) => ({ variantId, quantity: 1 + (n % 2) }));
      const [answer] = await Promise.all([
        client.create(id, lines),
        ...(n % 4 === 0 ? [client.create(id, lines)] : []),
      ]);
      if (answer.userErrors.length > 0) return;
      if (n % 5 === 1) await client.release(id);
      else if (n % 5 !== 2) await Promise.all([client.commit(id), client.commit(id)]);
    };
    await Promise.all(Array.from({ length: 40 }, (_, n) => buy(n)));
    products.clock.advance(901_000);
    await products.service.sweep();
    await products.service.sweep();
    expect(await stockProblems(products.database.collections, initial)).toEqual([]);
  });
});

describe('reservation operations', () => {
  it.each([
    ['inventoryReservation', '{ inventoryReservation(id: "chk_1") { id } }'],
    [
      'inventoryReservationCreate',
      'mutation { inventoryReservationCreate(input: { id: "chk_00000000", currency: "EUR", lines: [] }) { userErrors { __typename } } }',
    ],
    [
      'inventoryReservationExtend',
      'mutation { inventoryReservationExtend(id: "chk_1", ttlSeconds: 1) { userErrors { __typename } } }',
    ],
    [
      'inventoryReservationCommit',
      'mutation { inventoryReservationCommit(id: "chk_1") { userErrors { __typename } } }',
    ],
    [
      'inventoryReservationRelease',
      'mutation { inventoryReservationRelease(id: "chk_1", reason: "x") { userErrors { __typename } } }',
    ],
    [
      'inventoryReservationRestock',
      'mutation { inventoryReservationRestock(id: "chk_1") { userErrors { __typename } } }',
    ],
  ])('%s is for services with the scope inventory:reserve', async (_, query) => {
    expect((await products.ask(query)).errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect((await products.askAdmin(query)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    // A person's token cannot carry it, whatever the gateway was told.
    const person = await products.askAs(userViewer('usr_1', ['inventory:reserve']))(query);
    expect(person.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});
