import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { newUuid } from '@tributary/subgraph-kit';
import { waitFor } from '@tributary/testkit';
import { createSandboxProvider } from '../provider/sandbox-provider.ts';
import { createPostgresStores } from '../store/postgres/postgres-stores.ts';
import { DEFAULT_TIMING } from '../saga/timing.ts';
import { buy, cancel, complete, completeInput, create, createInput } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from '../testing/harness.ts';
import { API_KEY } from '../testing/sandbox-process.ts';
import { reconcile, type ReconciliationReport } from './reconcile.ts';

let world: World;
let payments: RunningPayments;
let manual: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  payments = await world.start();
  manual = await world.start({ captureMethod: 'MANUAL' });
});

afterAll(() => world.close());

const provider = () => createSandboxProvider({ url: world.sandbox.url, apiKey: API_KEY, webhookSecrets: [] });

const run = (): Promise<ReconciliationReport> => {
  const { disputes, operations, reconciliation: books } = createPostgresStores(world.pool, DEFAULT_TIMING);
  const logger = silentLogger();
  const deps = { provider: provider(), books, disputes, operations, timing: DEFAULT_TIMING, logger };
  return reconcile(deps, AbortSignal.timeout(30_000));
};

const call = (signal = AbortSignal.timeout(10_000)) => ({ idempotencyKey: newUuid(), signal });

describe('reconciliation', () => {
  it('finds nothing where nothing is, however many purchases and refusals there were', async () => {
    for (let n = 0; n < 3; n += 1) await buy(payments.request, newBuyer(), { shoe: 1 });
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    await complete(
      payments.request,
      buyer,
      checkout.id,
      completeInput(1_000, { paymentToken: 'pm_card_visa_chargeDeclined' }),
    );
    expect(await run()).toEqual({
      provider: 'sandbox',
      matched: 4,
      moving: 0,
      hurried: 0,
      ended: 0,
      released: 0,
      refunds: 0,
      disputes: 0,
      customers: 0,
      differences: [],
    });
  });

  it('is not kept from anything by a draft of somebody else at the same provider', async () => {
    const before = await run();
    const drafted = await fetch(`${world.sandbox.url}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'idempotency-key': newUuid() },
      body: new URLSearchParams({ amount: '700', currency: 'eur', payment_method: 'pm_card_visa' }),
    });
    expect(await drafted.json()).toMatchObject({ status: 'requires_confirmation' });
    expect(await run()).toEqual({ ...before, matched: before.matched + 1 });
  });

  it('moves on what waits, and leaves alone what is being worked on', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const input = completeInput(1_000, {
      paymentToken: 'pm_card_authenticationRequired',
      returnUrl: 'https://shop.example/back',
    });
    await complete(payments.request, buyer, checkout.id, input);
    const { data } = await payments.request(
      `{ checkout(id: "${checkout.id}") { payment { nextAction { ... on RedirectAction { url } } } } }`,
      {},
      buyer,
    );
    await world.sandbox.authenticate(data.checkout.payment.nextAction.url, 'complete');
    // Nobody was told of it, and nobody would look for half a minute.
    expect(await run()).toMatchObject({ hurried: 1, moving: 1, differences: [] });
    await waitFor(async () => {
      const look = await payments.request(`{ checkout(id: "${checkout.id}") { status } }`, {}, buyer);
      return look.data.checkout.status === 'COMPLETED';
    });
  });

  it('cancels an order whose authorization has run out', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(manual.request, buyer, createInput({ shoe: 1 }));
    const paid = await complete(
      manual.request,
      buyer,
      checkout.id,
      completeInput(1_000, { paymentToken: 'pm_card_authExpires' }),
    );
    expect(paid.order.status).toBe('CONFIRMED');
    await waitFor(async () => (await run()).ended === 1);
    const { data } = await manual.request(
      `{ order(id: "${paid.order.id}") { status payments { status } } }`,
      {},
      buyer,
    );
    expect(data.order).toEqual({ status: 'CANCELED', payments: [{ status: 'CANCELED' }] });
    await waitFor(() => world.products.stock.reservations.get(checkout.id)?.status === 'RESTOCKED');
  });

  it('lets go of what a buyer set aside at the provider when their checkout was over', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const card = completeInput(1_000, { paymentToken: 'pm_card_visa_chargeDeclined' });
    const { payment } = await complete(payments.request, buyer, checkout.id, card);
    const reference = await referenceOf(payment.id);
    await cancel(payments.request, buyer, checkout.id);
    const paid = {
      paymentId: payment.id,
      reference,
      amount: { amount: 1_000, currency: 'EUR' },
      token: 'pm_card_visa',
      returnUrl: null,
      customer: null,
      keepsMethod: false,
      offSession: false,
    };
    expect(await provider().authorize(paid, call())).toMatchObject({ kind: 'authorized' });
    await waitFor(async () => (await run()).released === 1);
    expect(await run()).toMatchObject({ released: 0, differences: [] });
    const known = await provider().retrieve({ paymentId: payment.id, reference }, call().signal);
    expect(known).toMatchObject({ status: 'canceled', capturable: 0 });
  });

  it('writes down that a bank sent a refund back, which nobody was told of', async () => {
    const operator = newBuyer(['payments:refund', 'payments:read']);
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const card = completeInput(1_000, { paymentToken: 'pm_card_refundFail' });
    const { payment } = await complete(payments.request, buyer, checkout.id, card);
    const refunds = 'refunds { status }';
    const input = { paymentId: payment.id, reason: 'OTHER', idempotencyKey: newUuid() };
    const asked = await payments.request(
      `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { payment { ${refunds} } } }`,
      { input },
      operator,
    );
    expect(asked.data.refundCreate.payment.refunds).toEqual([{ status: 'SUCCEEDED' }]);
    await waitFor(async () => (await run()).refunds === 1);
    const { data } = await payments.request(`{ payment(id: "${payment.id}") { ${refunds} } }`, {}, operator);
    expect(data.payment.refunds).toEqual([{ status: 'FAILED' }]);
    expect(await run()).toMatchObject({ refunds: 0, differences: [] });
  });

  it('writes down a dispute that nobody was told of, and how it went on', async () => {
    const viewer = newBuyer(['payments:read']);
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const input = completeInput(1_000, { paymentToken: 'pm_card_createDispute' });
    const { payment } = await complete(payments.request, buyer, checkout.id, input);
    const statuses = async () => {
      const { data } = await payments.request(
        `{ payment(id: "${payment.id}") { providerReference disputes { status } } }`,
        {},
        viewer,
      );
      return data.payment.disputes.map(({ status }: { status: string }) => status);
    };
    expect(await statuses()).toEqual([]);
    expect(await run()).toMatchObject({ disputes: 1, differences: [] });
    expect(await statuses()).toEqual(['NEEDS_RESPONSE']);
    const [dispute] = await world.sandbox.list('/v1/disputes');
    const evidence = { reference: String(dispute?.['id']), text: 'losing_evidence', isFinal: true };
    await provider().submitEvidence(evidence, call());
    expect(await run()).toMatchObject({ disputes: 1, differences: [] });
    expect(await statuses()).toEqual(['LOST']);
    expect(await run()).toMatchObject({ disputes: 0, differences: [] });
  });

  it('tells of payment methods that only one side keeps, and has those asked after that hang', async () => {
    const buyer = newBuyer();
    const attach = async (paymentToken: string): Promise<string> => {
      const { data } = await payments.request(
        `mutation ($input: PaymentMethodAttachInput!) { paymentMethodAttach(input: $input) { paymentMethod { id status } } }`,
        { input: { paymentToken, idempotencyKey: newUuid() } },
        buyer,
      );
      return data.paymentMethodAttach.paymentMethod.status;
    };
    expect(await attach('pm_card_visa')).toBe('ACTIVE');
    expect(await attach('pm_card_amex')).toBe('ACTIVE');
    expect(await run()).toMatchObject({ customers: 1, differences: [] });
    const { rows } = await world.pool.query<{ reference: string; customer: string }>(
      `SELECT m.reference, c.reference AS customer FROM payment_methods m JOIN payment_customers c ON c.id = m.customer_id
       WHERE c.buyer_id = $1`,
      [buyer.id],
    );
    const [{ reference, customer } = { reference: '', customer: '' }] = rows;
    await provider().forgetMethod(reference, call());
    const saved = await provider().saveMethod(
      { methodId: 'pmt_by_hand', customer, token: 'pm_card_mastercard', returnUrl: null },
      call(),
    );
    if (saved.kind !== 'saved') throw new Error(saved.kind);
    const report = await run();
    expect(report).toMatchObject({ customers: 0 });
    expect(report.differences).toEqual([
      { kind: 'METHOD', reference, paymentId: null, ours: 'ACTIVE', theirs: null },
      { kind: 'METHOD', reference: saved.method, paymentId: null, ours: null, theirs: 'ATTACHED' },
    ]);
    expect(await attach('pm_card_authenticationRequired')).toBe('REQUIRES_ACTION');
    expect(await run()).toMatchObject({ customers: 0, moving: 1, hurried: 1, differences: [] });
    await world.pool.query('DELETE FROM payment_methods');
    await world.pool.query('DELETE FROM payment_customers');
  });

  it('tells of money that only one side knows of, and changes nothing', async () => {
    const { payment } = await buy(payments.request, newBuyer(), { shoe: 1 });
    const before = await run();
    const sandbox = provider();
    const reference = await referenceOf(payment.id);
    const refundRequest = {
      paymentId: payment.id,
      reference,
      refundId: 'rfd_by_hand',
      amount: { amount: 300, currency: 'EUR' },
      reason: 'OTHER',
    } as const;
    await sandbox.refund(refundRequest, call());
    const stranger = {
      paymentId: 'pay_of_nobody',
      reference: null,
      returnUrl: null,
      token: 'pm_card_visa',
      customer: null,
      keepsMethod: false,
      offSession: false,
    };
    await sandbox.authorize({ ...stranger, amount: { amount: 700, currency: 'EUR' } }, call());
    await world.pool.query(
      `UPDATE payments SET provider_reference = 'pi_0123' WHERE provider_reference <> $1 AND status = 'SUCCEEDED'
         AND id = (SELECT min(id::text)::uuid FROM payments WHERE status = 'SUCCEEDED')`,
      [reference],
    );
    const { differences, matched } = await run();
    expect(differences.map(({ kind, ours, theirs }) => [kind, ours, theirs]).sort()).toEqual([
      ['REFUNDED', 0, 300],
      ['UNKNOWN_TO_PROVIDER', 1_000, null],
      ['UNKNOWN_TO_US', null, 1_000],
      ['UNKNOWN_TO_US', null, 700],
    ]);
    expect(matched).toBe(before.matched - 2);
    expect(await run()).toMatchObject({ differences });
  });
});

async function referenceOf(paymentId: string): Promise<string> {
  const viewer = newBuyer(['payments:read']);
  const { data } = await payments.request(
    `{ payment(id: "${paymentId}") { providerReference } }`,
    {},
    viewer,
  );
  return data.payment.providerReference;
}
