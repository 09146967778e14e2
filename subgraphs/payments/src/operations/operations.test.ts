import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { paymentId as typedPaymentId } from '../domain/ids.ts';
import { complete, completeInput, create, createInput, newKey } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from '../testing/harness.ts';
import { brokenInvariants } from '../testing/invariants.ts';

let world: World;
let payments: RunningPayments;
let manual: RunningPayments;
const operator = newBuyer([
  'payments:capture',
  'payments:refund',
  'payments:read',
  'orders:read',
  'ledger:read',
]);
const colleague = newBuyer(['payments:capture', 'payments:refund']);

beforeAll(async () => {
  world = await createWorld();
  for (const id of ['shoe', 'sock']) world.products.stock.add({ id });
  payments = await world.start();
  manual = await world.start({ captureMethod: 'MANUAL' });
  await world.sandbox.sendWebhooksTo(payments.url);
});

afterAll(async () => {
  await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0, {
    what: 'rest',
  });
  await world.close();
});

const PAYMENT = `payment {
  id status captureMethod amountCapturable { amount } amountCaptured { amount } amountRefunded { amount }
  amountRefundable { amount } events { type }
  order { status totalRefunded { amount } canceledAt lines { id quantity refundedQuantity } }
}`;
const ERRORS = `userErrors {
  __typename
  ... on UserError { message field }
  ... on PaymentInputError { code }
  ... on PaymentStateError { status }
  ... on AmountExceedsCapturableError { capturable { amount currency } }
  ... on AmountExceedsRefundableError { refundable { amount currency } }
}`;
const REFUND =
  'refund { id status amount { amount } reason note failureMessage lines { quantity amount { amount currency } restocked lineItem { id } } }';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

async function operate(
  name: string,
  type: string,
  fields: string,
  input: object,
  by = operator,
): Promise<Payload> {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} ${ERRORS} } }`;
  const body = { input: { idempotencyKey: newKey(), ...input } };
  const { data, errors } = await payments.request(query, body, by);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data[name];
}

const capture = (input: object, by = operator) =>
  operate('paymentCapture', 'PaymentCaptureInput', PAYMENT, input, by);
const cancel = (input: object) => operate('paymentCancel', 'PaymentCancelInput', PAYMENT, input);
const refund = (input: object, by = operator) =>
  operate('refundCreate', 'RefundCreateInput', `${REFUND} ${PAYMENT}`, { reason: 'OTHER', ...input }, by);
const euros = (amount: number) => ({ amount, currency: 'EUR' });

/** Three shoes and two socks: 50.00 EUR, and what is known of the payment. */
async function sell(service = payments, paymentToken = 'pm_card_visa'): Promise<Payload> {
  const buyer = newBuyer();
  const { checkout } = await create(service.request, buyer, createInput({ shoe: 3, sock: 2 }));
  const paid = await complete(service.request, buyer, checkout.id, completeInput(5_000, { paymentToken }));
  return { buyer, checkoutId: checkout.id, paymentId: paid.payment.id, lines: checkout.lines, paid };
}

const look = async (paymentId: string): Promise<Payload> =>
  (
    await payments.request(
      `{ payment(id: "${paymentId}") { ${PAYMENT.replace(/^payment \{/, '').replace(/\}$/, '')} refunds { ${REFUND.replace(/^refund \{/, '').replace(/\}$/, '')} } } }`,
      {},
      operator,
    )
  ).data.payment;

describe('capturing later', () => {
  it('makes the order of what is set aside, and takes less of it once', async () => {
    const { paymentId, paid, checkoutId } = await sell(manual);
    expect(paid).toMatchObject({ order: { status: 'CONFIRMED' }, payment: { status: 'REQUIRES_CAPTURE' } });
    expect(world.products.stock.reservations.get(checkoutId)?.status).toBe('COMMITTED');
    expect(await look(paymentId)).toMatchObject({
      captureMethod: 'MANUAL',
      amountCapturable: { amount: 5_000 },
    });
    expect((await capture({ paymentId, amount: euros(5_001) })).userErrors).toMatchObject([
      { __typename: 'AmountExceedsCapturableError', capturable: { amount: 5_000, currency: 'EUR' } },
    ]);
    const input = { paymentId, amount: euros(4_000), idempotencyKey: newKey() };
    const captured = await capture(input);
    expect(captured).toMatchObject({
      userErrors: [],
      payment: {
        status: 'SUCCEEDED',
        amountCapturable: { amount: 0 },
        amountCaptured: { amount: 4_000 },
        amountRefundable: { amount: 4_000 },
      },
    });
    expect(await capture(input)).toEqual(captured);
    expect((await capture({ ...input, amount: euros(1) })).userErrors).toMatchObject([
      { __typename: 'IdempotencyKeyReusedError' },
    ]);
    expect((await capture({ paymentId })).userErrors).toMatchObject([
      { __typename: 'PaymentStateError', status: 'SUCCEEDED' },
    ]);
  });

  it('gives it up: the order is canceled and the goods go back', async () => {
    const { paymentId, checkoutId } = await sell(manual);
    expect(await cancel({ paymentId, reason: 'out of paper' })).toMatchObject({
      userErrors: [],
      payment: { status: 'CANCELED', amountCapturable: { amount: 0 }, order: { status: 'CANCELED' } },
    });
    await waitFor(() => world.products.stock.reservations.get(checkoutId)?.status === 'RESTOCKED');
    expect((await capture({ paymentId })).userErrors).toMatchObject([{ status: 'CANCELED' }]);
    expect((await refund({ paymentId })).userErrors).toMatchObject([{ status: 'CANCELED' }]);
  });

  it('is canceled when the authorization has run out meanwhile', async () => {
    const { paymentId } = await sell(manual, 'pm_card_captureFails');
    expect(await capture({ paymentId })).toMatchObject({
      userErrors: [{ __typename: 'PaymentStateError', status: 'CANCELED' }],
      payment: { status: 'CANCELED', order: { status: 'CANCELED' } },
    });
  });

  it('takes the money once when two operators do it at once, and when answers are lost', async () => {
    const { paymentId } = await sell(manual, 'pm_card_lost_answer');
    const answers = await Promise.all([capture({ paymentId }), capture({ paymentId }, colleague)]);
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    expect(await look(paymentId)).toMatchObject({ status: 'SUCCEEDED', amountCaptured: { amount: 5_000 } });
  });
});

describe('refunding', () => {
  it('gives back what lines cost, never more of a line than was bought', async () => {
    const { paymentId, lines } = await sell();
    const [shoes, socks] = lines;
    const first = await refund({
      paymentId,
      lines: [{ lineItemId: shoes.id, quantity: 1 }],
      note: 'a scratch',
      reason: 'REQUESTED_BY_CUSTOMER',
    });
    expect(first).toMatchObject({
      userErrors: [],
      refund: {
        status: 'SUCCEEDED',
        amount: { amount: 1_000 },
        note: 'a scratch',
        lines: [{ quantity: 1, amount: euros(1_000), restocked: false, lineItem: { id: shoes.id } }],
      },
      payment: {
        amountRefunded: { amount: 1_000 },
        amountRefundable: { amount: 4_000 },
        order: { status: 'PARTIALLY_REFUNDED', totalRefunded: { amount: 1_000 } },
      },
    });
    expect(
      (await refund({ paymentId, lines: [{ lineItemId: shoes.id, quantity: 3 }] })).userErrors,
    ).toMatchObject([{ code: 'LIMIT_EXCEEDED', field: ['input', 'lines', '0', 'quantity'] }]);
    const rest = [
      { lineItemId: shoes.id, quantity: 2 },
      { lineItemId: socks.id, quantity: 2 },
    ];
    expect(await refund({ paymentId, lines: rest })).toMatchObject({
      payment: { amountRefundable: { amount: 0 }, order: { status: 'REFUNDED' } },
    });
    expect((await refund({ paymentId })).userErrors).toMatchObject([
      { __typename: 'AmountExceedsRefundableError', refundable: { amount: 0 } },
    ]);
  });

  it('never gives back more than was taken, however many do it at once', async () => {
    const { paymentId } = await sell();
    const half = () => refund({ paymentId, amount: euros(2_600) });
    const answers = await Promise.all([
      half(),
      refund({ paymentId, amount: euros(2_600) }, colleague),
      half(),
    ]);
    expect(answers.map(({ userErrors }) => userErrors.length).sort()).toEqual([0, 1, 1]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toMatchObject([
      { __typename: 'AmountExceedsRefundableError', refundable: { amount: 2_400 } },
      { __typename: 'AmountExceedsRefundableError', refundable: { amount: 2_400 } },
    ]);
  });

  it('does it once for one key, and refuses another request with it', async () => {
    const { paymentId } = await sell(payments, 'pm_card_lost_answer');
    const input = { paymentId, amount: euros(100), idempotencyKey: newKey() };
    const answers = await Promise.all([refund(input), refund(input), refund(input)]);
    const settled = await waitFor(async () => {
      const answer = await refund(input);
      return answer.userErrors.length === 0 ? answer : undefined;
    });
    expect(settled.payment.amountRefunded.amount).toBe(100);
    expect(
      answers.flatMap(({ userErrors }) => userErrors.map(({ __typename }: Payload) => __typename)),
    ).not.toContain('IdempotencyKeyReusedError');
    expect((await refund({ ...input, amount: euros(101) })).userErrors).toMatchObject([
      { __typename: 'IdempotencyKeyReusedError' },
    ]);
  });

  it('waits for a slow bank', async () => {
    const { paymentId } = await sell(payments, 'pm_card_pendingRefund');
    expect(await refund({ paymentId })).toMatchObject({
      refund: { status: 'PENDING' },
      payment: {
        amountRefunded: { amount: 0 },
        amountRefundable: { amount: 0 },
        order: { status: 'CONFIRMED' },
      },
    });
    await waitFor(async () => (await look(paymentId)).refunds[0].status === 'SUCCEEDED');
    expect(await look(paymentId)).toMatchObject({ order: { status: 'REFUNDED' } });
  });

  it('takes back what a bank sends back after it was paid', async () => {
    const { paymentId, lines } = await sell(payments, 'pm_card_refundFail');
    const shoes = [{ lineItemId: lines[0].id, quantity: 3 }];
    expect(await refund({ paymentId, lines: shoes })).toMatchObject({ refund: { status: 'SUCCEEDED' } });
    await waitFor(async () => (await look(paymentId)).refunds[0].status === 'FAILED');
    expect(await look(paymentId)).toMatchObject({
      amountRefunded: { amount: 0 },
      amountRefundable: { amount: 5_000 },
      order: { status: 'CONFIRMED', lines: [{ refundedQuantity: 0 }, { refundedQuantity: 0 }] },
    });
  });

  it('is what the bank made of it, also when its answer is older than what the bank has told', async () => {
    const { paymentId } = await sell(payments, 'pm_card_refundFail');
    const { rows } = await world.pool.query<{ reference: string }>(
      'SELECT provider_reference AS reference FROM payments WHERE id = $1',
      [typedPaymentId.toUuid(paymentId)],
    );
    const isToldOf = async (): Promise<boolean> =>
      (
        await world.pool.query(
          `SELECT 1 FROM provider_events WHERE type = 'refund.failed' AND reference = $1 AND attempts > 0`,
          [rows[0]?.reference],
        )
      ).rowCount === 1;
    // As an answer is that was kept with its key and asked for once more.
    const slow = await world.start({
      provider: (sandbox) => ({
        ...sandbox,
        refund: async (request, options) => {
          const outcome = await sandbox.refund(request, options);
          await waitFor(isToldOf, { what: 'the event' });
          return outcome;
        },
      }),
    });
    const input = { paymentId, reason: 'OTHER', idempotencyKey: newKey() };
    const query = 'mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { refund { id } } }';
    await slow.request(query, { input }, operator);
    await waitFor(async () => (await look(paymentId)).refunds[0]?.status === 'FAILED', { what: 'the truth' });
    await slow.stop();
  });

  it('puts an order that is refunded whole back into stock', async () => {
    const { paymentId, lines, checkoutId } = await sell();
    const some = [{ lineItemId: lines[0].id, quantity: 3 }];
    expect((await refund({ paymentId, lines: some, restock: true })).userErrors).toMatchObject([
      { code: 'UNSUPPORTED', field: ['input', 'restock'] },
    ]);
    const all = [...some, { lineItemId: lines[1].id, quantity: 2 }];
    expect(await refund({ paymentId, lines: all, restock: true })).toMatchObject({
      refund: { status: 'SUCCEEDED', lines: [{ amount: euros(3_000) }, { amount: euros(2_000) }] },
    });
    await waitFor(async () =>
      (await look(paymentId)).refunds[0].lines.every((line: Payload) => line.restocked),
    );
    expect(world.products.stock.reservations.get(checkoutId)?.status).toBe('RESTOCKED');
  });

  it.each([
    ['an amount of nothing', { amount: euros(0) }, { code: 'INVALID' }],
    ['a negative amount', { amount: euros(-5) }, { code: 'INVALID' }],
    ['another currency', { amount: { amount: 5, currency: 'JPY' } }, { code: 'CURRENCY_MISMATCH' }],
    ['a line of nobody', { lines: [{ lineItemId: 'lin_1', quantity: 1 }] }, { code: 'NOT_FOUND' }],
    ['no such payment', { paymentId: 'pay_1' }, { code: 'NOT_FOUND', field: ['input', 'paymentId'] }],
    ['a short key', { idempotencyKey: 'short' }, { code: 'INVALID' }],
  ])('refuses %s', async (_, input, error) => {
    const { paymentId } = await sell();
    expect((await refund({ paymentId, ...input })).userErrors).toMatchObject([error]);
  });

  it('finds payments by their status, newest first', async () => {
    const { paymentId } = await sell(manual);
    const query = `query ($after: String) { payments(first: 1, after: $after, filter: { status: [REQUIRES_CAPTURE] }) {
      totalCount nodes { id status } pageInfo { hasNextPage endCursor } } }`;
    const { data } = await payments.request(query, {}, operator);
    expect(data.payments.nodes).toEqual([{ id: paymentId, status: 'REQUIRES_CAPTURE' }]);
    const after = data.payments.pageInfo.endCursor;
    const next = await payments.request(query, { after }, operator);
    expect(next.data.payments.nodes).toHaveLength(data.payments.totalCount > 1 ? 1 : 0);
    expect((await payments.request(query, {}, newBuyer())).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    await cancel({ paymentId });
  });

  it('is for those who may', async () => {
    const { paymentId, buyer } = await sell();
    await expect(refund({ paymentId }, buyer)).rejects.toThrow('FORBIDDEN');
    await expect(capture({ paymentId }, newBuyer(['payments:read']))).rejects.toThrow('FORBIDDEN');
  });
});

describe('a process that dies while it refunds', () => {
  it.each([
    'REFUND: after the commit of the intent',
    'REFUND: before the call of the operation',
    'REFUND: after the call of the operation',
    'REFUND: after the commit of the operation',
  ])('at "%s" leaves work that another one finishes once', async (point) => {
    const { paymentId } = await sell();
    let dead = false;
    const doomed = await world.start({
      timing: QUICK,
      onCheckpoint: (name) => {
        dead ||= name === point;
        if (dead) throw new Error('the process is dead');
      },
    });
    const input = { paymentId, amount: euros(700), reason: 'OTHER', idempotencyKey: newKey() };
    const query = 'mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { refund { id } } }';
    expect((await doomed.request(query, { input }, operator)).errors).toBeDefined();
    await doomed.stop();
    await waitFor(async () => (await look(paymentId)).amountRefunded.amount === 700);
    const again = await waitFor(async () => {
      const answer = await refund(input);
      return answer.userErrors.length === 0 ? answer : undefined;
    });
    expect(again).toMatchObject({
      refund: { status: 'SUCCEEDED' },
      payment: { amountRefunded: { amount: 700 } },
    });
  });
});
