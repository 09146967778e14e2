import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { createHmac } from 'node:crypto';
import { COMPLETE, complete, completeInput, create, createInput } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from '../testing/harness.ts';
import { brokenInvariants } from '../testing/invariants.ts';
import { WEBHOOK_SECRET } from '../testing/sandbox-process.ts';

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  // Nobody looks by itself within the test: what happens, an event has brought about.
  payments = await world.start({ timing: { pollMs: 30, actionPollMs: 600_000 } });
  await world.sandbox.sendWebhooksTo(payments.url);
});

afterAll(() => world.close());

const FINISH = `mutation ($paymentId: ID!) {
  paymentActionComplete(paymentId: $paymentId) {
    checkout { status } payment { status nextAction { __typename } } order { id }
    userErrors { __typename ... on PaymentDeclinedError { failure { code } } }
  }
}`;
const STATUS =
  '{ status payment { id status nextAction { ... on RedirectAction { url returnUrl } } } order { id } }';

/** A buyer whose bank wants to see them. */
async function startAction() {
  const buyer = newBuyer();
  const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
  const input = completeInput(1_000, {
    paymentToken: 'pm_card_authenticationRequired',
    returnUrl: 'https://shop.example/back',
  });
  const asked = await complete(payments.request, buyer, checkout.id, input);
  const look = async () =>
    (await payments.request(`{ checkout(id: "${checkout.id}") ${STATUS} }`, {}, buyer)).data.checkout;
  return {
    buyer,
    asked,
    look,
    id: checkout.id as string,
    again: () => complete(payments.request, buyer, checkout.id, input),
  };
}

function post(body: string, seconds = Math.floor(Date.now() / 1_000), secret = WEBHOOK_SECRET) {
  const v1 = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return fetch(`${payments.url}/webhooks/provider`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${v1}` },
    body,
  });
}

const eventOf = (id: string, reference = 'pi_0') =>
  JSON.stringify({
    id,
    type: 'payment_intent.succeeded',
    data: { object: { object: 'payment_intent', id: reference } },
  });
const kept = async (id: string) =>
  (await world.pool.query('SELECT 1 FROM provider_events WHERE event_id = $1', [id])).rowCount;

describe('3-D Secure', () => {
  it('sends the buyer to their bank; its event, however late and often, makes the order', async () => {
    const { asked, look, again } = await startAction();
    expect(asked).toMatchObject({
      checkout: { status: 'PAYING' },
      payment: { status: 'REQUIRES_ACTION' },
      order: null,
      userErrors: [],
    });
    const { nextAction } = (await look()).payment;
    expect(nextAction.returnUrl).toBe('https://shop.example/back');
    await world.sandbox.authenticate(nextAction.url, 'complete');
    await waitFor(async () => (await look()).order);
    expect(await look()).toMatchObject({
      status: 'COMPLETED',
      payment: { status: 'SUCCEEDED', nextAction: null },
    });
    // The key's answer is what it was; the things it names are as they are now.
    expect(await again()).toMatchObject({ order: { status: 'CONFIRMED' }, userErrors: [] });
  });

  it('tells the buyer that the bank said no, and holds the stock for another card', async () => {
    const { asked, buyer, look, id } = await startAction();
    await world.sandbox.authenticate((await look()).payment.nextAction.url, 'fail');
    const finish = () => payments.request(FINISH, { paymentId: asked.payment.id }, buyer);
    const { data } = await waitFor(async () => {
      const answer = await finish();
      return answer.data.paymentActionComplete.checkout.status === 'OPEN' ? answer : undefined;
    });
    expect(data.paymentActionComplete).toMatchObject({
      payment: { status: 'REQUIRES_PAYMENT_METHOD', nextAction: null },
      userErrors: [{ __typename: 'PaymentDeclinedError', failure: { code: 'AUTHENTICATION_FAILED' } }],
    });
    expect(await complete(payments.request, buyer, id, completeInput(1_000))).toMatchObject({
      userErrors: [],
    });
  });

  it('goes on when the buyer says that they are back, and is nobody else’s to finish', async () => {
    const { asked, buyer, look } = await startAction();
    const variables = { paymentId: asked.payment.id };
    expect((await payments.request(FINISH, variables, newBuyer(['payments:read']))).data).toMatchObject({
      paymentActionComplete: { userErrors: [{ __typename: 'PaymentInputError' }] },
    });
    expect((await payments.request(FINISH, variables, buyer)).data.paymentActionComplete).toMatchObject({
      payment: { status: 'REQUIRES_ACTION' },
      userErrors: [],
    });
    await world.sandbox.authenticate((await look()).payment.nextAction.url, 'complete');
    const finished = await waitFor(async () => {
      const { data } = await payments.request(FINISH, variables, buyer);
      return data.paymentActionComplete.order;
    });
    expect(finished).not.toBeNull();
  });

  it('ends with the checkout: canceled by its buyer, or out of time', async () => {
    const canceled = await startAction();
    const { data } = await payments.request(
      'mutation ($id: ID!) { checkoutCancel(id: $id) { checkout { status failure { code } } userErrors { __typename } } }',
      { id: canceled.id },
      canceled.buyer,
    );
    expect(data.checkoutCancel).toEqual({
      checkout: { status: 'CANCELED', failure: { code: 'CANCELED' } },
      userErrors: [],
    });
    const late = await startAction();
    await world.pool.query(
      `UPDATE checkouts SET expires_at = now(), next_attempt_at = now() WHERE status = 'PAYING'`,
    );
    await waitFor(async () => (await late.look()).status === 'EXPIRED');
    await waitFor(() => world.products.stock.reservations.get(late.id)?.status === 'RELEASED');
    expect(world.products.stock.reservations.get(canceled.id)?.status).toBe('RELEASED');
    await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0);
  });

  it.each(['javascript:alert(1)', 'http://shop.example/', 'https://'])(
    'sends nobody back to %s',
    async (returnUrl) => {
      const buyer = newBuyer();
      const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
      const input = completeInput(1_000, { returnUrl });
      const { data, errors } = await payments.request(COMPLETE, { id: checkout.id, input }, buyer);
      expect(JSON.stringify(errors ?? data.checkoutComplete.userErrors)).toContain('returnUrl');
    },
  );
});

describe('what the provider posts', () => {
  it('is kept once before it is acknowledged', async () => {
    expect((await post(eventOf('evt_twice'))).status).toBe(204);
    expect((await post(eventOf('evt_twice'))).status).toBe(204);
    expect(await kept('evt_twice')).toBe(1);
  });

  it('is refused when it is not signed by the provider, changed, or old', async () => {
    const now = Math.floor(Date.now() / 1_000);
    expect((await post(eventOf('evt_forged'), now, 'whsec_guessed')).status).toBe(401);
    expect((await post(eventOf('evt_forged'), now - 3_600)).status).toBe(401);
    expect((await post(eventOf('evt_forged'), now + 3_600)).status).toBe(401);
    expect((await post('{"id":"evt_forged"}')).status).toBe(401);
    expect((await post('nothing')).status).toBe(401);
    const unsigned = await fetch(`${payments.url}/webhooks/provider`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: eventOf('evt_forged'),
    });
    expect(unsigned.status).toBe(401);
    expect((await fetch(`${payments.url}/webhooks/provider`)).status).toBe(405);
    expect(await kept('evt_forged')).toBe(0);
  });

  it('is looked into, and what it is about is not believed', async () => {
    expect((await post(eventOf('evt_lie', 'pi_nothing'))).status).toBe(204);
    await waitFor(async () => {
      const { rows } = await world.pool.query<{ left: number }>(
        'SELECT count(*)::int AS left FROM provider_events WHERE processed_at IS NULL',
      );
      return rows[0]?.left === 0;
    });
  });
});
