import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDeliverySigner } from '@tributary/subgraph-kit/events';
import { newUuid } from '@tributary/subgraph-kit';
import { waitFor } from '@tributary/testkit';
import { buy, complete, completeInput, create, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';
import { API_KEY } from './testing/sandbox-process.ts';

const ADDRESS = {
  recipientName: 'Zoe Zander',
  line1: 'Zander Street 1',
  city: 'Bonn',
  countryCode: 'DE',
};

describe('a buyer whose account was erased', () => {
  let world: World;
  let payments: RunningPayments;
  beforeAll(async () => {
    world = await createWorld();
    world.products.stock.add({ id: 'shoe' });
    payments = await world.start();
  });
  afterAll(() => world.close());

  const erase = async (userId: string, signer: 'users' | 'gateway' = 'users') => {
    const id = newUuid();
    const now = new Date();
    const body = JSON.stringify({
      specversion: '1.0',
      id,
      source: 'users',
      type: 'user.erased',
      subject: userId,
      time: now.toISOString(),
      sequence: '7',
      data: {},
    });
    const response = await fetch(`${payments.url}/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents+json',
        ...createDeliverySigner(world.trust.keyOf(signer))(id, body, now),
      },
      body,
    });
    return response.status;
  };
  const collect = async (userId: string) => {
    const signer = await world.trust.serviceSigner('users');
    const viewer = { kind: 'service', id: 'users', scopes: ['personal-data:read'] } as const;
    const response = await fetch(`${payments.url}/personal-data`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await signer.sign(viewer, 'payments')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ userId }),
    });
    return (await response.json()) as {
      checkouts: Record<string, unknown>[];
      paymentMethods: Record<string, unknown>[];
    };
  };
  const rowsOf = async (table: string): Promise<string> => {
    const { rows } = await world.pool.query<{ text: string }>(`SELECT t::text AS text FROM ${table} t`);
    return rows.map(({ text }) => text).join('\n');
  };

  it('keeps the books and loses address and card, however often it is told', async () => {
    const buyer = newBuyer();
    const other = newBuyer();
    await buy(payments.request, other, { shoe: 1 });
    const { checkout } = await create(
      payments.request,
      buyer,
      createInput(
        { shoe: 1 },
        {
          shippingAddress: ADDRESS,
          billingAddress: ADDRESS,
          email: 'Zander@example.com',
          showAsVerifiedBuyer: true,
        },
      ),
    );
    const { order, payment } = await buy(payments.request, buyer, { shoe: 2 });
    await payments.request(
      'mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { userErrors { __typename } } }',
      {
        input: {
          paymentId: payment.id,
          amount: { amount: 1, currency: 'EUR' },
          reason: 'OTHER',
          note: 'Zander called twice',
          idempotencyKey: newKey(),
        },
      },
      newBuyer(['payments:refund']),
    );
    // Wherever in its answer a provider puts a card.
    await world.pool.query(
      `UPDATE provider_requests SET response = response || '{"charge": {"card": {"name": "Z. Zander"}}}'`,
    );
    const ledger = await rowsOf('ledger_transfers');
    expect(await rowsOf('checkouts')).toContain('Zander');

    expect(await erase(buyer.id)).toBe(204);
    expect(await erase(buyer.id)).toBe(204);

    for (const table of ['checkouts', 'refunds', 'payment_events']) {
      expect(await rowsOf(table)).not.toContain('Zander');
    }
    const { rows: answers } = await world.pool.query<{ keys: string[] }>(
      `SELECT array(SELECT jsonb_object_keys(r.response)) AS keys FROM provider_requests r
         JOIN payments p ON p.id = r.payment_id WHERE p.buyer_id = $1`,
      [buyer.id],
    );
    expect(answers.flatMap(({ keys }) => keys)).toContain('reference');
    expect(answers.flatMap(({ keys }) => keys)).not.toContain('charge');
    expect(await rowsOf('ledger_transfers')).toBe(ledger);
    const { rows: cards } = await world.pool.query<{ buyer: string; has: boolean }>(
      `SELECT buyer_id AS buyer, card IS NOT NULL AS has FROM payments ORDER BY created_at`,
    );
    expect(cards).toEqual([
      { buyer: other.id, has: true },
      { buyer: buyer.id, has: false },
    ]);
    const { rows: shown } = await world.pool.query('SELECT 1 FROM checkouts WHERE show_as_verified_buyer');
    expect(shown).toEqual([]);
    const { rows: orders } = await world.pool.query('SELECT number FROM orders WHERE buyer_id = $1', [
      buyer.id,
    ]);
    expect(orders).toEqual([{ number: order.number }]);
    const canceled = await payments.request(`{ checkout(id: "${checkout.id}") { status } }`, {}, buyer);
    expect(canceled.data.checkout.status).toBe('CANCELED');
  });

  it('is erased when a purchase under way has ended, and not before', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(
      payments.request,
      buyer,
      createInput({ shoe: 1 }, { shippingAddress: ADDRESS }),
    );
    // As if its next step were an hour away.
    await world.pool.query(
      `UPDATE checkouts SET status = 'PAYING', step = 'AUTHORIZE', next_attempt_at = now() + interval '1 hour'
        WHERE buyer_id = $1`,
      [buyer.id],
    );
    expect(await erase(buyer.id)).toBe(503);
    expect((await collect(buyer.id)).checkouts[0]).toMatchObject({ shippingAddress: ADDRESS });

    await world.pool.query(
      `UPDATE checkouts SET status = 'FAILED', step = 'DONE', failure_code = 'CANCELED', failure_message = 'x'
        WHERE buyer_id = $1`,
      [buyer.id],
    );
    expect(checkout.status).toBe('OPEN');
    expect(await erase(buyer.id)).toBe(204);
    expect((await collect(buyer.id)).checkouts[0]).toMatchObject({ shippingAddress: null });
  });

  it('is erased when the bank has what a dispute is answered with, which it never gets empty', async () => {
    const buyer = newBuyer();
    await world.sandbox.sendWebhooksTo(payments.url);
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const input = completeInput(1_000, { paymentToken: 'pm_card_createDispute' });
    const { payment } = await complete(payments.request, buyer, checkout.id, input);
    const operator = newBuyer(['disputes:write', 'payments:read']);
    const disputeId = await waitFor(async () => {
      const query = `{ payment(id: "${payment.id}") { disputes { id } } }`;
      const { data } = await payments.request(query, {}, operator);
      return data.payment.disputes[0]?.id as string | undefined;
    });
    await world.sandbox.kill();
    const { errors } = await payments.request(
      `mutation ($id: ID!, $input: DisputeEvidenceInput!) { disputeEvidenceSubmit(id: $id, input: $input) { dispute { id } } }`,
      { id: disputeId, input: { text: 'winning_evidence', submit: true, idempotencyKey: newKey() } },
      operator,
    );
    expect(errors).toBeUndefined();
    expect(await erase(buyer.id)).toBe(503);
    await world.sandbox.restart();
    await waitFor(async () =>
      (await world.sandbox.list('/v1/disputes')).some(({ status }) => status === 'won'),
    );
    await waitFor(async () => (await erase(buyer.id)) === 204);
    expect(await rowsOf('disputes')).not.toContain('winning_evidence');
    expect(await rowsOf('provider_requests')).not.toContain('winning_evidence');
  });

  it('loses the methods they kept, here and at the provider, which is told until it has heard', async () => {
    const buyer = newBuyer();
    const answer = await payments.request(
      `mutation ($input: PaymentMethodAttachInput!) { paymentMethodAttach(input: $input) { paymentMethod { status } } }`,
      { input: { paymentToken: 'pm_card_amex', idempotencyKey: newKey() } },
      buyer,
    );
    expect(answer.data.paymentMethodAttach.paymentMethod.status).toBe('ACTIVE');
    expect((await collect(buyer.id)).paymentMethods).toEqual([
      {
        brand: 'amex',
        last4: '0005',
        expMonth: 12,
        expYear: 2034,
        issuerCountry: 'US',
        isDefault: true,
        createdAt: expect.any(String),
      },
    ]);
    const { rows } = await world.pool.query<{ reference: string }>(
      'SELECT reference FROM payment_customers WHERE buyer_id = $1',
      [buyer.id],
    );
    const known = async () => {
      const headers = { authorization: `Bearer ${API_KEY}` };
      return (await fetch(`${world.sandbox.url}/v1/customers/${String(rows[0]?.reference)}`, { headers }))
        .status;
    };
    expect(await known()).toBe(200);
    await world.sandbox.kill();
    expect(await erase(buyer.id)).toBe(503);
    expect((await collect(buyer.id)).paymentMethods).toEqual([]);
    await world.sandbox.restart();
    expect(await erase(buyer.id)).toBe(204);
    expect(await known()).toBe(404);
    for (const table of ['payment_methods', 'payment_customers']) expect(await rowsOf(table)).toBe('');
  });

  it('is erased only when users says so', async () => {
    expect(await erase(newBuyer().id, 'gateway')).toBe(401);
  });

  it('may have had a copy of what they bought', async () => {
    const buyer = newBuyer();
    const { order } = await buy(payments.request, buyer, { shoe: 2 });

    expect(await collect(buyer.id)).toEqual({
      checkouts: [
        {
          orderNumber: order.number,
          placedAt: expect.any(String),
          status: 'COMPLETED',
          createdAt: expect.any(String),
          currency: 'EUR',
          total: order.total.amount,
          email: null,
          shippingAddress: null,
          billingAddress: null,
          showAsVerifiedBuyer: false,
          lines: [expect.objectContaining({ quantity: 2, unitAmount: order.total.amount / 2 })],
          payments: [expect.objectContaining({ status: 'SUCCEEDED', amount: order.total.amount })],
        },
      ],
      paymentMethods: [],
    });
    expect(await collect(newBuyer().id)).toEqual({ checkouts: [], paymentMethods: [] });
  });
});
