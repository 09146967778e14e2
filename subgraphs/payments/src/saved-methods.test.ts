import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { userViewer, waitFor } from '@tributary/testkit';
import { cancel, complete, completeInput, create, createInput, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from './testing/harness.ts';
import { brokenInvariants } from './testing/invariants.ts';

const PAYLOAD = `{
  paymentMethod { id status isDefault card { brand last4 expMonth expYear issuerCountry threeDSecure } nextAction { ... on RedirectAction { url returnUrl } } }
  userErrors {
    __typename ... on UserError { field message } ... on PaymentInputError { code }
    ... on PaymentMethodDeclinedError { failure { code retryable } }
  }
}`;
const ATTACH = `mutation ($input: PaymentMethodAttachInput!) { paymentMethodAttach(input: $input) ${PAYLOAD} }`;

let world: World;
let payments: RunningPayments;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  payments = await world.start({ timing: QUICK });
  await world.sandbox.sendWebhooksTo(payments.url);
});

afterAll(async () => {
  await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0);
  await world.close();
});

const ask = async (buyer: Viewer, query: string, variables: object = {}, service = payments) => {
  const { data, errors } = await service.request(query, { ...variables }, buyer);
  expect(errors).toBeUndefined();
  return Object.values(data as object)[0] as {
    paymentMethod: {
      id: string;
      status: string;
      isDefault: boolean;
      card: object;
      nextAction: { url: string };
    } | null;
    userErrors: object[];
  };
};
const attachInput = (paymentToken: string, more: object = {}) => ({
  input: { paymentToken, idempotencyKey: newKey(), ...more },
});
const attach = (buyer: Viewer, token: string, more: object = {}) =>
  ask(buyer, ATTACH, attachInput(token, more));
const by = (buyer: Viewer, mutation: string, id = '') =>
  ask(buyer, `mutation { ${mutation}(id: "${id}") ${PAYLOAD} }`);
const methodsOf = async (buyer: Viewer & { readonly id: string }, viewer: Viewer = buyer) => {
  const query = `query ($of: [_Any!]!) { _entities(representations: $of) {
    ... on User { paymentMethods { id isDefault card { last4 } } } } }`;
  const { data } = await payments.request(query, { of: [{ __typename: 'User', id: buyer.id }] }, viewer);
  return data._entities[0].paymentMethods as
    { id: string; isDefault: boolean; card: { last4: string } }[] | null;
};
const pay = async (buyer: Viewer, how: object) => {
  const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
  const input = completeInput(1_000, { paymentToken: undefined, ...how });
  return complete(payments.request, buyer, checkout.id as string, input);
};

describe('a payment method that is kept', () => {
  it('is a token and what a receipt shows, its buyer’s alone, until it is detached', async () => {
    const buyer = newBuyer();
    const key = newKey();
    const first = await attach(buyer, 'pm_card_visa', { idempotencyKey: key });
    const expiry = { expMonth: 12, expYear: 2034 };
    const card = { brand: 'visa', last4: '4242', ...expiry, issuerCountry: 'US', threeDSecure: false };
    expect(first).toMatchObject({
      paymentMethod: { status: 'ACTIVE', isDefault: true, card },
      userErrors: [],
    });
    expect(await attach(buyer, 'pm_card_visa', { idempotencyKey: key })).toEqual(first);
    expect(await attach(buyer, 'pm_card_amex', { idempotencyKey: key })).toMatchObject({
      userErrors: [{ __typename: 'IdempotencyKeyReusedError' }],
    });
    const second = await attach(buyer, 'pm_card_mastercard');
    const [id, other] = [first.paymentMethod?.id ?? '', second.paymentMethod?.id ?? ''];
    expect(second.paymentMethod).toMatchObject({ isDefault: false });
    expect(await by(buyer, 'paymentMethodSetDefault', other)).toMatchObject({
      paymentMethod: { isDefault: true },
    });
    expect(await methodsOf(buyer)).toMatchObject([
      { id: other, isDefault: true },
      { id, isDefault: false },
    ]);
    expect(await pay(buyer, { paymentMethodId: id })).toMatchObject({
      userErrors: [],
      payment: { status: 'SUCCEEDED', card: { last4: '4242' } },
    });

    const stranger = newBuyer(['payments:read', 'payments:refund', 'orders:read']);
    expect(await methodsOf(buyer, stranger)).toBeNull();
    for (const mutation of ['Detach', 'SetDefault', 'ActionComplete']) {
      expect(await by(stranger, `paymentMethod${mutation}`, id)).toMatchObject({
        paymentMethod: null,
        userErrors: [{ code: 'NOT_FOUND' }],
      });
    }
    expect(await pay(stranger, { paymentMethodId: id })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'paymentMethodId'] }],
    });

    expect(await by(buyer, 'paymentMethodDetach', id)).toMatchObject({
      paymentMethod: { id },
      userErrors: [],
    });
    expect(await methodsOf(buyer)).toMatchObject([{ id: other }]);
    expect(await by(buyer, 'paymentMethodDetach', id)).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await pay(buyer, { paymentMethodId: id })).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    const { rows } = await world.pool.query(`SELECT m::text AS text FROM payment_methods m`);
    expect(JSON.stringify(rows)).not.toContain('pm_card_');
  });

  it('is what a paid token stands for, when its buyer says so', async () => {
    const buyer = newBuyer();
    const paid = await pay(buyer, { paymentToken: 'pm_card_amex', savePaymentMethod: true });
    expect(paid).toMatchObject({ userErrors: [], payment: { status: 'SUCCEEDED' } });
    const [kept] = (await methodsOf(buyer)) ?? [];
    expect(kept).toMatchObject({ card: { last4: '0005' }, isDefault: true });
    expect(await pay(buyer, { paymentMethodId: kept?.id, offSession: true })).toMatchObject({
      payment: { status: 'SUCCEEDED' },
    });
    // Declined, so not kept; then the same payment with what is kept.
    const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
    const tries = [
      { paymentToken: 'pm_card_visa_chargeDeclined', savePaymentMethod: true },
      { paymentToken: undefined, paymentMethodId: kept?.id },
    ];
    const answers = [];
    for (const how of tries) {
      answers.push(await complete(payments.request, buyer, checkout.id as string, completeInput(1_000, how)));
    }
    expect(answers).toMatchObject([{ payment: { status: 'REQUIRES_PAYMENT_METHOD' } }, { userErrors: [] }]);
    expect(await methodsOf(buyer)).toHaveLength(1);
  });

  it('is agreed to once by the bank of its buyer, which then lets it pay without them', async () => {
    const buyer = newBuyer();
    const returnUrl = 'https://shop.example/cards';
    const asked = await attach(buyer, 'pm_card_authenticationRequiredOnSetup', { returnUrl });
    expect(asked.paymentMethod).toMatchObject({
      status: 'REQUIRES_ACTION',
      card: null,
      nextAction: { returnUrl },
    });
    const { id, nextAction } = asked.paymentMethod ?? { id: '', nextAction: { url: '' } };
    expect(await methodsOf(buyer)).toEqual([]);
    expect(await by(buyer, 'paymentMethodActionComplete', id)).toMatchObject({
      paymentMethod: { status: 'REQUIRES_ACTION' },
    });
    await world.sandbox.authenticate(nextAction.url, 'complete');
    expect(await by(buyer, 'paymentMethodActionComplete', id)).toMatchObject({
      paymentMethod: { status: 'ACTIVE', card: { last4: '3155' } },
    });
    expect(await pay(buyer, { paymentMethodId: id, offSession: true })).toMatchObject({
      payment: { status: 'SUCCEEDED' },
    });

    // Nobody comes back: the provider's event tells.
    const later = await attach(buyer, 'pm_card_authenticationRequired', { returnUrl, makeDefault: true });
    await world.sandbox.authenticate(later.paymentMethod?.nextAction.url ?? '', 'complete');
    await waitFor(async () => (await methodsOf(buyer))?.length === 2);
    expect(await methodsOf(buyer)).toMatchObject([{ isDefault: true, card: { last4: '3184' } }, {}]);
    // Its bank wants to see its owner each time.
    const away = await pay(buyer, { paymentMethodId: later.paymentMethod?.id, offSession: true });
    expect(away).toMatchObject({
      payment: { status: 'REQUIRES_PAYMENT_METHOD' },
      userErrors: [
        {
          __typename: 'PaymentDeclinedError',
          field: ['input', 'paymentMethodId'],
          failure: { code: 'AUTHENTICATION_REQUIRED', retryable: true },
        },
      ],
    });
    const there = await pay(buyer, { paymentMethodId: later.paymentMethod?.id });
    expect(there.payment.status).toBe('REQUIRES_ACTION');
    await cancel(payments.request, buyer, there.checkout.id as string);

    const refused = await attach(buyer, 'pm_card_authenticationRequired', { returnUrl });
    await world.sandbox.authenticate(refused.paymentMethod?.nextAction.url ?? '', 'fail');
    const said = await by(buyer, 'paymentMethodActionComplete', refused.paymentMethod?.id);
    expect(['PaymentMethodDeclinedError', 'PaymentInputError']).toContain(
      (said.userErrors[0] as { __typename: string }).__typename,
    );
    expect(await methodsOf(buyer)).toHaveLength(2);
  });

  it('is refused by its bank, or later when it pays', async () => {
    const buyer = newBuyer();
    expect(await attach(buyer, 'pm_card_visa_chargeDeclined')).toMatchObject({
      paymentMethod: null,
      userErrors: [{ __typename: 'PaymentMethodDeclinedError', failure: { code: 'CARD_DECLINED' } }],
    });
    const kept = await attach(buyer, 'pm_card_chargeCustomerFail');
    expect(await pay(buyer, { paymentMethodId: kept.paymentMethod?.id })).toMatchObject({
      userErrors: [{ __typename: 'PaymentDeclinedError', field: ['input', 'paymentMethodId'] }],
    });
  });

  it('is found after its answer was lost, and when the provider answers late or fails', async () => {
    const buyer = newBuyer();
    for (const token of ['pm_card_lost_answer', 'pm_card_500_once']) {
      const begun = await attach(buyer, token);
      expect(begun.userErrors).toEqual([]);
      expect(['PROCESSING', 'ACTIVE']).toContain(begun.paymentMethod?.status);
    }
    await waitFor(async () => (await methodsOf(buyer))?.length === 2);
  });

  it('is not anything: no number, no other’s, no token twice named, no more than twenty', async () => {
    const buyer = newBuyer();
    const invalid = (field: string) => ({ userErrors: [{ code: 'INVALID', field: ['input', field] }] });
    expect(await attach(buyer, '4242424242424242')).toMatchObject(invalid('paymentToken'));
    expect(await attach(buyer, 'pm_nope')).toMatchObject(invalid('paymentToken'));
    expect(await attach(buyer, 'pm_card_visa', { returnUrl: 'http://shop.example/' })).toMatchObject(
      invalid('returnUrl'),
    );
    expect(await pay(buyer, { paymentToken: 'pm_card_visa', paymentMethodId: 'pmt_x' })).toMatchObject(
      invalid('paymentMethodId'),
    );
    expect(await pay(buyer, { paymentToken: 'pm_card_visa', offSession: true })).toMatchObject(
      invalid('offSession'),
    );
    expect(await pay(buyer, {})).toMatchObject({ userErrors: [{ code: 'REQUIRED' }] });
    expect((await payments.request(ATTACH, attachInput('pm_card_visa'))).errors?.[0]).toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    });
    const many = await Promise.all(Array.from({ length: 21 }, () => attach(buyer, 'pm_card_visa')));
    expect(many.filter(({ userErrors }) => userErrors.length > 0)).toMatchObject([
      { userErrors: [{ code: 'LIMIT_EXCEEDED' }] },
    ]);
    expect(await pay(buyer, { paymentToken: 'pm_card_visa', savePaymentMethod: true })).toMatchObject({
      userErrors: [{ code: 'LIMIT_EXCEEDED' }],
    });
    expect((await methodsOf(buyer))?.filter(({ isDefault }) => isDefault)).toHaveLength(1);
    // A service has no methods of its own.
    expect(await methodsOf(buyer, userViewer('usr_nobody', []))).toBeNull();
  });
});
