import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { cancel, complete, completeInput, create, createInput, newKey } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from '../testing/harness.ts';
import { brokenInvariants } from '../testing/invariants.ts';
import { API_KEY } from '../testing/sandbox-process.ts';

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  // Nobody looks by itself within the test whether a bank has answered.
  payments = await world.start({ timing: { ...QUICK, actionPollMs: 600_000 } });
});

afterAll(() => world.close());

/** A buyer whose bank has said yes, which only the provider knows. */
async function authenticated() {
  const buyer = newBuyer();
  const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
  const how = { paymentToken: 'pm_card_authenticationRequired', returnUrl: 'https://shop.example/back' };
  await complete(payments.request, buyer, checkout.id, completeInput(1_000, how));
  const look = async () => {
    const { data } = await payments.request(
      `query ($id: ID!) { checkout(id: $id) { status failure { code } order { id } payment {
        id status nextAction { ... on RedirectAction { url } } amountCaptured { amount } amountRefunded { amount }
        refunds { status reason amount { amount } } events { type } } } }`,
      { id: checkout.id },
      buyer,
    );
    return data.checkout;
  };
  await world.sandbox.authenticate((await look()).payment.nextAction.url, 'complete');
  return { id: checkout.id as string, buyer, look };
}

/** What somebody does at the provider's own console. */
async function captureByHand(paymentReference: string, amount: number): Promise<void> {
  const response = await fetch(`${world.sandbox.url}/v1/payment_intents/${paymentReference}/capture`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'idempotency-key': newKey() },
    body: new URLSearchParams({ amount_to_capture: String(amount) }),
  });
  expect(response.status).toBe(200);
}

async function newestIntent(): Promise<string> {
  return String((await world.sandbox.list('/v1/payment_intents')).at(-1)?.['id']);
}

const atRest = () =>
  waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0, {
    what: 'rest',
    timeoutMs: 20_000,
  });

describe('money that somebody captured at the provider by hand', () => {
  it('is given back when the stock is gone by then', async () => {
    const { look } = await authenticated();
    await captureByHand(await newestIntent(), 1_000);
    for (const { id: reservation, status } of world.products.stock.reservations.values())
      if (status === 'HELD') world.products.stock.release(reservation);
    await world.pool.query(
      `UPDATE checkouts SET expires_at = now(), next_attempt_at = now() WHERE status = 'PAYING'`,
    );

    await atRest();
    expect(await look()).toMatchObject({
      status: 'FAILED',
      failure: { code: 'EXPIRED' },
      order: null,
      payment: {
        status: 'SUCCEEDED',
        amountCaptured: { amount: 1_000 },
        amountRefunded: { amount: 1_000 },
        refunds: [{ status: 'SUCCEEDED', reason: 'OTHER', amount: { amount: 1_000 } }],
      },
    });
  });

  it('is given back, as much as it is, when the buyer has canceled', async () => {
    const { id, buyer, look } = await authenticated();
    await captureByHand(await newestIntent(), 400);
    await cancel(payments.request, buyer, id);

    await atRest();
    expect(await look()).toMatchObject({
      status: 'CANCELED',
      failure: { code: 'CANCELED' },
      payment: {
        status: 'SUCCEEDED',
        nextAction: null,
        amountCaptured: { amount: 400 },
        amountRefunded: { amount: 400 },
      },
    });
    expect(world.products.stock.reservations.get(id)?.status).toBe('RELEASED');
  });

  it('is the order’s when an operator wants to let go of it, and refunded then', async () => {
    const manual = await world.start({ timing: QUICK, captureMethod: 'MANUAL' });
    const operator = newBuyer(['payments:capture', 'payments:refund', 'payments:read', 'orders:read']);
    const buyer = newBuyer();
    const { checkout } = await create(manual.request, buyer, createInput({ shoe: 1 }));
    const { order } = await complete(manual.request, buyer, checkout.id, completeInput(1_000));
    await captureByHand(await newestIntent(), 1_000);
    const cancelOrder = async () => {
      const { data } = await manual.request(
        `mutation ($input: OrderCancelInput!) { orderCancel(input: $input) {
          order { status payments { status amountRefunded { amount } } } userErrors { __typename ... on PaymentStateError { status } } } }`,
        { input: { orderId: order.id, idempotencyKey: newKey() } },
        operator,
      );
      return data.orderCancel;
    };

    expect(await cancelOrder()).toMatchObject({
      order: { status: 'CONFIRMED', payments: [{ status: 'SUCCEEDED' }] },
      userErrors: [{ __typename: 'PaymentStateError', status: 'SUCCEEDED' }],
    });
    expect(await cancelOrder()).toMatchObject({
      order: { status: 'CANCELED', payments: [{ amountRefunded: { amount: 1_000 } }] },
      userErrors: [],
    });
    await atRest();
    await manual.stop();
  });
});
