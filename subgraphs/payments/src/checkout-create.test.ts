import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { cancel, create, createInput } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  const { stock } = world.products;
  for (const id of ['shoe', 'sock']) stock.add({ id });
  stock.add({ id: 'rare', onHand: 3 });
  stock.add({ id: 'free', prices: { EUR: 0 } });
  stock.add({ id: 'yacht', prices: { EUR: Number.MAX_SAFE_INTEGER } });
  for (let i = 0; i < 101; i += 1) stock.add({ id: `pin${i}` });
  payments = await world.start({ timing: { inventoryTimeoutMs: 300, keyLockMs: 2_000 } });
});

afterAll(async () => {
  expect(await brokenInvariants(world, 'at rest')).toEqual({});
  await world.close();
});

const address = {
  recipientName: '  Ada Lovelace ',
  line1: '12 St James’s Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  countryCode: 'GB',
  phone: '+442071234567',
};

describe('checkoutCreate', () => {
  it('takes price, title and SKU from the catalogue and holds the stock', async () => {
    const buyer = newBuyer();
    const input = createInput({ shoe: 2, sock: 1 }, { expectedTotal: { amount: 3_000, currency: 'EUR' } });
    const { checkout, userErrors } = await create(payments.request, buyer, input);
    expect(userErrors).toEqual([]);
    expect(checkout).toMatchObject({
      status: 'OPEN',
      buyer: { id: buyer.id },
      total: { amount: 3_000, currency: 'EUR', decimal: '30.00' },
      currency: 'EUR',
      shippingAddress: null,
      failure: null,
      lines: [
        {
          quantity: 2,
          sku: 'SKU-shoe',
          title: 'Title of shoe',
          unitPrice: { amount: 1_000 },
          total: { amount: 2_000 },
          variant: { id: 'shoe' },
          product: { __typename: 'Product', id: 'prd_shoe' },
        },
        { quantity: 1, sku: 'SKU-sock', variant: { id: 'sock' } },
      ],
    });
    expect(world.products.stock.reservations.get(checkout.id)).toMatchObject({ status: 'HELD' });
    expect(new Date(checkout.expiresAt).getTime() - new Date(checkout.createdAt).getTime()).toBeGreaterThan(
      890_000,
    );
  });

  it('keeps a cleaned shipping address', async () => {
    const input = createInput({ shoe: 1 }, { shippingAddress: { ...address, company: '   ', region: null } });
    const { checkout } = await create(payments.request, newBuyer(), input);
    expect(checkout.shippingAddress).toEqual({
      ...address,
      recipientName: 'Ada Lovelace',
      company: null,
      line2: null,
      region: null,
    });
  });

  it.each([
    ['no lines', { lines: [] }, { code: 'REQUIRED', field: ['input', 'lines'] }],
    [
      'more than 100 lines',
      { lines: Array.from({ length: 101 }, (_, i) => ({ variantId: `pin${i}`, quantity: 1 })) },
      { code: 'LIMIT_EXCEEDED', field: ['input', 'lines'] },
    ],
    [
      'a quantity of 0',
      { lines: [{ variantId: 'shoe', quantity: 0 }] },
      { code: 'INVALID', field: ['input', 'lines', '0', 'quantity'] },
    ],
    ['a negative quantity', { lines: [{ variantId: 'shoe', quantity: -1 }] }, { code: 'INVALID' }],
    ['a quantity above 10000', { lines: [{ variantId: 'shoe', quantity: 10_001 }] }, { code: 'INVALID' }],
    [
      'one variant twice',
      {
        lines: [
          { variantId: 'shoe', quantity: 1 },
          { variantId: 'shoe', quantity: 2 },
        ],
      },
      { code: 'INVALID', field: ['input', 'lines', '1', 'variantId'] },
    ],
    ['an empty variant id', { lines: [{ variantId: '', quantity: 1 }] }, { code: 'NOT_FOUND' }],
    ['a variant id with a NUL', { lines: [{ variantId: 'a\u0000', quantity: 1 }] }, { code: 'NOT_FOUND' }],
    ['a short key', { idempotencyKey: '1234567' }, { code: 'INVALID', field: ['input', 'idempotencyKey'] }],
    ['a key with a line break', { idempotencyKey: '12345\n678' }, { code: 'INVALID' }],
    [
      'an expected total in another currency',
      { expectedTotal: { amount: 1_000, currency: 'USD' } },
      { code: 'CURRENCY_MISMATCH', field: ['input', 'expectedTotal', 'currency'] },
    ],
    ['a negative expected total', { expectedTotal: { amount: -1, currency: 'EUR' } }, { code: 'INVALID' }],
    [
      'a blank name',
      { shippingAddress: { ...address, recipientName: ' ' } },
      { code: 'REQUIRED', field: ['input', 'shippingAddress', 'recipientName'] },
    ],
    ['a very long city', { shippingAddress: { ...address, city: 'x'.repeat(101) } }, { code: 'INVALID' }],
    ['a NUL in an address', { shippingAddress: { ...address, line2: 'a\u0000b' } }, { code: 'INVALID' }],
    ['half a surrogate pair', { shippingAddress: { ...address, line2: 'a\ud800b' } }, { code: 'INVALID' }],
  ])('refuses %s without asking products', async (_, overrides, error) => {
    const before = world.products.requests;
    const refused = await create(payments.request, newBuyer(), createInput({ shoe: 1 }, overrides));
    expect(refused).toMatchObject({
      checkout: null,
      userErrors: [{ __typename: 'PaymentInputError', ...error }],
    });
    expect(world.products.requests).toBe(before);
  });

  it('names every wrong input at once', async () => {
    const input = createInput(
      { shoe: 0 },
      { idempotencyKey: 'x', expectedTotal: { amount: 1, currency: 'USD' } },
    );
    expect((await create(payments.request, newBuyer(), input)).userErrors).toHaveLength(3);
  });

  it('takes 100 lines', async () => {
    const lines = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`pin${i}`, 1]));
    const { checkout } = await create(payments.request, newBuyer(), createInput(lines));
    expect(checkout.lines).toHaveLength(100);
    expect(checkout.lines.map((line: { variant: { id: string } }) => line.variant.id)).toEqual(
      Object.keys(lines),
    );
  });

  it('names the line with too little stock, and how much there is', async () => {
    const { checkout, userErrors } = await create(
      payments.request,
      newBuyer(),
      createInput({ shoe: 1, rare: 4 }),
    );
    expect(checkout).toBeNull();
    expect(userErrors).toEqual([
      {
        __typename: 'InsufficientStockError',
        message: expect.any(String),
        field: ['input', 'lines', '1', 'quantity'],
        requested: 4,
        available: 3,
        variant: { id: 'rare' },
      },
    ]);
  });

  it.each([
    ['unknown', createInput({ nothing: 1 }), 'nothing'],
    ['without a price in the currency', createInput({ free: 1 }, { currency: 'JPY' }), 'free'],
  ])('names a variant that is %s', async (_, input, id) => {
    expect((await create(payments.request, newBuyer(), input)).userErrors).toMatchObject([
      { __typename: 'VariantUnavailableError', field: ['input', 'lines', '0', 'variantId'], variant: { id } },
    ]);
  });

  it.each([
    [
      'the price has changed',
      createInput({ sock: 1 }, { expectedTotal: { amount: 999, currency: 'EUR' } }),
      'PriceChangedError',
    ],
    ['there is nothing to pay', createInput({ free: 1 }), 'PaymentInputError'],
    ['the total does not fit', createInput({ yacht: 2 }), 'PaymentInputError'],
  ])('gives the stock back when %s', async (_, input, __typename) => {
    const { checkout, userErrors } = await create(payments.request, newBuyer(), input);
    expect(checkout).toBeNull();
    expect(userErrors).toMatchObject([{ __typename }]);
    const reservation = [...world.products.stock.reservations.values()].at(-1);
    // By the request, or by the worker when that was faster.
    await waitFor(() => reservation?.status === 'RELEASED', { what: 'the release of the stock' });
  });

  it('prices currencies without minor units', async () => {
    const { checkout } = await create(
      payments.request,
      newBuyer(),
      createInput({ sock: 2 }, { currency: 'JPY' }),
    );
    expect(checkout.total).toEqual({ amount: 3_000, currency: 'JPY', decimal: '3000' });
  });

  it('gives the same answer to the same key', async () => {
    const buyer = newBuyer();
    const input = createInput({ shoe: 1 });
    const first = await create(payments.request, buyer, input);
    expect(await create(payments.request, buyer, input)).toEqual(first);
    const refused = createInput({ rare: 9 });
    expect(await create(payments.request, buyer, refused)).toEqual(
      await create(payments.request, buyer, refused),
    );
  });

  it('refuses a key that was used with other input', async () => {
    const buyer = newBuyer();
    const input = createInput({ shoe: 1 });
    await create(payments.request, buyer, input);
    const other = {
      ...createInput({ shoe: 2 }),
      idempotencyKey: (input as { idempotencyKey: string }).idempotencyKey,
    };
    expect(await create(payments.request, buyer, other)).toMatchObject({
      checkout: null,
      userErrors: [{ __typename: 'IdempotencyKeyReusedError' }],
    });
  });

  it('opens one checkout when one key is sent many times at once', async () => {
    const buyer = newBuyer();
    const input = createInput({ shoe: 1 });
    const release = world.products.hold();
    const all = Array.from({ length: 6 }, () => create(payments.request, buyer, input));
    await waitFor(async () => (await countCheckouts(buyer.id)) === 1);
    release();
    const answers = await Promise.all(all);
    const ids = new Set(answers.flatMap(({ checkout }) => (checkout === null ? [] : [checkout.id])));
    expect(ids.size).toBe(1);
    for (const { checkout, userErrors } of answers) {
      if (checkout === null) {
        expect(userErrors).toMatchObject([{ __typename: 'IdempotencyKeyInUseError', retryAfterSeconds: 2 }]);
      }
    }
    expect(await countCheckouts(buyer.id)).toBe(1);
  });

  it('opens at most five checkouts per buyer, also when they are opened at once', async () => {
    const buyer = newBuyer();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => create(payments.request, buyer, createInput({ shoe: 1 }))),
    );
    expect(answers.filter(({ checkout }) => checkout !== null)).toHaveLength(5);
    const refused = answers.filter(({ checkout }) => checkout === null);
    for (const { userErrors } of refused) expect(userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED' }]);
    const [open] = answers.filter(({ checkout }) => checkout !== null);
    await cancel(payments.request, buyer, open.checkout.id);
    expect((await create(payments.request, buyer, createInput({ shoe: 1 }))).userErrors).toEqual([]);
  });

  it('sells scarce stock to as many as there is', async () => {
    const { stock } = world.products;
    stock.add({ id: 'last', onHand: 5 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => create(payments.request, newBuyer(), createInput({ last: 1 }))),
    );
    expect(answers.filter(({ checkout }) => checkout !== null)).toHaveLength(5);
    expect(stock.variants.get('last')).toMatchObject({ onHand: 5, reserved: 5 });
  });

  it('says that products is down, and goes on with the same key when it is back', async () => {
    const buyer = newBuyer();
    const input = createInput({ shoe: 1 });
    world.products.setDown(true);
    const down = await create(payments.request, buyer, input);
    world.products.setDown(false);
    expect(down).toMatchObject({
      checkout: null,
      userErrors: [{ __typename: 'ServiceUnavailableError', retryAfterSeconds: 1 }],
    });
    expect(await create(payments.request, buyer, input)).toMatchObject({
      checkout: { status: 'OPEN' },
      userErrors: [],
    });
    expect(await countCheckouts(buyer.id)).toBe(1);
  });

  it('holds the stock once when products loses its answer', async () => {
    const buyer = newBuyer();
    world.products.stock.add({ id: 'once', onHand: 10 });
    world.products.loseAnswers(1);
    expect(await create(payments.request, buyer, createInput({ once: 4 }))).toMatchObject({ userErrors: [] });
    expect(world.products.stock.variants.get('once')?.reserved).toBe(4);
  });

  it('gives up on a products service that hangs', async () => {
    const release = world.products.hold();
    const { userErrors } = await create(payments.request, newBuyer(), createInput({ shoe: 1 }));
    release();
    expect(userErrors).toMatchObject([{ __typename: 'ServiceUnavailableError' }]);
  });
});

async function countCheckouts(buyerId: string): Promise<number> {
  const { rows } = await world.pool.query<{ count: number }>(
    'SELECT count(*) FROM checkouts WHERE buyer_id = $1',
    [buyerId],
  );
  return rows[0]?.count ?? 0;
}
