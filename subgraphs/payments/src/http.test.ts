import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createViewerTokenSigner } from '@tributary/service-kit';
import { ANONYMOUS, createTestTrust, postGraphql } from '@tributary/testkit';
import { CANCEL, COMPLETE, completeInput, CREATE, createInput } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';

let world: World;
let payments: RunningPayments;
const buyer = newBuyer();

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  payments = await world.start();
});

afterAll(() => world.close());

const HELLO = { query: '{ __typename }' };
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
  postGraphql(`${payments.url}/graphql`, body, headers);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('the internal credential', () => {
  it('is required', async () => {
    expect(await post(HELLO)).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  });

  it('is refused when it is for another service', async () => {
    expect(await post(HELLO, bearer(await world.trust.sign(buyer, 'products')))).toMatchObject({
      status: 401,
    });
  });

  it('is refused when a stranger signed it', async () => {
    const stranger = await createTestTrust();
    expect(await post(HELLO, bearer(await stranger.sign(buyer, 'payments')))).toMatchObject({ status: 401 });
  });

  it('is refused when it has expired', async () => {
    const past = () => Date.now() - 120_000;
    const signer = await createViewerTokenSigner('gateway', world.trust.keyOf('gateway'), past);
    expect(await post(HELLO, bearer(await signer.sign(buyer, 'payments')))).toMatchObject({ status: 401 });
  });

  it('is refused when a service speaks for a user', async () => {
    const signer = await world.trust.serviceSigner('payments');
    expect(await post(HELLO, bearer(await signer.sign(buyer, 'payments')))).toMatchObject({ status: 401 });
  });
});

describe('mutations', () => {
  it.each([
    ['checkoutComplete', COMPLETE, { id: 'chk_x', input: completeInput(1) }],
    ['checkoutCancel', CANCEL, { id: 'chk_x' }],
  ])('%s needs a signed-in user, or a secret', async (_, query, variables) => {
    const { data, errors } = await payments.request(query, variables, ANONYMOUS);
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  it.each([
    ['a fraction of a cent', createInput({ shoe: 1 }, { expectedTotal: { amount: 10.5, currency: 'EUR' } })],
    [
      'an amount beyond exact integers',
      createInput({ shoe: 1 }, { expectedTotal: { amount: 2 ** 53, currency: 'EUR' } }),
    ],
    ['an unknown currency', createInput({ shoe: 1 }, { currency: 'XYZ' })],
    ['a currency in lower case', createInput({ shoe: 1 }, { currency: 'eur' })],
    ['a fractional quantity', { ...createInput({}), lines: [{ variantId: 'shoe', quantity: 1.5 }] }],
    ['an unknown field', createInput({ shoe: 1 }, { price: 1 })],
    ['no key', createInput({ shoe: 1 }, { idempotencyKey: null })],
    [
      'an unknown country',
      createInput(
        { shoe: 1 },
        { shippingAddress: { recipientName: 'A', line1: 'B', city: 'C', countryCode: 'ZZ' } },
      ),
    ],
  ])('refuse %s before anything is done', async (_, input) => {
    const { errors } = await payments.request(CREATE, { input }, buyer);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

describe('the endpoint', () => {
  it.each([
    ['malformed JSON', '{"query":', 400, 'BAD_REQUEST'],
    ['a body that is no object', '"query"', 400, 'BAD_REQUEST'],
    ['a body without a query', '{}', 400, 'BAD_REQUEST'],
    ['a syntax error', { query: '{' }, 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', { query: '{ nothing }' }, 400, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a body of 11 MB',
      { query: '{ __typename }', pad: 'x'.repeat(11 * 1024 * 1024) },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ])('refuses %s', async (_, body, status, code) => {
    const answer = await post(body, bearer(await world.trust.sign(buyer, 'payments')));
    expect(answer).toMatchObject({ status, errors: [{ extensions: { code } }] });
  });

  it('is alive and ready', async () => {
    expect((await fetch(`${payments.url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${payments.url}/readyz`)).json()).toEqual({
      status: 'ready',
      checks: { postgres: 'ok' },
    });
  });

  it('tells nobody its schema', async () => {
    const { errors } = await payments.request('{ __schema { types { name } } }', {}, buyer);
    expect(errors).toBeDefined();
  });
});
