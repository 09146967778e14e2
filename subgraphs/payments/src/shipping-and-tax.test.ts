import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { complete, completeInput, create, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

let world: World;
let payments: RunningPayments;
let manual: RunningPayments;
const operator = newBuyer([
  'payments:refund',
  'payments:capture',
  'payments:read',
  'ledger:read',
  'orders:read',
]);

const RATES = {
  shipping: [
    {
      countries: ['DE'],
      prices: [
        { currency: 'EUR', amount: 490, freeFrom: 5_000 },
        { currency: 'JPY', amount: 800 },
        { currency: 'KWD', amount: 1_500 },
      ],
    },
    { countries: ['US'], prices: [{ currency: 'USD', amount: 999 }] },
  ],
  taxes: [
    { countries: ['DE'], percent: '19' },
    { countries: ['DE'], category: 'reduced', percent: '7' },
    { countries: ['US'], regions: ['CA'], percent: '7.25' },
    { countries: ['US'], regions: ['CA'], category: 'shipping', percent: '0' },
  ],
};

beforeAll(async () => {
  world = await createWorld();
  const { stock } = world.products;
  stock.add({ id: 'shoe' });
  stock.add({ id: 'book', taxCategory: 'reduced', prices: { EUR: 333 } });
  stock.add({ id: 'song', requiresShipping: false, prices: { EUR: 99 } });
  stock.add({ id: 'car', prices: { EUR: Number.MAX_SAFE_INTEGER } });
  payments = await world.start({ rates: RATES });
  manual = await world.start({ rates: RATES, captureMethod: 'MANUAL' });
});

afterAll(async () => {
  expect(await brokenInvariants(world, 'at rest')).toEqual({});
  await world.close();
});

const germany = { recipientName: 'Ada', line1: 'Weg 1', city: 'Bonn', countryCode: 'DE' };
const california = { ...germany, countryCode: 'US', region: 'ca' };

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

const TOTALS = `subtotal { amount decimal } shippingTotal { amount } taxTotal { amount decimal } total { amount decimal }
  lines { id taxTotal { amount } total { amount } }`;

async function look(buyer: ReturnType<typeof newBuyer>, id: string): Promise<Payload> {
  const query = `query ($id: ID!) { checkout(id: $id) { ${TOTALS} billingAddress { countryCode } } }`;
  return (await payments.request(query, { id }, buyer)).data.checkout;
}

async function open(lines: Record<string, number>, overrides: object = {}): Promise<Payload> {
  const buyer = newBuyer();
  const input = createInput(lines, { shippingAddress: germany, ...overrides });
  const { checkout, userErrors } = await create(payments.request, buyer, input);
  if (checkout === null) return { userErrors };
  return { id: checkout.id, buyer, ...(await look(buyer, checkout.id)) };
}

describe('a price', () => {
  it('has shipping and tax by where it goes, each line rounded by itself', async () => {
    expect(await open({ shoe: 1, book: 3 })).toMatchObject({
      subtotal: { amount: 1_999 },
      shippingTotal: { amount: 490 },
      // 190.00, 69.93 and 93.10 cents.
      taxTotal: { amount: 190 + 70 + 93 },
      total: { amount: 2_842, decimal: '28.42' },
      lines: [{ taxTotal: { amount: 190 } }, { taxTotal: { amount: 70 }, total: { amount: 999 } }],
    });
    expect(await open({ shoe: 5 })).toMatchObject({ shippingTotal: { amount: 0 }, total: { amount: 5_950 } });
    expect(await open({ shoe: 1 }, { currency: 'USD', shippingAddress: california })).toMatchObject({
      shippingTotal: { amount: 999 },
      taxTotal: { amount: 87 },
      total: { amount: 2_286, decimal: '22.86' },
    });
  });

  it('is whole yen, and thousandths of a dinar', async () => {
    expect(await open({ shoe: 1 }, { currency: 'JPY' })).toMatchObject({
      subtotal: { amount: 1_500, decimal: '1500' },
      taxTotal: { amount: 285 + 152, decimal: '437' },
      total: { amount: 2_737, decimal: '2737' },
    });
    expect(await open({ shoe: 1 }, { currency: 'KWD' })).toMatchObject({
      subtotal: { amount: 3_250, decimal: '3.250' },
      // 617.5 fils are 618.
      taxTotal: { amount: 618 + 285, decimal: '0.903' },
      total: { amount: 5_653, decimal: '5.653' },
    });
  });

  it('needs no address of a parcel where nothing is sent', async () => {
    const { id, buyer, ...song } = await open(
      { song: 1 },
      { shippingAddress: null, billingAddress: germany },
    );
    expect(song).toMatchObject({ shippingTotal: { amount: 0 }, total: { amount: 118 } });
    expect(await complete(payments.request, buyer, id, completeInput(118))).toMatchObject({ userErrors: [] });
  });

  it.each([
    [{ shoe: 1 }, 'shippingAddress'],
    [{ song: 1 }, 'billingAddress'],
  ])('of %j without an address is a first idea, and nobody pays it', async (lines, name) => {
    const { id, buyer, total } = await open(lines, { shippingAddress: null });
    expect(total.amount).toBe('shoe' in lines ? 1_000 : 99);
    expect(await complete(payments.request, buyer, id, completeInput(total.amount))).toMatchObject({
      order: null,
      userErrors: [{ code: 'REQUIRED', message: expect.stringContaining(name) }],
    });
  });

  it.each([
    ['a place nothing is sent to', { shippingAddress: { ...germany, countryCode: 'FR' } }, 'UNSUPPORTED'],
    ['a currency parcels there have no price in', { currency: 'USD' }, 'UNSUPPORTED'],
    ['a total beyond exact integers', { lines: [{ variantId: 'car', quantity: 1 }] }, 'LIMIT_EXCEEDED'],
  ])('is refused for %s, and the stock goes back', async (_, overrides, code) => {
    const before = world.products.stock.reservations.size;
    expect((await open({ shoe: 1 }, overrides)).userErrors).toMatchObject([{ code }]);
    // A worker may have been quicker to take up the saga than the request: then it is the one who gives it back.
    await waitFor(() => {
      const made = [...world.products.stock.reservations.values()].slice(before);
      return made.length === 1 && made[0]?.status === 'RELEASED';
    });
  });
});

/** What the accounts of tax and shipping hold, in one currency. */
async function balances(currency: string): Promise<Record<string, number>> {
  const query = `query ($currency: CurrencyCode!) {
    trialBalance(currency: $currency) { balanced lines { code balance { amount } } }
  }`;
  const { trialBalance } = (await payments.request(query, { currency }, operator)).data;
  expect(trialBalance.balanced).toBe(true);
  return Object.fromEntries(trialBalance.lines.map(({ code, balance }: Payload) => [code, balance.amount]));
}

async function operate(mutation: string, type: string, input: object, service = payments): Promise<Payload> {
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) {
    payment { status amountRefundable { amount } } ${type === 'RefundCreateInput' ? REFUNDED : ''} userErrors { __typename ... on UserError { message } } } }`;
  const body = { input: { idempotencyKey: newKey(), ...input } };
  const { data, errors } = await service.request(query, body, operator);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  expect(data[mutation].userErrors).toEqual([]);
  return data[mutation];
}

const refund = (input: object) => operate('refundCreate', 'RefundCreateInput', { reason: 'OTHER', ...input });

const REFUNDED = 'refund { amount { amount } lines { quantity amount { amount } restocked } }';
/** What the lines of a refund get, and all of it. */
const amountsOf = ({ refund: { lines, amount } }: Payload): readonly number[] => [
  ...lines.map((line: Payload) => line.amount.amount),
  amount.amount,
];

/** What has moved on each account since. */
async function moved(before: Record<string, number>): Promise<object> {
  const after = await balances('EUR');
  const codes = ['revenue:sales', 'revenue:shipping', 'liabilities:tax', 'clearing:payments'];
  return Object.fromEntries(codes.map((code) => [code, (after[code] ?? 0) - (before[code] ?? 0)]));
}

describe('the books', () => {
  it('keep goods, shipping and tax apart, and give each back as it came', async () => {
    const before = await balances('EUR');
    const { id, buyer, lines, total } = await open({ shoe: 3, book: 1 });
    expect(total.amount).toBe(3_333 + 490 + 570 + 23 + 93);
    const { payment } = await complete(payments.request, buyer, id, completeInput(total.amount));
    const paymentId = payment.id;
    expect(await moved(before)).toEqual({
      'revenue:sales': 3_333,
      'revenue:shipping': 490,
      'liabilities:tax': 686,
      'clearing:payments': 4_509,
    });
    // A shoe with its tax, and no shipping.
    await refund({ paymentId, lines: [{ lineItemId: lines[0].id, quantity: 1 }] });
    expect(await moved(before)).toMatchObject({
      'revenue:sales': 2_333,
      'revenue:shipping': 490,
      'liabilities:tax': 496,
    });
    // A sum is a share of what is left: 496 of 3319, and 986 of it with shipping.
    await refund({ paymentId, amount: { amount: 1_000, currency: 'EUR' } });
    expect(await moved(before)).toEqual({
      'revenue:sales': 2_333 - 703,
      'revenue:shipping': 490 - 148,
      'liabilities:tax': 496 - 149,
      'clearing:payments': 2_319,
    });
    expect(await refund({ paymentId })).toMatchObject({ payment: { amountRefundable: { amount: 0 } } });
    expect(Object.values(await moved(before))).toEqual([0, 0, 0, 0]);
  });

  it('know what of a refund is for each line, to the last cent', async () => {
    const { id, buyer, lines, total } = await open({ shoe: 1, book: 4 });
    expect(total.amount).toBe(2_332 + 490 + 190 + 93 + 93);
    const { payment } = await complete(payments.request, buyer, id, completeInput(total.amount));
    const paymentId = payment.id;
    const [shoe, books] = lines.map(({ id: lineItemId }: Payload) => lineItemId);
    // 93 cents of tax on four books are 23, 23, 23 and 24.
    const threeBooks = [{ lineItemId: books, quantity: 3 }];
    expect(amountsOf(await refund({ paymentId, lines: threeBooks }))).toEqual([999 + 69, 999 + 69]);
    const rest = [
      { lineItemId: shoe, quantity: 1 },
      { lineItemId: books, quantity: 1 },
    ];
    // Of 2130 cents that are left 490 are shipping, so of 101 it is 23; 1190 and 357 are what the lines cost.
    const amount = { amount: 101, currency: 'EUR' };
    expect(amountsOf(await refund({ paymentId, amount, lines: rest }))).toEqual([60, 18, 101]);
    expect(amountsOf(await refund({ paymentId }))).toEqual([2_029]);
  });

  it('know what is refunded beyond the lines: the shipping of an order that is canceled', async () => {
    const { id, buyer, total } = await open({ shoe: 2, book: 1 });
    const { order, payment } = await complete(payments.request, buyer, id, completeInput(total.amount));
    const cancel = `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) { userErrors { __typename } } }`;
    const input = { orderId: order.id, idempotencyKey: newKey() };
    expect((await payments.request(cancel, { input }, buyer)).data.orderCancel.userErrors).toEqual([]);
    const query = `{ payment(id: "${payment.id}") { refunds { amount { amount } lines { amount { amount } restocked } } } }`;
    const [refunded] = await waitFor(async () => {
      const { refunds } = (await payments.request(query, {}, buyer)).data.payment;
      return refunds[0].lines.every(({ restocked }: Payload) => restocked) ? refunds : undefined;
    });
    expect(amountsOf({ refund: refunded })).toEqual([2_380, 356, 2_380 + 356 + 490 + 93]);
  });

  it('allot a part of what was set aside alike', async () => {
    const before = await balances('EUR');
    const { id, buyer, total } = await open({ shoe: 2 });
    const { payment } = await complete(manual.request, buyer, id, completeInput(total.amount));
    expect(Object.values(await moved(before))).toEqual([0, 0, 0, 0]);
    const half = { amount: total.amount / 2 - 0.5, currency: 'EUR' };
    await operate('paymentCapture', 'PaymentCaptureInput', { paymentId: payment.id, amount: half }, manual);
    // 2000, 490 and 473 in 2963; half of it is 1481.
    expect(await moved(before)).toEqual({
      'revenue:sales': 1_000,
      'revenue:shipping': 245,
      'liabilities:tax': 236,
      'clearing:payments': 1_481,
    });
  });
});
