import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { cancel, complete, completeInput, create, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

let world: World;
let payments: RunningPayments;

const germany = { recipientName: 'Ada', line1: 'Weg 1', city: 'Bonn', countryCode: 'DE' };
const RATES = {
  shipping: [{ countries: ['DE', 'AT'], prices: [{ currency: 'EUR', amount: 500 }] }],
  taxes: [{ countries: ['AT'], percent: '20' }],
};

beforeAll(async () => {
  world = await createWorld();
  for (const id of ['shoe', 'sock']) world.products.stock.add({ id });
  world.products.stock.add({ id: 'rare', onHand: 3 });
  payments = await world.start({ rates: RATES, timing: { pollMs: 30 } });
});

afterAll(async () => {
  await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0, {
    what: 'rest',
  });
  expect([...world.products.stock.variants.values()].map(({ reserved }) => reserved)).toEqual(
    [...world.products.stock.variants.values()].map(({ id }) => heldOf(id)),
  );
  await world.close();
});

/** What the reservations say that are held. */
const heldOf = (variantId: string): number =>
  [...world.products.stock.reservations.values()]
    .filter(({ status }) => status === 'HELD')
    .flatMap(({ lines }) => lines)
    .filter((line) => line.variantId === variantId)
    .reduce((sum, { quantity }) => sum + quantity, 0);

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;
type Buyer = ReturnType<typeof newBuyer>;

const UPDATE = `mutation ($id: ID!, $input: CheckoutUpdateInput!) {
  checkoutUpdate(id: $id, input: $input) {
    checkout {
      status email expiresAt subtotal { amount } shippingTotal { amount } taxTotal { amount } total { amount }
      lines { id quantity variant { id } } shippingAddress { city } billingAddress { city } payment { status }
    }
    userErrors {
      __typename ... on UserError { message } ... on PaymentInputError { code field } ... on CheckoutStateError { status }
      ... on InsufficientStockError { available }
    }
  }
}`;

async function update(buyer: Buyer, id: string, input: object, service = payments): Promise<Payload> {
  const { data, errors } = await service.request(
    UPDATE,
    { id, input: { idempotencyKey: newKey(), ...input } },
    buyer,
  );
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data.checkoutUpdate;
}

const linesOf = (lines: Record<string, number>) =>
  Object.entries(lines).map(([variantId, quantity]) => ({ variantId, quantity }));

async function open(lines: Record<string, number>, service = payments): Promise<Payload> {
  const buyer = newBuyer();
  const input = createInput(lines, { shippingAddress: germany });
  const { checkout } = await create(service.request, buyer, input);
  return { buyer, id: checkout.id, checkout };
}

/** The reservations of a checkout, in the order they were made. */
const holdsOf = (id: string): readonly string[] =>
  [...world.products.stock.reservations.values()]
    .filter((reservation) => reservation.id.startsWith(id))
    .map(({ status }) => status);

describe('checkoutUpdate', () => {
  it('holds and prices other lines, and lets the old ones go', async () => {
    const { buyer, id, checkout } = await open({ shoe: 1 });
    const input = { lines: linesOf({ sock: 2, shoe: 3 }), idempotencyKey: newKey() };
    const updated = await update(buyer, id, input);
    expect(updated).toMatchObject({
      userErrors: [],
      checkout: {
        status: 'OPEN',
        subtotal: { amount: 5_000 },
        total: { amount: 5_500 },
        lines: [
          { quantity: 2, variant: { id: 'sock' } },
          { id: checkout.lines[0].id, quantity: 3 },
        ],
        expiresAt: checkout.expiresAt,
      },
    });
    expect(await update(buyer, id, input)).toEqual(updated);
    await waitFor(() => holdsOf(id)[0] === 'RELEASED');
    expect((await update(buyer, id, { ...input, lines: linesOf({ shoe: 1 }) })).userErrors).toMatchObject([
      { __typename: 'IdempotencyKeyReusedError' },
    ]);
    expect(await complete(payments.request, buyer, id, completeInput(5_500))).toMatchObject({
      userErrors: [],
      order: { total: { amount: 5_500 } },
    });
    expect(holdsOf(id)).toEqual(['RELEASED', 'COMMITTED']);
  });

  it('prices the same lines for another address, and keeps what is not named', async () => {
    const { buyer, id } = await open({ shoe: 1 });
    const vienna = { ...germany, city: 'Wien', countryCode: 'AT' };
    const requests = world.products.requests;
    const first = await update(buyer, id, { shippingAddress: vienna, email: 'ada@example.com' });
    expect(first.checkout).toMatchObject({ taxTotal: { amount: 300 }, total: { amount: 1_800 } });
    expect((await update(buyer, id, { billingAddress: germany })).checkout).toMatchObject({
      email: 'ada@example.com',
      shippingAddress: { city: 'Wien' },
      billingAddress: { city: 'Bonn' },
      total: { amount: 1_800 },
    });
    expect(world.products.requests).toBe(requests);
    const stale = await complete(payments.request, buyer, id, completeInput(1_500));
    expect(stale.userErrors).toMatchObject([{ __typename: 'PriceChangedError', actual: { amount: 1_800 } }]);
  });

  it('changes nothing when there is too little, or nobody sends it there', async () => {
    const { buyer, id, checkout } = await open({ rare: 1 });
    expect(await update(buyer, id, { lines: linesOf({ rare: 4 }) })).toMatchObject({
      userErrors: [{ __typename: 'InsufficientStockError', available: 2 }],
      checkout: { total: { amount: 1_500 }, lines: [{ id: checkout.lines[0].id, quantity: 1 }] },
    });
    const france = { ...germany, countryCode: 'FR' };
    const refused = await update(buyer, id, { lines: linesOf({ shoe: 9 }), shippingAddress: france });
    expect(refused).toMatchObject({
      userErrors: [{ code: 'UNSUPPORTED' }],
      checkout: { total: { amount: 1_500 } },
    });
    await waitFor(() => holdsOf(id).at(-1) === 'RELEASED');
    expect(holdsOf(id)[0]).toBe('HELD');
    await cancel(payments.request, buyer, id);
  });

  it('gives up a payment that was declined, and the next one is of the new price', async () => {
    const { buyer, id } = await open({ shoe: 1 });
    const declined = completeInput(1_500, { paymentToken: 'pm_card_visa_chargeDeclined' });
    await complete(payments.request, buyer, id, declined);
    expect(await update(buyer, id, { lines: linesOf({ shoe: 2 }) })).toMatchObject({
      checkout: { total: { amount: 2_500 }, payment: { status: 'CANCELED' } },
    });
    expect(await complete(payments.request, buyer, id, completeInput(2_500))).toMatchObject({
      userErrors: [],
      payment: { amountCaptured: { amount: 2_500 } },
    });
  });

  it('is refused once the checkout is paid, canceled or somebody else’s', async () => {
    const { buyer, id } = await open({ shoe: 1 });
    expect((await update(newBuyer(), id, {})).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    await complete(payments.request, buyer, id, completeInput(1_500));
    expect((await update(buyer, id, { lines: linesOf({ shoe: 1 }) })).userErrors).toMatchObject([
      { __typename: 'CheckoutStateError', status: 'COMPLETED' },
    ]);
  });

  it.each([
    ['no lines', { lines: [] }, 'REQUIRED'],
    ['a line twice', { lines: [...linesOf({ shoe: 1 }), ...linesOf({ shoe: 1 })] }, 'INVALID'],
    ['half an address', { billingAddress: { ...germany, city: ' ' } }, 'REQUIRED'],
    ['a short key', { idempotencyKey: 'short' }, 'INVALID'],
  ])('is refused %s', async (_, input, code) => {
    const { buyer, id } = await open({ shoe: 1 });
    expect((await update(buyer, id, input)).userErrors).toMatchObject([{ code }]);
    await cancel(payments.request, buyer, id);
  });
});

describe('a change that meets something else', () => {
  /** Begins to change a checkout, and holds it where products has answered. */
  async function stuck(buyer: Buyer, id: string, input: object): Promise<() => Promise<Payload>> {
    const before = world.products.stock.reservations.size;
    const open = world.products.hold();
    const answer = update(buyer, id, input);
    const reaches = world.products.requests + 1;
    await waitFor(
      () => world.products.requests >= reaches || world.products.stock.reservations.size > before,
    );
    return async () => {
      open();
      return answer;
    };
  }

  it('loses against a payment, in the database', async () => {
    const { buyer, id } = await open({ shoe: 1 });
    const release = await stuck(buyer, id, { lines: linesOf({ shoe: 5 }) });
    const paying = complete(payments.request, buyer, id, completeInput(1_500));
    await waitFor(async () => {
      const { rows } = await world.pool.query(
        `SELECT 1 FROM checkouts WHERE status = 'PAYING' AND step <> 'AUTHORIZE'`,
      );
      return rows.length > 0;
    });
    expect((await release()).userErrors).toMatchObject([
      { __typename: 'CheckoutStateError', status: 'PAYING' },
    ]);
    expect(await paying).toMatchObject({ userErrors: [], order: { total: { amount: 1_500 } } });
    await waitFor(() => holdsOf(id).at(-1) === 'RELEASED');
  });

  it('loses against canceling', async () => {
    const { buyer, id } = await open({ shoe: 1 });
    const release = await stuck(buyer, id, { lines: linesOf({ shoe: 5 }) });
    const canceling = cancel(payments.request, buyer, id);
    await waitFor(async () => {
      const { rows } = await world.pool.query(
        `SELECT 1 FROM checkouts WHERE status = 'CANCELED' AND buyer_id = $1`,
        [buyer.id],
      );
      return rows.length > 0;
    });
    expect((await release()).userErrors).toMatchObject([{ status: 'CANCELED' }]);
    await canceling;
    await waitFor(() => holdsOf(id).every((status) => status === 'RELEASED'));
  });

  it('loses against a later change', async () => {
    const { buyer, id } = await open({ shoe: 1 });
    const release = await stuck(buyer, id, { lines: linesOf({ shoe: 5 }) });
    expect((await update(buyer, id, { email: 'late@example.com' })).userErrors).toEqual([]);
    expect(await release()).toMatchObject({
      userErrors: [{ __typename: 'CheckoutStateError', status: 'OPEN' }],
      checkout: { email: 'late@example.com', total: { amount: 1_500 } },
    });
    await waitFor(() => holdsOf(id).at(-1) === 'RELEASED');
  });

  it('begins again when its hold was taken back before it was written', async () => {
    const { buyer, id } = await open({ shoe: 1 });
    const input = { lines: linesOf({ shoe: 5 }), idempotencyKey: newKey() };
    const release = await stuck(buyer, id, input);
    await world.pool.query('UPDATE loose_holds SET due_at = now()');
    await waitFor(async () => {
      const { rows } = await world.pool.query(
        'SELECT 1 FROM loose_holds h JOIN checkouts c ON c.id = h.checkout_id WHERE h.claimed AND c.buyer_id = $1',
        [buyer.id],
      );
      return rows.length > 0;
    });
    expect((await release()).userErrors).toMatchObject([{ __typename: 'IdempotencyKeyInUseError' }]);
    expect(await update(buyer, id, input)).toMatchObject({
      userErrors: [],
      checkout: { total: { amount: 5_500 } },
    });
    await cancel(payments.request, buyer, id);
  });

  it('of a process that died is taken over with the same key, and leaves no hold behind', async () => {
    let armed = false;
    const mortal = await world.start({
      rates: RATES,
      timing: QUICK,
      onCheckpoint: (name) => {
        if (armed && name === 'RESERVE: after the call') throw new Error('the process died');
      },
    });
    const { buyer, id } = await open({ shoe: 1 }, mortal);
    const input = { lines: linesOf({ shoe: 4 }), idempotencyKey: newKey() };
    armed = true;
    await expect(update(buyer, id, input, mortal)).rejects.toThrow('INTERNAL_SERVER_ERROR');
    await mortal.stop();
    const survivor = await world.start({ rates: RATES, timing: QUICK });
    const updated = await waitFor(async () => {
      const answer = await update(buyer, id, input, survivor);
      return answer.userErrors.length === 0 ? answer : undefined;
    });
    expect(updated.checkout.total).toEqual({ amount: 4_500 });
    // The hold of the dead is given up when its time is over.
    await world.pool.query('UPDATE loose_holds SET due_at = now()');
    await waitFor(() => holdsOf(id).filter((status) => status === 'HELD').length === 1);
    await cancel(survivor.request, buyer, id);
    await survivor.stop();
  });

  it('is over when the time of the checkout is', async () => {
    const brief = await world.start({ rates: RATES, timing: QUICK, checkoutTtlSeconds: 1 });
    const { buyer, id } = await open({ shoe: 1 }, brief);
    const expired = await waitFor(async () => {
      const { userErrors } = await update(buyer, id, { email: 'x@example.com' }, brief);
      return userErrors.length > 0 ? userErrors : undefined;
    });
    expect(expired).toMatchObject([{ __typename: 'CheckoutStateError', status: 'EXPIRED' }]);
    await brief.stop();
  });
});
