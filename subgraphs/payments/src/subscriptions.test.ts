import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { newUuid } from '@tributary/subgraph-kit';
import { ANONYMOUS, subscriptionClient, waitFor, type SubscriptionClient } from '@tributary/testkit';
import pg from 'pg';
import { checkoutId, orderId } from './domain/ids.ts';
import { cancel, complete, completeInput, create, CREATE, createInput } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';

const CHECKOUT = `subscription ($id: ID!, $secret: String) {
  checkoutUpdated(id: $id, clientSecret: $secret) { id status payment { status } order { id } expiresAt }
}`;
const PAYMENT = `subscription ($id: ID!, $secret: String) { paymentUpdated(id: $id, clientSecret: $secret) { id status amountRefunded { amount } events { type } } }`;
const ORDERS = 'subscription { orderCreated { id number total { amount } } }';
const LISTENING = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE '% changes'
  AND query <> '' AND state = 'idle'`;

const ada = newBuyer();
const clerk = newBuyer(['orders:read']);
const operator = newBuyer(['payments:read', 'payments:refund']);

describe('subscriptions of payments', () => {
  let world: World;
  /** Clients listen at the first, changes are made at the second. */
  let here: RunningPayments;
  let there: RunningPayments;
  let clients: SubscriptionClient[] = [];

  const connect = (viewer: Viewer, at = here): SubscriptionClient => {
    const client = subscriptionClient(at.url, 'payments', world.trust, viewer);
    clients.push(client);
    return client;
  };
  const checkoutOf = async (buyer: Viewer = ada): Promise<{ id: string; total: { amount: number } }> =>
    (await create(there.request, buyer, createInput({ shoe: 1 }))).checkout;
  const pay = ({ id, total }: { id: string; total: { amount: number } }, buyer: Viewer = ada) =>
    complete(there.request, buyer, id, completeInput(total.amount));
  const listening = (count: number) =>
    waitFor(async () => (await world.pool.query(LISTENING)).rowCount === count, { what: 'listening' });

  beforeAll(async () => {
    world = await createWorld();
    world.products.stock.add({ id: 'shoe' });
    [here, there] = await Promise.all([world.start(), world.start()]);
    await listening(2);
  });
  afterEach(() => {
    for (const client of clients) client.close();
    clients = [];
  });
  afterAll(() => world.close());

  it('tell a buyer how their checkout goes on, whatever instance moves it', async () => {
    const checkout = await checkoutOf();
    const subscription = connect(ada).subscribe(CHECKOUT, { id: checkout.id });

    expect((await subscription.next()).data.checkoutUpdated).toMatchObject({ status: 'OPEN', order: null });
    const { order } = await pay(checkout);
    await waitFor(() => subscription.events.at(-1)?.data.checkoutUpdated.status === 'COMPLETED');
    expect(subscription.events.at(-1)?.data.checkoutUpdated).toMatchObject({
      id: checkout.id,
      payment: { status: 'SUCCEEDED' },
      order: { id: order.id },
    });
  });

  it('tell of a payment to who may see it, refunds included', async () => {
    const { payment } = await pay(await checkoutOf());
    const subscription = connect(operator).subscribe(PAYMENT, { id: payment.id });

    expect((await subscription.next()).data.paymentUpdated.status).toBe('SUCCEEDED');
    await there.request(
      `mutation ($id: ID!) { refundCreate(input: { paymentId: $id, amount: { amount: 100, currency: "EUR" },
        reason: REQUESTED_BY_CUSTOMER, idempotencyKey: "refund-told" }) { userErrors { __typename } } }`,
      { id: payment.id },
      operator,
    );
    await waitFor(() => subscription.events.at(-1)?.data.paymentUpdated.amountRefunded.amount === 100, {
      what: 'the refund',
    });
  });

  it('tell who may read orders of each that is made', async () => {
    const subscription = connect(clerk).subscribe(ORDERS);
    // Subscribed once this one is answered: messages of a connection are handled in turn.
    await waitFor(async () => {
      await pay(await checkoutOf());
      return subscription.events.length > 0;
    });
    const { order } = await pay(await checkoutOf());

    await waitFor(() => subscription.events.some(({ data }) => data.orderCreated.id === order.id), {
      what: 'the order',
    });
  });

  it('tell a guest who shows the secret of their checkout', async () => {
    const input = createInput({ shoe: 1 }, { email: 'guest@example.com' });
    const query = CREATE.replace('checkoutCreate(input: $input) {', '$& clientSecret ');
    const { checkout, clientSecret: secret } = (await there.request(query, { input })).data.checkoutCreate;
    const guest = connect(ANONYMOUS).subscribe(CHECKOUT, { id: checkout.id, secret });

    expect((await guest.next()).data.checkoutUpdated).toMatchObject({ id: checkout.id, status: 'OPEN' });
    const { payment } = (
      await there.request(
        `mutation ($id: ID!, $secret: String!, $input: CheckoutCompleteInput!) {
          checkoutComplete(id: $id, clientSecret: $secret, input: $input) { payment { id } } }`,
        { id: checkout.id, secret, input: completeInput(checkout.total.amount) },
      )
    ).data.checkoutComplete;
    await waitFor(() => guest.events.at(-1)?.data.checkoutUpdated.status === 'COMPLETED');
    const paid = connect(ANONYMOUS).subscribe(PAYMENT, { id: payment.id, secret });
    expect((await paid.next()).data.paymentUpdated).toMatchObject({ id: payment.id, status: 'SUCCEEDED' });
  });

  it('tell nothing to strangers, whatever secret they guess', async () => {
    const checkout = await checkoutOf();
    const codeOf = async (viewer: Viewer, query: string, variables = {}) =>
      (await connect(viewer).subscribe(query, variables).next()).errors?.[0]?.extensions?.code;

    expect(await codeOf(newBuyer(), CHECKOUT, { id: checkout.id })).toBe('NOT_FOUND');
    expect(await codeOf(ANONYMOUS, CHECKOUT, { id: checkout.id, secret: 'guessed' })).toBe('NOT_FOUND');
    expect(await codeOf(ada, CHECKOUT, { id: checkoutId.generate() })).toBe('NOT_FOUND');
    expect(await codeOf(ada, CHECKOUT, { id: 'chk_1' })).toBe('NOT_FOUND');
    expect(await codeOf(ANONYMOUS, ORDERS)).toBe('UNAUTHENTICATED');
    expect(await codeOf(ada, ORDERS)).toBe('FORBIDDEN');
  });

  it('miss nothing that happens while the connection that listens is lost', async () => {
    const [watched, ordered] = [await checkoutOf(), await checkoutOf()];
    const updates = connect(ada).subscribe(CHECKOUT, { id: watched.id });
    const orders = connect(clerk).subscribe(ORDERS);
    await updates.next();
    await waitFor(async () => {
      await pay(await checkoutOf());
      return orders.events.length > 0;
    });
    const client = await world.pool.connect();
    const { pathname } = new URL(world.databaseUrl);
    const elsewhere = new pg.Client(new URL('/postgres', world.databaseUrl).href);
    await elsewhere.connect();
    const order = newUuid();
    try {
      const { rows } = await client.query<{ pid: number }>(LISTENING);
      await elsewhere.query(`ALTER DATABASE ${pathname.slice(1)} WITH ALLOW_CONNECTIONS false`);
      for (const { pid } of rows) await client.query('SELECT pg_terminate_backend($1)', [pid]);
      await waitFor(async () => (await client.query(LISTENING)).rowCount === 0);
      await client.query(`UPDATE checkouts SET expires_at = '2999-01-01' WHERE id = $1`, [
        checkoutId.toUuid(watched.id),
      ]);
      await client.query(
        `INSERT INTO orders (id, number, checkout_id, buyer_id, currency, total)
         SELECT $1, 'made-in-the-gap', id, buyer_id, currency, total FROM checkouts WHERE id = $2`,
        [order, checkoutId.toUuid(ordered.id)],
      );
      const before = updates.events.length;
      await elsewhere.query(`ALTER DATABASE ${pathname.slice(1)} WITH ALLOW_CONNECTIONS true`);

      await waitFor(() => updates.events.length > before, { what: 'the present state' });
      expect(updates.events.at(-1)?.data.checkoutUpdated.expiresAt).toBe('2999-01-01T00:00:00.000Z');
      await waitFor(
        () => orders.events.some(({ data }) => data.orderCreated.id === orderId.fromUuid(order)),
        { what: 'the order made meanwhile' },
      );
    } finally {
      client.release();
      await elsewhere.end();
    }
    // And hears of what comes next again.
    await cancel(there.request, ada, watched.id);
    await waitFor(() => updates.events.at(-1)?.data.checkoutUpdated.status === 'CANCELED');
  });

  it('are not told of what only the work on a checkout changes, or of what was rolled back', async () => {
    const checkout = await checkoutOf();
    const uuid = checkoutId.toUuid(checkout.id);
    const heard: string[] = [];
    const client = await world.pool.connect();
    try {
      // What made it is told by now.
      await waitFor(
        async () =>
          (await world.pool.query(`SELECT 1 FROM untold_changes WHERE payload = $1`, [`checkout ${uuid}`]))
            .rowCount === 0,
      );
      client.on('notification', ({ payload = '' }) => heard.push(payload));
      await client.query('LISTEN payments_changes');
      await world.pool.query(`UPDATE checkouts SET lease_until = now(), attempts = 3 WHERE id = $1`, [uuid]);
      await world.pool.query(`DO $$ BEGIN
        BEGIN UPDATE checkouts SET expires_at = '2998-01-01' WHERE id = '${uuid}'; RAISE 'no'; EXCEPTION WHEN OTHERS THEN END;
      END $$`);
      await world.pool.query(`UPDATE checkouts SET expires_at = '2997-01-01' WHERE id = $1`, [uuid]);
      await waitFor(() => heard.includes(`checkout ${uuid}`));
      expect(heard.filter((payload) => payload === `checkout ${uuid}`)).toHaveLength(1);
    } finally {
      await client.query('UNLISTEN *');
      client.removeAllListeners('notification');
      client.release();
    }
  });

  it('end with a goodbye when their instance stops', async () => {
    const third = await world.start();
    const client = connect(ada, third);
    const { id } = await checkoutOf();
    await client.subscribe(CHECKOUT, { id }).next();
    await third.stop();

    expect((await client.closed).code).toBe(1001);
    await listening(2);
  });
});
