import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, type Viewer } from '@tributary/service-kit';
import { waitFor } from '@tributary/testkit';
import { complete, completeInput, create, createInput, CREATE, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

let world: World;
let payments: RunningPayments;
let manual: RunningPayments;
const operator = newBuyer(['payments:capture', 'payments:refund', 'orders:read']);

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  world.products.stock.add({ id: 'song', requiresShipping: false });
  payments = await world.start({ timing: { pollMs: 30 } });
  manual = await world.start({ captureMethod: 'MANUAL' });
  await world.sandbox.sendWebhooksTo(payments.url);
});

afterAll(async () => {
  await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0, {
    what: 'rest',
  });
  await world.close();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

const CANCEL = `mutation ($input: OrderCancelInput!, $clientSecret: String) {
  orderCancel(input: $input, clientSecret: $clientSecret) {
    order {
      id status canceledAt totalRefunded { amount } lines { quantity refundedQuantity }
      payments { status amountRefundable { amount } refunds { status reason } }
    }
    userErrors {
      __typename ... on UserError { message field } ... on PaymentInputError { code } ... on OrderStateError { status }
    }
  }
}`;

async function cancel(
  viewer: Viewer,
  orderId: string,
  { service = payments, clientSecret = null as string | null, ...input }: Payload = {},
): Promise<Payload> {
  const variables = { input: { orderId, idempotencyKey: newKey(), ...input }, clientSecret };
  const { data, errors } = await service.request(CANCEL, variables, viewer);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.orderCancel;
}

async function sell(
  service = payments,
  paymentToken = 'pm_card_visa',
  lines = { shoe: 2 },
): Promise<Payload> {
  const buyer = newBuyer();
  const { checkout } = await create(service.request, buyer, createInput(lines));
  const input = completeInput(checkout.total.amount, { paymentToken });
  const { order, payment } = await complete(service.request, buyer, checkout.id, input);
  return { buyer, orderId: order.id, paymentId: payment.id, checkoutId: checkout.id };
}

const stockOf = (checkoutId: string) => world.products.stock.reservations.get(checkoutId)?.status;

describe('orderCancel', () => {
  it('lets go what is only set aside, and puts the goods back', async () => {
    const { buyer, orderId, checkoutId } = await sell(manual);
    expect(await cancel(buyer, orderId, { reason: 'too large' })).toMatchObject({
      userErrors: [],
      order: { status: 'CANCELED', canceledAt: expect.any(String), payments: [{ status: 'CANCELED' }] },
    });
    await waitFor(() => stockOf(checkoutId) === 'RESTOCKED');
  });

  it('gives back what was taken, once for one key', async () => {
    const { buyer, orderId, checkoutId } = await sell();
    const idempotencyKey = newKey();
    const canceled = await cancel(buyer, orderId, { idempotencyKey });
    expect(canceled).toMatchObject({
      userErrors: [],
      order: {
        status: 'CANCELED',
        totalRefunded: { amount: 2_000 },
        lines: [{ quantity: 2, refundedQuantity: 2 }],
        payments: [
          { amountRefundable: { amount: 0 }, refunds: [{ status: 'SUCCEEDED', reason: 'ORDER_CANCELED' }] },
        ],
      },
    });
    expect(await cancel(buyer, orderId, { idempotencyKey })).toEqual(canceled);
    expect((await cancel(buyer, orderId, { idempotencyKey, reason: 'other' })).userErrors).toMatchObject([
      { __typename: 'IdempotencyKeyReusedError' },
    ]);
    expect((await cancel(buyer, orderId)).userErrors).toMatchObject([
      { __typename: 'OrderStateError', status: 'CANCELED', field: ['input', 'orderId'] },
    ]);
    await waitFor(() => stockOf(checkoutId) === 'RESTOCKED');
  });

  it('gives it back once however many ask at once, and answers are lost', async () => {
    const { buyer, orderId } = await sell(payments, 'pm_card_lost_answer');
    const answers = await Promise.all([
      cancel(buyer, orderId),
      cancel(operator, orderId),
      cancel(buyer, orderId),
    ]);
    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(1);
    await waitFor(async () => {
      const { userErrors } = await cancel(buyer, orderId);
      return userErrors[0]?.status === 'CANCELED';
    });
  });

  it('waits for a slow bank, and the order is canceled when it has paid', async () => {
    const { buyer, orderId, checkoutId } = await sell(payments, 'pm_card_pendingRefund');
    expect(await cancel(buyer, orderId)).toMatchObject({
      userErrors: [],
      order: { status: 'CONFIRMED', payments: [{ refunds: [{ status: 'PENDING' }] }] },
    });
    await waitFor(() => stockOf(checkoutId) === 'RESTOCKED');
    expect((await cancel(buyer, orderId)).userErrors).toMatchObject([{ status: 'CANCELED' }]);
  });

  it('is done by an operator to what is refunded in part, and not by the buyer', async () => {
    const { buyer, orderId, paymentId } = await sell();
    await payments.request(
      'mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { userErrors { __typename } } }',
      {
        input: {
          paymentId,
          amount: { amount: 300, currency: 'EUR' },
          reason: 'OTHER',
          idempotencyKey: newKey(),
        },
      },
      operator,
    );
    expect((await cancel(buyer, orderId)).userErrors).toMatchObject([{ status: 'PARTIALLY_REFUNDED' }]);
    expect(await cancel(operator, orderId)).toMatchObject({
      userErrors: [],
      order: { status: 'CANCELED', totalRefunded: { amount: 2_000 } },
    });
  });

  it('is the buyer’s for a while only, and not of what was delivered at once', async () => {
    const late = await world.start({ buyerCancelSeconds: 0 });
    const { buyer, orderId } = await sell(late);
    expect((await cancel(buyer, orderId, { service: late })).userErrors).toMatchObject([
      { __typename: 'OrderStateError', status: 'CONFIRMED', message: expect.stringContaining('too late') },
    ]);
    expect((await cancel(operator, orderId, { service: late })).order.status).toBe('CANCELED');
    await late.stop();
    const song = await sell(payments, 'pm_card_visa', { shoe: 1, song: 1 } as never);
    expect((await cancel(song.buyer, song.orderId)).userErrors).toMatchObject([
      { __typename: 'OrderStateError', message: expect.stringContaining('delivered') },
    ]);
  });

  it('is for the buyer, a guest with the secret, and operators with both scopes', async () => {
    const { orderId } = await sell();
    const strangers = [newBuyer(), newBuyer(['orders:read']), newBuyer(['payments:refund', 'orders:read'])];
    for (const stranger of strangers) {
      expect((await cancel(stranger, orderId)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    }
    await expect(cancel(ANONYMOUS, orderId)).rejects.toThrow('UNAUTHENTICATED');
    expect((await cancel(ANONYMOUS, orderId, { clientSecret: 'cs_' })).userErrors).toMatchObject([
      { code: 'NOT_FOUND' },
    ]);

    const input = createInput({ shoe: 1 }, { email: 'guest@example.com' });
    const create = CREATE.replace('checkoutCreate(input: $input) {', '$& clientSecret ');
    const { checkout, clientSecret } = (await payments.request(create, { input }, ANONYMOUS)).data
      .checkoutCreate;
    const { data } = await payments.request(
      `mutation ($id: ID!, $input: CheckoutCompleteInput!, $clientSecret: String) {
        checkoutComplete(id: $id, input: $input, clientSecret: $clientSecret) { order { id } } }`,
      { id: checkout.id, clientSecret, input: completeInput(1_000) },
      ANONYMOUS,
    );
    const guest = await cancel(ANONYMOUS, data.checkoutComplete.order.id, { clientSecret });
    expect(guest).toMatchObject({ userErrors: [], order: { status: 'CANCELED' } });
  });
});

describe('a process that dies while it cancels an order', () => {
  it.each(['CANCEL_ORDER: after the commit of the intent', 'REFUND: after the call of the operation'])(
    'at "%s" leaves work that another one finishes once',
    async (point) => {
      const { buyer, orderId, checkoutId } = await sell();
      const mortal = await world.start({
        timing: QUICK,
        onCheckpoint: (name) => {
          if (name === point) throw new Error('the process died');
        },
      });
      await expect(cancel(buyer, orderId, { service: mortal })).rejects.toThrow('INTERNAL_SERVER_ERROR');
      await mortal.stop();
      await world.pool.query(`UPDATE provider_requests SET due_at = now() WHERE state = 'INTENDED'`);
      await waitFor(() => stockOf(checkoutId) === 'RESTOCKED');
      expect((await cancel(operator, orderId)).userErrors).toMatchObject([{ status: 'CANCELED' }]);
    },
  );
});
