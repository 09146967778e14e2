import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@tributary/subgraph-kit';
import { idempotentRequest } from '../../domain/idempotency-key.ts';
import { createWorld, type World } from '../../testing/harness.ts';
import type { SagaState } from '../saga-store.ts';
import type { Stores } from '../stores.ts';
import { createPostgresStores } from './postgres-stores.ts';

let world: World;
let stores: Stores;

beforeAll(async () => {
  world = await createWorld();
  stores = createPostgresStores(world.pool, { leaseMs: 60_000, keyLockMs: 60_000, actionPollMs: 60_000 });
});

afterAll(() => world.close());

const newRequest = (mutation: string) => idempotentRequest('usr_1', mutation, newUuid(), [mutation]);
const card = {
  brand: 'visa',
  last4: '4242',
  expMonth: 1,
  expYear: 2030,
  issuerCountry: 'US',
  threeDSecure: false,
};

const NOTHING_SAID = {
  clientSecretHash: null,
  email: null,
  shippingAddress: null,
  billingAddress: null,
  showAsVerifiedBuyer: false,
};

/** A priced checkout over one line. */
async function openCheckout(ttlSeconds = 900): Promise<string> {
  const checkoutId = newUuid();
  const command = {
    checkoutId,
    buyerId: newUuid(),
    ...NOTHING_SAID,
    currency: 'EUR',
    ttlSeconds,
    maxOpen: 5,
    guests: null,
  };
  expect(await stores.checkouts.openCheckout({ ...command, request: newRequest('create') })).toEqual({
    kind: 'opened',
  });
  const line = {
    variantId: 'v',
    productId: 'p',
    sku: 's',
    title: 't',
    variantVersion: 1,
    quantity: 1,
    unitPrice: { amount: 500, currency: 'EUR' },
    taxCategory: 'standard',
    requiresShipping: true,
    tax: 0,
  };
  const prices = {
    subtotal: 500,
    shippingTotal: 0,
    shippingTax: 0,
    taxTotal: 0,
    total: 500,
    lacksAddress: null,
  };
  const expiresAt = new Date(Date.now() + ttlSeconds * 1_000);
  const priced = { prices: { ...prices, lines: [line] }, expiresAt, clientSecretHash: null };
  expect(await stores.checkouts.applyReservation({ checkoutId, ...priced })).toBe(true);
  return checkoutId;
}

async function beginPayment(checkoutId: string): Promise<SagaState> {
  const begun = await stores.checkouts.beginPayment({
    checkoutId,
    provider: 'sandbox',
    captureMethod: 'AUTOMATIC',
    method: { token: 'pm_card_visa', use: 'ONCE', customer: null, offSession: false },
    returnUrl: null,
    request: newRequest('complete'),
    refuse: () => undefined,
  });
  if (begun.kind !== 'begun') throw new Error(`the payment is ${begun.kind}`);
  return begun.saga;
}

const endLease = (checkoutId: string) =>
  world.pool.query('UPDATE checkouts SET lease_until = now() WHERE id = $1', [checkoutId]);

describe('an outcome', () => {
  it('is void when the checkout has moved on since it was read', async () => {
    const saga = await beginPayment(await openCheckout());
    const reference = newUuid();
    const [one, two] = await Promise.all([
      stores.sagas.authorized(saga, { reference, card, method: null }),
      stores.sagas.authorized(saga, { reference, card, method: null }),
    ]);
    expect([one, two].filter((next) => next !== undefined)).toMatchObject([{ step: 'COMMIT_STOCK' }]);
    expect(await stores.sagas.stockCommitted(saga)).toBeUndefined();
    const { rows } = await world.pool.query('SELECT 1 FROM ledger_transactions WHERE payment_id = $1', [
      saga.payment?.id,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('is written whole or not at all', async () => {
    const saga = await beginPayment(await openCheckout());
    const authorized = await stores.sagas.authorized(saga, { reference: newUuid(), card, method: null });
    const committed = authorized && (await stores.sagas.stockCommitted(authorized));
    if (committed === undefined) throw new Error('the saga stopped early');
    await world.pool.query(`ALTER TABLE orders ADD CONSTRAINT no_orders CHECK (false) NOT VALID`);
    await expect(stores.sagas.captured(committed)).rejects.toThrow('no_orders');
    await world.pool.query('ALTER TABLE orders DROP CONSTRAINT no_orders');
    const [payment] = await stores.reader.paymentsByIds([saga.payment?.id ?? '']);
    expect(payment).toMatchObject({ status: 'REQUIRES_CAPTURE', amountCaptured: { amount: 0 } });
    expect(await stores.sagas.captured(committed)).toBeUndefined();
    expect(await stores.reader.ordersByCheckoutIds([saga.checkoutId])).toHaveLength(1);
  });
});

describe('a claim', () => {
  it('is given to one of many', async () => {
    const { checkoutId } = await beginPayment(await openCheckout());
    expect(await stores.sagas.claim(checkoutId)).toBeUndefined();
    await endLease(checkoutId);
    const claims = await Promise.all([1, 2, 3, 4].map(() => stores.sagas.claim(checkoutId)));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  it('of what is due never gives the same to two workers', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => openCheckout()));
    for (const id of ids) await beginPayment(id);
    await Promise.all(ids.map(endLease));
    const batches = await Promise.all([1, 2, 3].map(() => stores.sagas.claimDue(6)));
    const claimed = batches.flat().map(({ checkoutId }) => checkoutId);
    expect(new Set(claimed).size).toBe(claimed.length);
  });

  it('leaves alone what is put off, and what waits for its buyer', async () => {
    const waiting = await openCheckout();
    expect(await stores.sagas.claim(waiting)).toBeUndefined();
    const saga = await beginPayment(waiting);
    await stores.sagas.postpone(saga, 60_000);
    expect(await stores.sagas.claim(waiting)).toBeUndefined();
  });
});

describe('an idempotency key', () => {
  it('is forgotten after its retention, not before', async () => {
    await openCheckout();
    expect(await stores.checkouts.purgeKeys(100)).toBe(0);
    await world.pool.query(`UPDATE idempotency_keys SET expires_at = now() WHERE state = 'COMPLETED'`);
    expect(await stores.checkouts.purgeKeys(100)).toBeGreaterThan(0);
  });

  it('is taken over when the one who held it is gone', async () => {
    const request = newRequest('create');
    const command = {
      checkoutId: newUuid(),
      buyerId: newUuid(),
      ...NOTHING_SAID,
      currency: 'EUR',
      ttlSeconds: 900,
      maxOpen: 5,
      guests: null,
      request,
    };
    await stores.checkouts.openCheckout(command);
    const again = { ...command, checkoutId: newUuid() };
    expect(await stores.checkouts.openCheckout(again)).toEqual({ kind: 'in_use', retryAfterSeconds: 60 });
    await stores.checkouts.unlockKey(request);
    expect(await stores.checkouts.openCheckout(again)).toEqual({
      kind: 'resumed',
      checkoutId: command.checkoutId,
    });
    expect(await stores.checkouts.openCheckout(again)).toMatchObject({ kind: 'in_use' });
  });
});

describe('expiry', () => {
  it('ends each checkout once, whoever looks', async () => {
    const id = await openCheckout(0);
    const ended = await Promise.all([1, 2, 3].map(() => stores.checkouts.expireCheckouts(100)));
    expect(ended.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await stores.reader.checkoutsByIds([id])).toMatchObject([
      { status: 'EXPIRED', step: 'RELEASE_STOCK' },
    ]);
  });
});
