/** Goods that products does not have as sold (any more) cannot be put back: everything else goes on all the same. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@tributary/service-kit';
import { waitFor } from '@tributary/testkit';
import { Writable } from 'node:stream';
import { paymentId as typedPaymentId } from '../domain/ids.ts';
import { complete, completeInput, create, createInput, newKey } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from '../testing/harness.ts';

let world: World;
let payments: RunningPayments;
let manual: RunningPayments;
/** Forgets what was sold as soon as it is. */
let forgetful: RunningPayments;
let errors: Record<string, unknown>[] = [];
const operator = newBuyer(['payments:capture', 'payments:refund', 'payments:read', 'orders:read']);

beforeAll(async () => {
  world = await createWorld();
  const { stock } = world.products;
  stock.add({ id: 'shoe' });
  const log = new Writable({
    write: (chunk: Buffer, _, done) => {
      errors.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const logger = createLogger('payments', 'error', log);
  payments = await world.start({ timing: QUICK, logger });
  manual = await world.start({ timing: QUICK, logger, captureMethod: 'MANUAL' });
  forgetful = await world.start({
    timing: QUICK,
    logger,
    onCheckpoint: (name) => {
      if (name === 'COMMIT_STOCK: after the commit')
        for (const id of stock.reservations.keys()) stock.forget(id);
    },
  });
});
beforeEach(() => {
  errors = [];
});
afterAll(() => world.close());

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

async function sell(service = payments, paymentToken = 'pm_card_visa'): Promise<Payload> {
  const buyer = newBuyer();
  const { checkout } = await create(service.request, buyer, createInput({ shoe: 2 }));
  const paid = await complete(service.request, buyer, checkout.id, completeInput(2_000, { paymentToken }));
  return {
    checkoutId: checkout.id,
    paymentId: paid.payment.id,
    lines: checkout.lines,
    orderId: paid.order?.id,
  };
}

async function operate(name: string, type: string, input: object): Promise<Payload> {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { userErrors { __typename } } }`;
  const answer = await payments.request(query, { input: { idempotencyKey: newKey(), ...input } }, operator);
  expect(answer).toMatchObject({ data: { [name]: { userErrors: [] } } });
}

const refundWhole = ({ paymentId, lines }: Payload) =>
  operate('refundCreate', 'RefundCreateInput', {
    paymentId,
    reason: 'OTHER',
    restock: true,
    lines: lines.map(({ id, quantity }: Payload) => ({ lineItemId: id, quantity })),
  });

async function look(paymentId: string): Promise<Payload> {
  const query = `{ payment(id: "${paymentId}") { status order { status } refunds { status lines { restocked } } } }`;
  return (await payments.request(query, {}, operator)).data.payment;
}

async function untilDone(paymentId: string): Promise<void> {
  await waitFor(
    async () => {
      const { rows } = await world.pool.query<{ step: string }>(
        'SELECT step FROM checkouts WHERE id = (SELECT checkout_id FROM payments WHERE id = $1)',
        [typedPaymentId.toUuid(paymentId)],
      );
      return rows[0]?.step === 'DONE';
    },
    { what: 'the end' },
  );
}

const NOTHING_TO_PUT_BACK = 'goods cannot be put back into stock: products does not have them as sold';

describe('goods that cannot be put back', () => {
  it('are not waited for after a refund, and are told of', async () => {
    const sale = await sell();
    world.products.stock.forget(sale.checkoutId);
    await refundWhole(sale);
    await untilDone(sale.paymentId);
    expect(await look(sale.paymentId)).toMatchObject({
      order: { status: 'REFUNDED' },
      refunds: [{ status: 'SUCCEEDED', lines: [{ restocked: false }] }],
    });
    expect(errors).toMatchObject([{ msg: NOTHING_TO_PUT_BACK, 'reservation.id': sale.checkoutId }]);
  });

  it('are those of a reservation that was released, too', async () => {
    const sale = await sell();
    const reservation = world.products.stock.reservations.get(sale.checkoutId);
    if (reservation !== undefined) reservation.status = 'RELEASED';
    await refundWhole(sale);
    await untilDone(sale.paymentId);
    expect(await look(sale.paymentId)).toMatchObject({ refunds: [{ lines: [{ restocked: false }] }] });
    expect(errors).toMatchObject([{ msg: NOTHING_TO_PUT_BACK, 'reservation.status': 'RELEASED' }]);
  });

  it('hold up no cancellation', async () => {
    const captured = await sell();
    const setAside = await sell(manual);
    for (const { checkoutId } of [captured, setAside]) world.products.stock.forget(checkoutId);
    await operate('orderCancel', 'OrderCancelInput', { orderId: captured.orderId });
    await operate('paymentCancel', 'PaymentCancelInput', { paymentId: setAside.paymentId });
    for (const { paymentId } of [captured, setAside]) {
      await untilDone(paymentId);
      expect(await look(paymentId)).toMatchObject({ order: { status: 'CANCELED' } });
    }
  });

  it('do not keep the money of a buyer whose payment failed', async () => {
    const { paymentId } = await sell(forgetful, 'pm_card_captureFails');
    await untilDone(paymentId);
    expect(await look(paymentId)).toMatchObject({ status: 'CANCELED', order: null });
  });

  it('are put back once products answers again, when it only was away', async () => {
    const sale = await sell();
    world.products.setDown(true);
    await refundWhole(sale);
    world.products.setDown(false);
    await untilDone(sale.paymentId);
    expect(await look(sale.paymentId)).toMatchObject({ refunds: [{ lines: [{ restocked: true }] }] });
    expect(errors).toEqual([]);
  });
});
