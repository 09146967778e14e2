import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { cancel, complete, completeInput, create, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  for (const id of ['shoe', 'sock']) world.products.stock.add({ id });
  world.products.stock.add({ id: 'rare', onHand: 3 });
  payments = await world.start({ timing: { inventoryTimeoutMs: 300, keyLockMs: 2_000 } });
});

afterAll(async () => {
  expect(await brokenInvariants(world, 'at rest')).toEqual({});
  await world.close();
});

describe('checkoutCancel', () => {
  it('gives the stock back, once', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const canceled = await cancel(payments.request, buyer, checkout.id);
    expect(canceled).toMatchObject({
      checkout: { status: 'CANCELED', failure: { code: 'CANCELED' } },
      userErrors: [],
    });
    expect(world.products.stock.reservations.get(checkout.id)?.status).toBe('RELEASED');
    expect(await cancel(payments.request, buyer, checkout.id)).toEqual(canceled);
  });

  it('cancels the payment that was declined', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const declined = completeInput(1_000, { paymentToken: 'pm_card_visa_chargeDeclined' });
    const { payment } = await complete(payments.request, buyer, checkout.id, declined);
    await cancel(payments.request, buyer, checkout.id);
    const { data } = await payments.request(
      'query ($id: ID!) { payment(id: $id) { status events { type } } }',
      { id: payment.id },
      buyer,
    );
    expect(data.payment.status).toBe('CANCELED');
    expect(data.payment.events.at(-1)).toEqual({ type: 'CANCELED' });
  });

  it('is done although products is down, and gives the stock back later', async () => {
    const service = await world.start({ timing: QUICK });
    const buyer = newBuyer();
    const { checkout } = await create(service.request, buyer, createInput({ shoe: 1 }));
    world.products.setDown(true);
    expect(await cancel(service.request, buyer, checkout.id)).toMatchObject({
      checkout: { status: 'CANCELED' },
      userErrors: [],
    });
    world.products.setDown(false);
    await waitFor(() => world.products.stock.reservations.get(checkout.id)?.status === 'RELEASED');
    await service.stop();
  });

  it('refuses a paid checkout', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    await complete(payments.request, buyer, checkout.id, completeInput(1_000));
    expect(await cancel(payments.request, buyer, checkout.id)).toMatchObject({
      checkout: { status: 'COMPLETED' },
      userErrors: [{ __typename: 'CheckoutStateError', status: 'COMPLETED', field: ['id'] }],
    });
  });

  it("answers NOT_FOUND for unknown and for others' checkouts", async () => {
    const { checkout } = await create(payments.request, newBuyer(), createInput({ shoe: 1 }));
    for (const id of ['nonsense', checkout.id]) {
      expect(await cancel(payments.request, newBuyer(), id)).toMatchObject({
        checkout: null,
        userErrors: [{ code: 'NOT_FOUND', field: ['id'] }],
      });
    }
  });

  it('and a payment at the same moment have one winner', async () => {
    for (let round = 0; round < 4; round += 1) {
      const buyer = newBuyer();
      const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
      const [paid, canceled] = await Promise.all([
        complete(payments.request, buyer, checkout.id, completeInput(1_000)),
        cancel(payments.request, buyer, checkout.id),
      ]);
      expect([...paid.userErrors, ...canceled.userErrors]).toHaveLength(1);
    }
  });
});

describe('expiry', () => {
  it('ends unpaid checkouts and gives their stock back', async () => {
    const service = await world.start({ timing: QUICK, checkoutTtlSeconds: 1 });
    const buyer = newBuyer();
    const { checkout } = await create(service.request, buyer, createInput({ shoe: 1 }));
    await waitFor(() => world.products.stock.reservations.get(checkout.id)?.status === 'RELEASED');
    expect(await complete(service.request, buyer, checkout.id, completeInput(1_000))).toMatchObject({
      checkout: { status: 'EXPIRED', failure: { code: 'EXPIRED' } },
      userErrors: [{ __typename: 'CheckoutStateError', status: 'EXPIRED' }],
    });
    await service.stop();
  });

  it('answers the key of a checkout that products never priced', async () => {
    const service = await world.start({ timing: QUICK, checkoutTtlSeconds: 1 });
    const buyer = newBuyer();
    const input = createInput({ shoe: 1 }, { idempotencyKey: newKey() });
    world.products.setDown(true);
    await create(service.request, buyer, input);
    await waitFor(async () => {
      const { rows } = await world.pool.query(
        `SELECT 1 FROM checkouts WHERE buyer_id = $1 AND status = 'EXPIRED'`,
        [buyer.id],
      );
      return rows.length === 1;
    });
    world.products.setDown(false);
    expect(await create(service.request, buyer, input)).toMatchObject({
      checkout: null,
      userErrors: [{ __typename: 'CheckoutStateError', status: 'EXPIRED' }],
    });
    await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0);
    await service.stop();
  });
});
