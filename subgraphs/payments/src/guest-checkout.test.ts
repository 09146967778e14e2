import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS as NOBODY, type Viewer } from '@tributary/service-kit';
import { graphqlClient } from '@tributary/testkit';
import { CANCEL, COMPLETE, completeInput, CREATE, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

const EMAIL = 'guest@example.com';
const WRONG_SECRET = `cs_${'A'.repeat(43)}`;

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  world.products.stock.add({ id: 'sock' });
  world.products.stock.add({ id: 'rare', onHand: 3 });
  payments = await world.start();
});

afterAll(async () => {
  expect(await brokenInvariants(world, 'at rest')).toEqual({});
  await world.close();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

async function ask(
  query: string,
  variables: Readonly<Record<string, unknown>>,
  viewer: Viewer = NOBODY,
): Promise<Payload> {
  const { data, errors } = await payments.request(query, variables, viewer);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return Object.values(data as object)[0];
}

const withSecret = (query: string): string =>
  query
    .replace(/\$id: ID!/, '$id: ID!, $clientSecret: String')
    .replace(/\(id: \$id/, '(id: $id, clientSecret: $clientSecret');
const CREATE_AS_GUEST = CREATE.replace('checkoutCreate(input: $input) {', '$& clientSecret ');
const UPDATE = `mutation ($id: ID!, $input: CheckoutUpdateInput!, $clientSecret: String) {
  checkoutUpdate(id: $id, input: $input, clientSecret: $clientSecret) {
    checkout { email lines { quantity } } userErrors { __typename ... on PaymentInputError { code field } }
  }
}`;
const LOOK = `query ($id: ID!, $clientSecret: String) {
  checkout(id: $id, clientSecret: $clientSecret) {
    id status email buyer { id } payment { id status order { id } } order { id email payments { id } }
  }
}`;
const ORDER = `query ($id: ID!, $clientSecret: String) {
  order(id: $id, clientSecret: $clientSecret) { id number email lines { title } payments { status refunds { id } } }
}`;
const FINISH = `mutation ($id: ID!, $clientSecret: String) {
  paymentActionComplete(paymentId: $id, clientSecret: $clientSecret) {
    order { id } payment { status } userErrors { __typename ... on PaymentInputError { code field } }
  }
}`;

const open = (overrides: object = {}): Promise<Payload> =>
  ask(CREATE_AS_GUEST, { input: createInput({ shoe: 1 }, { email: EMAIL, ...overrides }) });

const pay = (
  id: string,
  clientSecret: string | null,
  overrides: object = {},
  viewer: Viewer = NOBODY,
): Promise<Payload> =>
  ask(withSecret(COMPLETE), { id, clientSecret, input: completeInput(1_000, overrides) }, viewer);

describe('a guest', () => {
  it('buys with nothing but an email address and the secret of the checkout', async () => {
    const { checkout, clientSecret, userErrors } = await open();
    expect(userErrors).toEqual([]);
    expect(clientSecret).toMatch(/^cs_[A-Za-z0-9_-]{43}$/);
    expect(checkout).toMatchObject({ status: 'OPEN', buyer: null });
    const { id } = checkout;
    expect(await ask(LOOK, { id, clientSecret })).toMatchObject({
      status: 'OPEN',
      email: EMAIL,
      payment: null,
    });
    const key = newKey();
    const paid = await pay(id, clientSecret, { idempotencyKey: key });
    expect(paid).toMatchObject({ userErrors: [], order: { status: 'CONFIRMED' } });
    expect(await pay(id, clientSecret, { idempotencyKey: key })).toEqual(paid);
    const order = await ask(ORDER, { id: paid.order.id, clientSecret });
    expect(order).toMatchObject({ email: EMAIL, payments: [{ status: 'SUCCEEDED', refunds: [] }] });
    expect(await ask(LOOK, { id, clientSecret })).toMatchObject({
      payment: { id: paid.payment.id, order: { id: paid.order.id } },
      order: { id: paid.order.id, payments: [{ id: paid.payment.id }] },
    });
  });

  it('keeps nothing here that opens the checkout', async () => {
    const { clientSecret } = await open();
    for (const table of ['checkouts', 'idempotency_keys']) {
      const { rows } = await world.pool.query<{ text: string }>(`SELECT t::text AS text FROM ${table} t`);
      expect(rows.map(({ text }) => text).join()).not.toContain(clientSecret);
    }
  });

  it('has three open checkouts with those beside them, and more when one ends', async () => {
    const from = (address: string) =>
      graphqlClient(`${payments.url}/graphql`, 'payments', world.trust, { 'x-forwarded-for': address });
    const openFrom = async (address: string): Promise<Payload> => {
      const input = createInput({ shoe: 1 }, { email: EMAIL });
      const query = `mutation ($input: CheckoutCreateInput!) { checkoutCreate(input: $input) {
        checkout { id } clientSecret userErrors { __typename ... on RateLimitedError { retryAfterSeconds } } } }`;
      return (await from(address)(query, { input })).data.checkoutCreate;
    };
    // Whatever a client writes before what the gateway adds.
    const tries = ['203.0.113.9', '1.1.1.1, 203.0.113.9', '::ffff:203.0.113.9', '2.2.2.2,203.0.113.9'];
    const opened = await Promise.all(tries.map(openFrom));
    const refused = opened.filter(({ userErrors }) => userErrors.length > 0);
    expect(refused).toMatchObject([
      {
        checkout: null,
        userErrors: [{ __typename: 'RateLimitedError', retryAfterSeconds: expect.any(Number) }],
      },
    ]);
    expect(refused[0].userErrors[0].retryAfterSeconds).toBeGreaterThan(0);
    expect((await openFrom('203.0.113.10')).userErrors).toEqual([]);

    const { checkout, clientSecret } = opened.find(({ userErrors }) => userErrors.length === 0);
    await ask(withSecret(CANCEL), { id: checkout.id, clientSecret });
    expect((await openFrom('203.0.113.9')).userErrors).toEqual([]);
    const { rows } = await world.pool.query(
      `SELECT 1 FROM checkouts WHERE opened_from IS NOT NULL AND status NOT IN ('OPEN', 'PAYING')`,
    );
    expect(rows).toEqual([]);
  });

  it('holds a hundred pieces with those beside them, however they come by them', async () => {
    const request = graphqlClient(`${payments.url}/graphql`, 'payments', world.trust, {
      'x-forwarded-for': '198.51.100.7',
    });
    const units =
      'userErrors { __typename ... on PaymentInputError { code field } ... on RateLimitedError { field retryAfterSeconds } }';
    const openWith = async (quantity: number): Promise<Payload> => {
      const query = `mutation ($input: CheckoutCreateInput!) { checkoutCreate(input: $input) { checkout { id } clientSecret ${units} } }`;
      return (await request(query, { input: createInput({ sock: quantity }, { email: EMAIL }) })).data
        .checkoutCreate;
    };
    const change = async (
      { checkout, clientSecret }: Payload,
      quantity: number,
      variantId = 'sock',
    ): Promise<Payload> => {
      const query = `mutation ($id: ID!, $input: CheckoutUpdateInput!, $clientSecret: String) {
        checkoutUpdate(id: $id, input: $input, clientSecret: $clientSecret) { checkout { lines { quantity } } ${units} } }`;
      const input = { lines: [{ variantId, quantity }], idempotencyKey: newKey() };
      return (await request(query, { id: checkout.id, input, clientSecret })).data.checkoutUpdate;
    };
    expect((await openWith(101)).userErrors).toEqual([
      { __typename: 'PaymentInputError', code: 'LIMIT_EXCEEDED', field: ['input', 'lines'] },
    ]);
    const opened = await Promise.all([openWith(60), openWith(60)]);
    const [first] = opened.filter(({ userErrors }) => userErrors.length === 0);
    const tooMany = {
      __typename: 'RateLimitedError',
      field: ['input', 'lines'],
      retryAfterSeconds: expect.any(Number),
    };
    expect(opened.flatMap(({ userErrors }) => userErrors as unknown[])).toEqual([tooMany]);
    const second = await openWith(40);
    expect(second.userErrors).toEqual([]);
    expect((await change(first, 61)).userErrors).toEqual([tooMany]);
    expect(await change(first, 50)).toEqual({ checkout: { lines: [{ quantity: 50 }] }, userErrors: [] });
    expect((await change(second, 50)).userErrors).toEqual([]);
    expect((await change(second, 51)).userErrors).toEqual([tooMany]);
    // Refused for want of stock: what it asked for is not held against it.
    await ask(withSecret(CANCEL), { id: first.checkout.id, clientSecret: first.clientSecret });
    expect((await change(second, 60, 'rare')).userErrors).toEqual([{ __typename: 'InsufficientStockError' }]);
    expect((await openWith(50)).userErrors).toEqual([]);
  });

  it('goes to the page of the bank, comes back and cancels', async () => {
    const { checkout, clientSecret } = await open();
    const { payment } = await pay(checkout.id, clientSecret, {
      paymentToken: 'pm_card_authenticationRequired',
    });
    expect(await ask(FINISH, { id: payment.id, clientSecret })).toMatchObject({
      payment: { status: 'REQUIRES_ACTION' },
      userErrors: [],
    });
    expect(await ask(withSecret(CANCEL), { id: checkout.id, clientSecret })).toMatchObject({
      checkout: { status: 'CANCELED' },
      userErrors: [],
    });
  });

  it('gets another secret for a lost answer, until something is done with the checkout', async () => {
    const input = createInput({ shoe: 1 }, { email: EMAIL });
    const lost = await ask(CREATE_AS_GUEST, { input });
    const again = await ask(CREATE_AS_GUEST, { input });
    expect(again.checkout.id).toBe(lost.checkout.id);
    const { id } = again.checkout;
    expect(await ask(LOOK, { id, clientSecret: lost.clientSecret })).toBeNull();
    const { clientSecret } = again;
    const update = { email: 'other@example.com', idempotencyKey: newKey() };
    expect(await ask(UPDATE, { id, clientSecret, input: update })).toMatchObject({
      checkout: { email: 'other@example.com' },
    });
    expect(await ask(CREATE_AS_GUEST, { input })).toMatchObject({
      checkout: null,
      clientSecret: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'idempotencyKey'] }],
    });
    expect(await ask(LOOK, { id, clientSecret })).toMatchObject({ status: 'OPEN' });
  });

  it('has keys of their own: another address with the same key is another checkout', async () => {
    const idempotencyKey = newKey();
    const [one, other] = await Promise.all([
      open({ idempotencyKey }),
      open({ idempotencyKey, email: 'somebody.else@example.com' }),
    ]);
    expect(one.checkout.id).not.toBe(other.checkout.id);
  });

  it.each([
    ['no email address', { email: null }, { code: 'REQUIRED', field: ['input', 'email'] }],
    [
      'an endless address',
      { email: `${'a'.repeat(60)}@${'b.'.repeat(110)}example` },
      { code: 'INVALID', field: ['input', 'email'] },
    ],
    ['to be shown to others', { showAsVerifiedBuyer: true }, { code: 'UNSUPPORTED' }],
  ])('is refused %s', async (_, overrides, error) => {
    expect((await open(overrides)).userErrors).toMatchObject([error]);
  });
});

describe('somebody who guesses', () => {
  it('is told of a wrong secret what they are told of an unknown checkout', async () => {
    const { checkout, clientSecret } = await open();
    const own = await ask(CREATE, { input: createInput({ shoe: 1 }) }, newBuyer());
    const foreign = await open();
    const unknown = 'chk_00000000000000000000000000';
    const update = { lines: [{ variantId: 'shoe', quantity: 9 }], idempotencyKey: newKey() };
    const tries: readonly (readonly [string, string | null])[] = [
      [checkout.id, WRONG_SECRET],
      [checkout.id, ''],
      [checkout.id, clientSecret.slice(0, -1)],
      [checkout.id, foreign.clientSecret],
      // What somebody signed in has made has no secret.
      [own.checkout.id, WRONG_SECRET],
      [own.checkout.id, ''],
    ];
    const missing = await pay(unknown, WRONG_SECRET);
    expect(missing).toMatchObject({ checkout: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
    for (const [id, secret] of tries) {
      const variables = { id, clientSecret: secret };
      expect(await ask(LOOK, variables)).toBeNull();
      expect(await pay(id, secret)).toEqual(missing);
      expect(await ask(withSecret(CANCEL), variables)).toMatchObject({
        checkout: null,
        userErrors: [{ code: 'NOT_FOUND' }],
      });
      expect(await ask(UPDATE, { ...variables, input: update })).toMatchObject({
        checkout: null,
        userErrors: [{ code: 'NOT_FOUND' }],
      });
    }
    expect(await ask(LOOK, { id: checkout.id, clientSecret })).toMatchObject({ status: 'OPEN' });
  });

  it('does not pay, see or finish what is a guest’s, signed in or not', async () => {
    const { checkout, clientSecret } = await open();
    const { payment, order } = await pay(checkout.id, clientSecret);
    for (const viewer of [NOBODY, newBuyer()]) {
      expect(await ask(ORDER, { id: order.id, clientSecret: WRONG_SECRET }, viewer)).toBeNull();
      expect(await ask(FINISH, { id: payment.id, clientSecret: WRONG_SECRET }, viewer)).toMatchObject({
        userErrors: [{ code: 'NOT_FOUND' }],
      });
    }
    expect(await ask(LOOK, { id: checkout.id }, newBuyer(['orders:read', 'payments:read']))).toBeNull();
    expect(await ask(ORDER, { id: order.id }, newBuyer(['orders:read']))).toMatchObject({ email: EMAIL });
  });

  it('has to sign in or show something', async () => {
    const { checkout } = await open();
    await expect(pay(checkout.id, null)).rejects.toThrow('UNAUTHENTICATED');
    await expect(ask(FINISH, { id: 'pay_1' })).rejects.toThrow('UNAUTHENTICATED');
  });
});
