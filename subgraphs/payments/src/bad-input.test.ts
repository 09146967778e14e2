/** What must not harm: amounts at the edges, clocks that are wrong, providers that answer nonsense or nothing. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { createHmac } from 'node:crypto';
import { createSandboxProvider } from './provider/sandbox-provider.ts';
import { complete, completeInput, create, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';
import { API_KEY, WEBHOOK_SECRET } from './testing/sandbox-process.ts';
import { SPOILINGS, startSpoilingProxy } from './testing/spoiling-proxy.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const OPERATOR = newBuyer(['payments:read', 'payments:refund', 'payments:capture']);

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  const { stock } = world.products;
  stock.add({ id: 'shoe', prices: { EUR: 1_000, JPY: 1_501, KWD: 3_255 } });
  stock.add({ id: 'yacht', prices: { EUR: MOST } });
  payments = await world.start();
});

afterEach(() => {
  jest.useRealTimers();
});

afterAll(async () => {
  await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0);
  await world.close();
});

async function buyIn(currency: string, variant: string) {
  const buyer = newBuyer();
  const { checkout } = await create(payments.request, buyer, createInput({ [variant]: 1 }, { currency }));
  const { amount } = checkout.total;
  const paid = await complete(
    payments.request,
    buyer,
    checkout.id as string,
    completeInput(amount as number, { expectedTotal: { amount, currency } }),
  );
  expect(paid.userErrors).toEqual([]);
  return { paymentId: paid.payment.id as string, amount: amount as number };
}

async function refund(paymentId: string, amount: number, currency: string, service = payments) {
  const query = `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) {
    payment { amountCaptured { amount } amountRefunded { amount } amountRefundable { amount decimal } }
    userErrors { __typename ... on PaymentInputError { code } } } }`;
  const input = { paymentId, amount: { amount, currency }, reason: 'OTHER', idempotencyKey: newKey() };
  const { data } = await service.request(query, { input }, OPERATOR);
  return data.refundCreate;
}

describe('an amount', () => {
  it.each([
    ['JPY', 'shoe', 1_501, 1, '1500'],
    ['KWD', 'shoe', 3_255, 5, '3.250'],
    ['EUR', 'yacht', MOST, MOST - 1, '0.01'],
  ])(
    'in %s of a %s is paid and given back to the last unit',
    async (currency, variant, total, part, left) => {
      const { paymentId, amount } = await buyIn(currency, variant);
      expect(amount).toBe(total);
      expect(await refund(paymentId, part, currency)).toMatchObject({
        userErrors: [],
        payment: {
          amountCaptured: { amount: total },
          amountRefunded: { amount: part },
          amountRefundable: { amount: total - part, decimal: left },
        },
      });
      expect((await refund(paymentId, total - part + 1, currency)).userErrors).toMatchObject([
        { __typename: 'AmountExceedsRefundableError' },
      ]);
      expect(await refund(paymentId, total - part, currency)).toMatchObject({
        payment: { amountRefunded: { amount: total }, amountRefundable: { amount: 0 } },
      });
    },
  );

  it.each([MOST + 1, 1.5, '1000', -(MOST + 1)])('is never %p', async (amount) => {
    const input = {
      paymentId: 'pay_x',
      amount: { amount, currency: 'EUR' },
      reason: 'OTHER',
      idempotencyKey: newKey(),
    };
    const query =
      'mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { userErrors { __typename } } }';
    expect((await payments.request(query, { input }, OPERATOR)).errors).toHaveLength(1);
  });

  it('that the provider cannot move is refused before anything is asked of it', async () => {
    const limited = await world.start({
      timing: { pollMs: 600_000 },
      provider: (sandbox) => ({ ...sandbox, whyNotMovable: () => 'more than 999 999.99' }),
    });
    const buyer = newBuyer();
    const { checkout } = await create(limited.request, buyer, createInput({ shoe: 1 }));
    expect(await complete(limited.request, buyer, checkout.id as string, completeInput(1_000))).toMatchObject(
      {
        checkout: { status: 'OPEN' },
        payment: null,
        userErrors: [{ __typename: 'PaymentInputError', code: 'UNSUPPORTED' }],
      },
    );
    const { paymentId } = await buyIn('EUR', 'shoe');
    expect(await refund(paymentId, 5, 'EUR', limited)).toMatchObject({
      payment: { amountRefundable: { amount: 1_000 } },
      userErrors: [{ __typename: 'PaymentInputError', code: 'UNSUPPORTED' }],
    });
    await limited.stop();
  });

  it('in a currency that the provider does not take is refused before stock is held, and before it is paid', async () => {
    const held = world.products.stock.reservations.size;
    const inRial = await create(payments.request, newBuyer(), createInput({ shoe: 1 }, { currency: 'IRR' }));
    expect(inRial).toMatchObject({
      checkout: null,
      userErrors: [{ __typename: 'PaymentInputError', code: 'UNSUPPORTED', field: ['input', 'currency'] }],
    });
    expect(world.products.stock.reservations.size).toBe(held);

    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const { paymentId } = await buyIn('EUR', 'shoe');
    const yenOnly = await world.start({
      timing: { pollMs: 600_000 },
      provider: (sandbox) => ({ ...sandbox, currencies: ['JPY'] }),
    });
    const told = await yenOnly.request('{ paymentProviders { currencies } }');
    expect(told.data).toEqual({ paymentProviders: [{ currencies: ['JPY'] }] });
    expect(await complete(yenOnly.request, buyer, checkout.id as string, completeInput(1_000))).toMatchObject(
      {
        checkout: { status: 'OPEN' },
        payment: null,
        userErrors: [{ __typename: 'PaymentInputError', code: 'UNSUPPORTED' }],
      },
    );
    // What was taken is given back, whatever is taken now.
    expect((await refund(paymentId, 5, 'EUR', yenOnly)).userErrors).toEqual([]);
    await yenOnly.stop();
  });

  it('is refused too when it is what lines come to, and nothing is set aside for it', async () => {
    const tens = await world.start({
      provider: (sandbox) => ({
        ...sandbox,
        whyNotMovable: ({ amount }) => (amount % 10 === 0 ? undefined : 'amounts end with a zero'),
      }),
    });
    const buyer = newBuyer();
    const { checkout } = await create(tens.request, buyer, createInput({ shoe: 2 }, { currency: 'KWD' }));
    const { id, lines } = checkout as { id: string; lines: readonly { id: string }[] };
    const input = completeInput(6_510, { expectedTotal: { amount: 6_510, currency: 'KWD' } });
    const { payment } = await complete(tens.request, buyer, id, input);
    const refundLines = async (quantity: number) => {
      const query = `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) {
        payment { amountRefundable { amount } refunds { status } } userErrors { __typename ... on PaymentInputError { code field } } } }`;
      const asked = { lineItemId: lines[0]?.id, quantity };
      const refundInput = {
        paymentId: payment.id,
        lines: [asked],
        reason: 'OTHER',
        idempotencyKey: newKey(),
      };
      return (await tens.request(query, { input: refundInput }, OPERATOR)).data.refundCreate;
    };
    expect(await refundLines(1)).toEqual({
      payment: { amountRefundable: { amount: 6_510 }, refunds: [] },
      userErrors: [{ __typename: 'PaymentInputError', code: 'UNSUPPORTED', field: ['input', 'lines'] }],
    });
    expect(await refundLines(2)).toEqual({
      payment: { amountRefundable: { amount: 0 }, refunds: [{ status: 'SUCCEEDED' }] },
      userErrors: [],
    });
    await tens.stop();
  });
});

describe('a provider', () => {
  it.each(SPOILINGS)('that does what it is asked and answers %s has done it once', async (spoiling) => {
    const proxy = await startSpoilingProxy(world.sandbox.url);
    const service = await world.start({
      timing: { ...QUICK, providerTimeoutMs: 1_000, leaseMs: 60_000 },
      provider: () => createSandboxProvider({ url: proxy.url, apiKey: API_KEY, webhookSecrets: [] }),
    });
    const buyer = newBuyer();
    const { checkout } = await create(service.request, buyer, createInput({ shoe: 1 }));
    proxy.spoil(spoiling, spoiling);
    const input = completeInput(1_000);
    const paid = await waitFor(async () => {
      const answer = await complete(service.request, buyer, checkout.id as string, input);
      return answer.order === null ? undefined : answer;
    });
    expect(paid).toMatchObject({ userErrors: [], payment: { amountCaptured: { amount: 1_000 } } });
    await service.stop();
    await proxy.stop();
  });
});

/** Of this process alone: its timers go on. */
const setClock = (now: number) =>
  jest.useFakeTimers({
    now,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });

describe('a clock', () => {
  it('of this process that is slow keeps no checkout open: the database’s decides', async () => {
    const quiet = await world.start({ timing: { pollMs: 600_000 } });
    const buyer = newBuyer();
    const { checkout } = await create(quiet.request, buyer, createInput({ shoe: 1 }));
    await world.pool.query('UPDATE checkouts SET expires_at = now() WHERE buyer_id = $1', [buyer.id]);
    setClock(Date.now() - 3_600_000);
    expect(await complete(quiet.request, buyer, checkout.id as string, completeInput(1_000))).toMatchObject({
      userErrors: [{ __typename: 'CheckoutStateError', status: 'EXPIRED' }],
    });
    await quiet.stop();
  });

  it.each([
    [-200, 200],
    [200, 200],
    [-400, 400],
    [400, 400],
  ])('of the provider may be five minutes off: %i s', async (off, size) => {
    const id = `evt_${newKey()}`;
    const object = { object: 'payment_intent', id: 'pi_unknown' };
    const body = JSON.stringify({ id, type: 'payment_intent.succeeded', data: { object } });
    const t = Math.floor(Date.now() / 1_000) + off;
    const v1 = createHmac('sha256', WEBHOOK_SECRET).update(`${t}.${body}`).digest('hex');
    const response = await fetch(`${payments.url}/webhooks/provider`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${t},v1=${v1}` },
      body,
    });
    expect(response.ok).toBe(size < 300);
  });
});
