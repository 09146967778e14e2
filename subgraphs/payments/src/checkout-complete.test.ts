import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { cancel, complete, completeInput, create, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  for (const id of ['shoe', 'sock', 'rare']) world.products.stock.add({ id });
  payments = await world.start();
});

afterAll(async () => {
  expect(await brokenInvariants(world, 'at rest')).toEqual({});
  await world.close();
});

/** A buyer with an open checkout over 20.00 EUR. */
async function openCheckout(service = payments) {
  const buyer = newBuyer();
  const { checkout } = await create(service.request, buyer, createInput({ shoe: 2 }));
  return { buyer, id: checkout.id as string };
}

const reservationOf = (id: string) => world.products.stock.reservations.get(id)?.status;

describe('checkoutComplete', () => {
  it('turns a paid checkout into an order', async () => {
    const { buyer, id } = await openCheckout();
    const paid = await complete(payments.request, buyer, id, completeInput(2_000));
    expect(paid).toMatchObject({
      userErrors: [],
      checkout: { id, status: 'COMPLETED', failure: null },
      payment: {
        status: 'SUCCEEDED',
        amountCaptured: { amount: 2_000 },
        card: {
          brand: 'visa',
          last4: '4242',
          expMonth: 12,
          expYear: 2034,
          issuerCountry: 'US',
          threeDSecure: false,
        },
        lastFailure: null,
      },
      order: { status: 'CONFIRMED', total: { amount: 2_000, currency: 'EUR', decimal: '20.00' } },
    });
    expect(paid.order.number).toMatch(/^TRB-[0-9A-HJKMNP-TV-Z]{8}$/);
    expect(paid.payment.events.map(({ type }: { type: string }) => type)).toEqual([
      'CREATED',
      'AUTHORIZATION_REQUESTED',
      'AUTHORIZED',
      'CAPTURE_REQUESTED',
      'CAPTURED',
    ]);
    expect(reservationOf(id)).toBe('COMMITTED');
  });

  it.each([
    ['pm_card_de', 'DE'],
    ['pm_card_unknownIssuer', null],
  ])('tells where the bank of %s is: %s', async (paymentToken, issuerCountry) => {
    const { buyer, id } = await openCheckout();
    expect(await complete(payments.request, buyer, id, completeInput(2_000, { paymentToken }))).toMatchObject(
      {
        payment: { status: 'SUCCEEDED', card: { issuerCountry, threeDSecure: false } },
      },
    );
  });

  it('keeps no payment token once the provider has answered', async () => {
    const { buyer, id } = await openCheckout();
    await complete(payments.request, buyer, id, completeInput(2_000, { paymentToken: 'pm_card_mastercard' }));
    const { rows } = await world.pool.query(
      `SELECT 1 FROM provider_requests WHERE request::text LIKE '%pm_card%' AND state <> 'INTENDED'`,
    );
    expect(rows).toEqual([]);
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'CARD_DECLINED', false],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'INSUFFICIENT_FUNDS', true],
    ['pm_card_chargeDeclinedExpiredCard', 'EXPIRED_CARD', false],
    ['pm_card_chargeDeclinedIncorrectCvc', 'INCORRECT_CVC', true],
    ['pm_card_chargeDeclinedProcessingError', 'PROCESSING_ERROR', true],
  ])(
    'answers the decline of %s and holds the stock for another card',
    async (paymentToken, code, retryable) => {
      const { buyer, id } = await openCheckout();
      const declined = await complete(payments.request, buyer, id, completeInput(2_000, { paymentToken }));
      expect(declined).toMatchObject({
        checkout: { status: 'OPEN' },
        payment: { status: 'REQUIRES_PAYMENT_METHOD', amountCaptured: { amount: 0 }, lastFailure: { code } },
        order: null,
        userErrors: [
          {
            __typename: 'PaymentDeclinedError',
            field: ['input', 'paymentToken'],
            failure: { code, retryable },
            payment: { id: declined.payment.id, status: 'REQUIRES_PAYMENT_METHOD' },
          },
        ],
      });
      expect(reservationOf(id)).toBe('HELD');
      const paid = await complete(payments.request, buyer, id, completeInput(2_000));
      expect(paid).toMatchObject({
        payment: { id: declined.payment.id, status: 'SUCCEEDED', lastFailure: null },
        checkout: { status: 'COMPLETED' },
        userErrors: [],
      });
    },
  );

  it('refuses a payment token the provider does not know, and takes a good one after it', async () => {
    const { buyer, id } = await openCheckout();
    const refused = await complete(
      payments.request,
      buyer,
      id,
      completeInput(2_000, { paymentToken: 'pm_nope' }),
    );
    expect(refused).toMatchObject({
      checkout: { status: 'OPEN' },
      userErrors: [{ __typename: 'PaymentInputError', code: 'INVALID', field: ['input', 'paymentToken'] }],
    });
    expect(await complete(payments.request, buyer, id, completeInput(2_000))).toMatchObject({
      userErrors: [],
    });
  });

  it.each(['4242424242424242', '4242 4242 4242 4242', 'tok_5555-5555-5555-4444'])(
    'refuses what looks like a card number and keeps it nowhere (%#)',
    async (paymentToken) => {
      const { buyer, id } = await openCheckout();
      const input = completeInput(2_000, { paymentToken });
      const { userErrors } = await complete(payments.request, buyer, id, input);
      expect(userErrors).toMatchObject([
        { code: 'INVALID', field: ['input', 'paymentToken'], message: expect.not.stringContaining('4242') },
      ]);
      const { rows } = await world.pool
        .query(`SELECT 1 FROM payments p JOIN checkouts c ON c.id = p.checkout_id
        WHERE c.buyer_id = '${buyer.id}'`);
      expect(rows).toEqual([]);
      await cancel(payments.request, buyer, id);
    },
  );

  it.each([
    [
      'another amount',
      { expectedTotal: { amount: 1_999, currency: 'EUR' } },
      { __typename: 'PriceChangedError' },
    ],
    [
      'another currency',
      { expectedTotal: { amount: 2_000, currency: 'USD' } },
      { code: 'CURRENCY_MISMATCH' },
    ],
    ['a negative amount', { expectedTotal: { amount: -2_000, currency: 'EUR' } }, { code: 'INVALID' }],
    ['a short key', { idempotencyKey: 'short' }, { code: 'INVALID', field: ['input', 'idempotencyKey'] }],
    ['a long key', { idempotencyKey: 'k'.repeat(256) }, { code: 'INVALID' }],
    ['a key with a NUL', { idempotencyKey: 'a\u0000key-of-nine' }, { code: 'INVALID' }],
    ['no token', { paymentToken: '' }, { code: 'REQUIRED', field: ['input', 'paymentToken'] }],
    ['a token with a NUL', { paymentToken: 'pm_\u0000' }, { code: 'INVALID' }],
    ['a very long token', { paymentToken: 'x'.repeat(10_000) }, { code: 'INVALID' }],
  ])('refuses %s and charges nothing', async (_, overrides, error) => {
    const { buyer, id } = await openCheckout();
    const refused = await complete(payments.request, buyer, id, completeInput(2_000, overrides));
    expect(refused).toMatchObject({ order: null, payment: null, userErrors: [error] });
    expect(await cancel(payments.request, buyer, id)).toMatchObject({ checkout: { status: 'CANCELED' } });
  });

  it('says what the total is when it is not the expected one', async () => {
    const { buyer, id } = await openCheckout();
    const { userErrors } = await complete(payments.request, buyer, id, completeInput(1));
    expect(userErrors).toEqual([
      {
        __typename: 'PriceChangedError',
        message: expect.any(String),
        field: ['input', 'expectedTotal'],
        expected: { amount: 1, currency: 'EUR' },
        actual: { amount: 2_000, currency: 'EUR', decimal: '20.00' },
      },
    ]);
  });

  it.each(['nonsense', 'chk_00000000000000000000000000', 'ord_01m84ms7ccefd8nhvzevqhkq1w', '', '\u0000'])(
    'answers NOT_FOUND for the id %j',
    async (id) => {
      const { userErrors } = await complete(payments.request, newBuyer(), id, completeInput(2_000));
      expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
    },
  );

  it("answers NOT_FOUND for another buyer's checkout", async () => {
    const { id } = await openCheckout();
    expect(await complete(payments.request, newBuyer(), id, completeInput(2_000))).toMatchObject({
      checkout: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
  });

  it('gives the same answer to the same key', async () => {
    const { buyer, id } = await openCheckout();
    const input = completeInput(2_000);
    const first = await complete(payments.request, buyer, id, input);
    expect(await complete(payments.request, buyer, id, input)).toEqual(first);
  });

  it('gives the same decline to the same key, also after another card was taken', async () => {
    const { buyer, id } = await openCheckout();
    const input = completeInput(2_000, { paymentToken: 'pm_card_visa_chargeDeclined' });
    const first = await complete(payments.request, buyer, id, input);
    await complete(payments.request, buyer, id, completeInput(2_000));
    const again = await complete(payments.request, buyer, id, input);
    expect(again.userErrors[0].failure).toEqual(first.userErrors[0].failure);
  });

  it('refuses a key that was used with other input', async () => {
    const { buyer, id } = await openCheckout();
    const input = completeInput(2_000, { paymentToken: 'pm_card_visa_chargeDeclined' });
    await complete(payments.request, buyer, id, input);
    const other = { ...input, paymentToken: 'pm_card_visa' };
    expect(await complete(payments.request, buyer, id, other)).toMatchObject({
      order: null,
      userErrors: [{ __typename: 'IdempotencyKeyReusedError', field: ['input', 'idempotencyKey'] }],
    });
    const second = await create(payments.request, buyer, createInput({ sock: 2 }));
    expect(await complete(payments.request, buyer, second.checkout.id, input)).toMatchObject({
      userErrors: [{ __typename: 'IdempotencyKeyReusedError' }],
    });
  });

  it('lets two buyers use the same key', async () => {
    const idempotencyKey = newKey();
    for (const { buyer, id } of [await openCheckout(), await openCheckout()]) {
      const paid = await complete(payments.request, buyer, id, completeInput(2_000, { idempotencyKey }));
      expect(paid.order).not.toBeNull();
    }
  });

  it('charges once when one key is sent many times at once', async () => {
    const { buyer, id } = await openCheckout();
    const input = completeInput(2_000);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => complete(payments.request, buyer, id, input)),
    );
    const orders = new Set(answers.flatMap(({ order }) => (order === null ? [] : [order.id])));
    expect(orders.size).toBe(1);
    for (const { order, userErrors } of answers) {
      if (order === null) expect(userErrors).toMatchObject([{ __typename: 'IdempotencyKeyInUseError' }]);
      else expect(userErrors).toEqual([]);
    }
  });

  it('charges once when many keys are sent at once', async () => {
    const { buyer, id } = await openCheckout();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => complete(payments.request, buyer, id, completeInput(2_000))),
    );
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    for (const { userErrors } of answers.filter((answer) => answer.userErrors.length > 0)) {
      expect(userErrors).toMatchObject([{ __typename: 'CheckoutStateError' }]);
    }
  });

  it.each([
    [
      'COMPLETED',
      (buyer: ReturnType<typeof newBuyer>, id: string) =>
        complete(payments.request, buyer, id, completeInput(2_000)),
    ],
    ['CANCELED', (buyer: ReturnType<typeof newBuyer>, id: string) => cancel(payments.request, buyer, id)],
  ])('refuses a checkout that is %s', async (status, finish) => {
    const { buyer, id } = await openCheckout();
    await finish(buyer, id);
    expect(await complete(payments.request, buyer, id, completeInput(2_000))).toMatchObject({
      checkout: { status },
      userErrors: [{ __typename: 'CheckoutStateError', status, field: ['id'] }],
    });
  });

  it('finds an effect whose answer was lost, and charges once', async () => {
    const { buyer, id } = await openCheckout();
    const input = completeInput(2_000, { paymentToken: 'pm_card_lost_answer' });
    expect(await complete(payments.request, buyer, id, input)).toMatchObject({
      userErrors: [],
      checkout: { status: 'COMPLETED' },
    });
  });

  it('takes the goods and the authorization back when the money cannot be captured', async () => {
    const { buyer, id } = await openCheckout();
    const failed = await complete(
      payments.request,
      buyer,
      id,
      completeInput(2_000, { paymentToken: 'pm_card_captureFails' }),
    );
    expect(failed).toMatchObject({
      checkout: { status: 'FAILED', failure: { code: 'CAPTURE_FAILED' } },
      payment: { status: 'CANCELED', amountCaptured: { amount: 0 } },
      order: null,
      userErrors: [{ __typename: 'CheckoutStateError', status: 'FAILED' }],
    });
    expect(reservationOf(id)).toBe('RESTOCKED');
  });

  it('gives the authorization up when the stock is no longer held', async () => {
    const { buyer, id } = await openCheckout();
    world.products.stock.release(id);
    expect(await complete(payments.request, buyer, id, completeInput(2_000))).toMatchObject({
      checkout: { status: 'FAILED', failure: { code: 'OUT_OF_STOCK' } },
      payment: { status: 'CANCELED' },
      userErrors: [{ __typename: 'CheckoutStateError', status: 'FAILED' }],
    });
  });

  it('waits out a products service that loses its answers', async () => {
    const { buyer, id } = await openCheckout();
    world.products.loseAnswers(2);
    expect(await complete(payments.request, buyer, id, completeInput(2_000))).toMatchObject({
      userErrors: [],
      checkout: { status: 'COMPLETED' },
    });
  });
});

describe('a payment that takes longer than the request', () => {
  const slow = { timing: { ...QUICK, inlineBudgetMs: 100 } };

  it('answers PROCESSING, refuses a second payment, and ends as an order', async () => {
    const service = await world.start(slow);
    const { buyer, id } = await openCheckout(service);
    const input = completeInput(2_000, { paymentToken: 'pm_card_slow_600' });
    expect(await complete(service.request, buyer, id, input)).toMatchObject({
      checkout: { status: 'PAYING' },
      payment: { status: 'PROCESSING' },
      order: null,
      userErrors: [],
    });
    expect(await complete(service.request, buyer, id, completeInput(2_000))).toMatchObject({
      userErrors: [{ __typename: 'CheckoutStateError', status: 'PAYING' }],
    });
    expect(await cancel(service.request, buyer, id)).toMatchObject({
      userErrors: [{ __typename: 'CheckoutStateError', status: 'PAYING' }],
    });
    const order = await waitFor(async () => (await complete(service.request, buyer, id, input)).order);
    expect(order.total.amount).toBe(2_000);
    await service.stop();
  });

  it('is finished by another instance when its own stops', async () => {
    const first = await world.start(slow);
    const { buyer, id } = await openCheckout(first);
    const input = completeInput(2_000, { paymentToken: 'pm_card_slow_400' });
    await complete(first.request, buyer, id, input);
    await first.stop();
    const second = await world.start({ timing: QUICK });
    expect(
      await waitFor(async () => (await complete(second.request, buyer, id, input)).order),
    ).not.toBeNull();
    await second.stop();
  });
});
