import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS as NOBODY, silentLogger, type Viewer } from '@tributary/service-kit';
import { waitFor } from '@tributary/testkit';
import type { PaymentProvider } from './provider/payment-provider.ts';
import { createStripeProvider } from './provider/stripe-provider.ts';
import { reconcile } from './reconciliation/reconcile.ts';
import { DEFAULT_TIMING } from './saga/timing.ts';
import { createPostgresStores } from './store/postgres/postgres-stores.ts';
import { completeInput, createInput, newKey } from './testing/buyer-requests.ts';
import {
  createWorld,
  newBuyer,
  PUBLISHABLE_KEY,
  type RunningPayments,
  type World,
} from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';
import { API_KEY, WEBHOOK_SECRET } from './testing/sandbox-process.ts';

const TOKEN = 'pm_card_authenticationRequired';
const ACTION = `nextAction { __typename ... on ProviderSdkAction { provider publishableKey clientSecret expiresAt } }`;
const RESULT = `checkout { id status expiresAt } order { id } payment { id status card { issuerCountry threeDSecure } ${ACTION} }
  userErrors { __typename ... on PaymentDeclinedError { failure { code } } }`;
const CREATE = `mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id } clientSecret }
}`;
const COMPLETE = `mutation ($id: ID!, $secret: String, $input: CheckoutCompleteInput!) {
  checkoutComplete(id: $id, clientSecret: $secret, input: $input) { ${RESULT} }
}`;
const FINISH = `mutation ($id: ID!, $secret: String) {
  paymentActionComplete(paymentId: $id, clientSecret: $secret) { ${RESULT} }
}`;
const LOOK = `query ($id: ID!, $secret: String) {
  checkout(id: $id, clientSecret: $secret) { status order { id } payment { id status ${ACTION} } }
}`;

// Tests know the shape they asked for.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

const stripeOf = (world: World): PaymentProvider =>
  createStripeProvider({
    apiKey: API_KEY,
    url: world.sandbox.url,
    webhookSecrets: [WEBHOOK_SECRET],
    timeoutMs: 10_000,
  });

describe.each([
  ['sandbox', null],
  ['stripe', PUBLISHABLE_KEY],
])('a buyer of %s whose bank wants to see them, and who is sent nowhere', (code, publishableKey) => {
  let world: World;
  let payments: RunningPayments;
  let provider: PaymentProvider;

  beforeAll(async () => {
    world = await createWorld();
    world.products.stock.add({ id: 'shoe' });
    payments = await world.start({
      // Nobody looks by itself within the test: what happens, somebody has said.
      timing: { pollMs: 30, actionPollMs: 600_000 },
      provider: (sandbox) => (provider = code === 'sandbox' ? sandbox : stripeOf(world)),
    });
  });
  afterAll(async () => {
    await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0);
    await world.close();
  });

  const ask = async (
    query: string,
    variables: Readonly<Record<string, unknown>>,
    viewer: Viewer,
  ): Promise<Payload> => {
    const { data, errors } = await payments.request(query, variables, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data as object)[0];
  };

  /** Signed in, or a guest. */
  async function startAction(buyer: Viewer = newBuyer(), how: object = {}) {
    const email = buyer === NOBODY ? { email: 'guest@example.com' } : {};
    const { checkout, clientSecret: secret } = await ask(
      CREATE,
      { input: createInput({ shoe: 1 }, email) },
      buyer,
    );
    const { id } = checkout as { id: string };
    const pay = (paymentToken: string) =>
      ask(COMPLETE, { id, secret, input: completeInput(1_000, { paymentToken, ...how }) }, buyer);
    const asked = await pay(TOKEN);
    const payment = asked.payment as { id: string; nextAction: { clientSecret: string } };
    const finish = () => ask(FINISH, { id: payment.id, secret }, buyer);
    return {
      id,
      secret,
      asked,
      pay,
      payment,
      look: (viewer = buyer) => ask(LOOK, { id, secret }, viewer),
      finish,
      // Somebody else of the service may be at it already: as front ends do, ask until it is known.
      finished: () =>
        waitFor(async () => {
          const answered = await finish();
          return answered.checkout.status === 'PAYING' ? undefined : answered;
        }),
      answer: (outcome: 'complete' | 'fail') =>
        world.sandbox.authenticate(world.sandbox.pageOf(payment.nextAction.clientSecret), outcome),
    };
  }

  it('is given what the library needs, and nobody else is', async () => {
    const buyer = newBuyer();
    const { asked, payment, id } = await startAction(buyer);
    expect(asked).toMatchObject({
      checkout: { status: 'PAYING' },
      payment: {
        status: 'REQUIRES_ACTION',
        nextAction: {
          __typename: 'ProviderSdkAction',
          provider: code,
          publishableKey,
          clientSecret: expect.stringMatching(/^pi_\w+_secret_/),
          expiresAt: asked.checkout.expiresAt,
        },
      },
      order: null,
      userErrors: [],
    });
    const operator = newBuyer(['payments:read', 'orders:read', 'ledger:read']);
    const SEEN = `query ($id: ID!) { payment(id: $id) { status ${ACTION} } }`;
    expect(await ask(SEEN, { id: payment.id }, operator)).toEqual({
      status: 'REQUIRES_ACTION',
      nextAction: null,
    });
    expect(await ask(SEEN, { id: payment.id }, newBuyer())).toBeNull();
    expect(await ask(LOOK, { id, secret: `cs_${'A'.repeat(43)}` }, NOBODY)).toBeNull();
    expect(await ask(SEEN, { id: payment.id }, buyer)).toMatchObject({
      nextAction: { clientSecret: payment.nextAction.clientSecret },
    });
    await ask(
      'mutation ($id: ID!) { checkoutCancel(id: $id) { checkout { status } userErrors { __typename } } }',
      { id },
      buyer,
    );
    expect(await ask(SEEN, { id: payment.id }, buyer)).toEqual({ status: 'CANCELED', nextAction: null });
  });

  it('has an order once their front end says that they are done, a guest too', async () => {
    const { answer, finish, finished, look } = await startAction(NOBODY);
    expect(await finish()).toMatchObject({ payment: { status: 'REQUIRES_ACTION' }, userErrors: [] });
    await answer('complete');
    const done = await finished();
    expect(done).toMatchObject({
      checkout: { status: 'COMPLETED' },
      payment: { status: 'SUCCEEDED', nextAction: null },
      userErrors: [],
    });
    expect((await look()).order).not.toBeNull();
  });

  it('may pay with another card when their bank says no: the stock is still theirs', async () => {
    const { answer, finished, pay } = await startAction();
    await answer('fail');
    const refused = await finished();
    expect(refused).toMatchObject({
      checkout: { status: 'OPEN' },
      payment: { status: 'REQUIRES_PAYMENT_METHOD', nextAction: null },
      userErrors: [{ __typename: 'PaymentDeclinedError', failure: { code: 'AUTHENTICATION_FAILED' } }],
    });
    expect(await pay('pm_card_visa')).toMatchObject({ payment: { status: 'SUCCEEDED' }, userErrors: [] });
  });

  it('may pay with another card when somebody at the provider has given up what was asked of the bank', async () => {
    const { finished, pay, payment } = await startAction();
    const reference = payment.nextAction.clientSecret.split('_secret_')[0] ?? '';
    const signal = AbortSignal.timeout(30_000);
    await provider.cancel({ paymentId: payment.id, reference }, { idempotencyKey: newKey(), signal });
    const refused = await finished();
    expect(refused).toMatchObject({ checkout: { status: 'OPEN' } });
    expect(await pay('pm_card_visa')).toMatchObject({ payment: { status: 'SUCCEEDED' }, userErrors: [] });
  });

  it('has paid when somebody at the provider took the money by hand', async () => {
    const { answer, finished, payment } = await startAction();
    const reference = payment.nextAction.clientSecret.split('_secret_')[0] ?? '';
    const signal = AbortSignal.timeout(30_000);
    await answer('complete');
    const amount = { amount: 1_000, currency: 'EUR' };
    await provider.capture(
      { paymentId: payment.id, reference, amount },
      { idempotencyKey: newKey(), signal },
    );
    const done = await finished();
    expect(done).toMatchObject({ checkout: { status: 'COMPLETED' }, payment: { status: 'SUCCEEDED' } });
  });

  it('who never answers keeps nobody waiting: what was asked of the bank is canceled, the stock let go', async () => {
    const { id, look, answer, payment } = await startAction();
    await world.pool.query(
      `UPDATE checkouts SET expires_at = now(), next_attempt_at = now() WHERE status = 'PAYING'`,
    );
    await waitFor(() => world.products.stock.reservations.get(id)?.status === 'RELEASED');
    expect(await look()).toMatchObject({
      status: 'EXPIRED',
      payment: { status: 'CANCELED', nextAction: null },
    });
    await answer('complete');
    const reference = payment.nextAction.clientSecret.split('_secret_')[0] ?? '';
    const known = await provider.retrieve({ paymentId: payment.id, reference }, AbortSignal.timeout(30_000));
    expect(known?.status).toBe('canceled');
  });

  it('keeps a method without being sent anywhere', async () => {
    const buyer = newBuyer();
    const METHOD = `paymentMethod { id status ${ACTION} } userErrors { __typename }`;
    const input = { paymentToken: TOKEN, idempotencyKey: newKey() };
    const { paymentMethod } = await ask(
      `mutation ($input: PaymentMethodAttachInput!) { paymentMethodAttach(input: $input) { ${METHOD} } }`,
      { input },
      buyer,
    );
    const { nextAction } = paymentMethod;
    expect(nextAction).toMatchObject({ provider: code, publishableKey });
    expect(Date.parse(nextAction.expiresAt as string)).toBeGreaterThan(Date.now());
    await world.sandbox.authenticate(world.sandbox.pageOf(nextAction.clientSecret as string), 'complete');
    const FINISH_METHOD = `mutation ($id: ID!) { paymentMethodActionComplete(id: $id) { ${METHOD} } }`;
    const done = await ask(FINISH_METHOD, { id: paymentMethod.id }, buyer);
    expect(done.paymentMethod).toMatchObject({ status: 'ACTIVE', nextAction: null });
  });

  it('has authenticated the card of this payment, which one that is kept of it is not', async () => {
    const buyer = newBuyer();
    const { asked, answer, finished } = await startAction(buyer, { savePaymentMethod: true });
    expect(asked.payment.card).toBeNull();
    await answer('complete');
    expect((await finished()).payment).toMatchObject({
      status: 'SUCCEEDED',
      card: { issuerCountry: 'US', threeDSecure: true },
    });
    const kept = await ask(
      `query ($of: [_Any!]!) { _entities(representations: $of) {
        ... on User { paymentMethods { card { issuerCountry threeDSecure } } } } }`,
      { of: [{ __typename: 'User', id: buyer.id }] },
      buyer,
    );
    expect(kept).toEqual([{ paymentMethods: [{ card: { issuerCountry: 'US', threeDSecure: false } }] }]);
  });

  it('has an order when nobody says anything: reconciliation asks, and so does the event of the provider', async () => {
    const { answer, look } = await startAction();
    await answer('complete');
    const { operations, reconciliation, disputes } = createPostgresStores(world.pool, DEFAULT_TIMING);
    const report = await reconcile(
      {
        provider,
        books: reconciliation,
        operations,
        disputes,
        timing: DEFAULT_TIMING,
        logger: silentLogger(),
      },
      AbortSignal.timeout(60_000),
    );
    expect(report).toMatchObject({ hurried: 1, differences: [] });
    await waitFor(async () => (await look()).status === 'COMPLETED');

    await world.sandbox.sendWebhooksTo(payments.url);
    const next = await startAction();
    await next.answer('complete');
    await waitFor(async () => (await next.look()).status === 'COMPLETED');
  });
});
