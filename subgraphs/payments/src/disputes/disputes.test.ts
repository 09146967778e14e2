import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { complete, completeInput, create, createInput, newKey } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from '../testing/harness.ts';
import { DEFAULT_TIMING } from '../saga/timing.ts';
import { createPostgresStores } from '../store/postgres/postgres-stores.ts';
import { brokenInvariants } from '../testing/invariants.ts';

let world: World;
let payments: RunningPayments;
const operator = newBuyer(['disputes:write', 'payments:read', 'payments:refund', 'ledger:read']);

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  payments = await world.start({ timing: QUICK });
  await world.sandbox.sendWebhooksTo(payments.url);
});

afterAll(async () => {
  await waitFor(async () => Object.keys(await brokenInvariants(world, 'at rest')).length === 0, {
    what: 'rest',
  });
  await world.close();
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

const ERRORS = `userErrors {
  __typename ... on UserError { message field } ... on PaymentInputError { code }
  ... on DisputeStateError { disputeStatus } ... on AmountExceedsRefundableError { refundable { amount } }
}`;
const FIELDS = `
  id status reason evidenceDueBy amount { amount currency }
  payment { id status amountCaptured { amount } amountRefunded { amount } amountRefundable { amount } events { type } }`;
const DISPUTE = `dispute { ${FIELDS} }`;

async function ask(query: string, variables: object, by = operator): Promise<Payload> {
  const { data, errors } = await payments.request(query, { ...variables }, by);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

const SUBMIT = `mutation ($id: ID!, $input: DisputeEvidenceInput!) {
  disputeEvidenceSubmit(id: $id, input: $input) { ${DISPUTE} ${ERRORS} }
}`;
const ACCEPT = `mutation ($id: ID!, $idempotencyKey: String!) {
  disputeAccept(id: $id, idempotencyKey: $idempotencyKey) { ${DISPUTE} ${ERRORS} }
}`;

const submit = async (id: string, input: object): Promise<Payload> =>
  (await ask(SUBMIT, { id, input: { idempotencyKey: newKey(), ...input } })).disputeEvidenceSubmit;

const accept = async (id: string, idempotencyKey = newKey()): Promise<Payload> =>
  (await ask(ACCEPT, { id, idempotencyKey })).disputeAccept;

async function refund(paymentId: string, amount?: number): Promise<Payload> {
  const query = `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { refund { status } ${ERRORS} } }`;
  const money = amount === undefined ? {} : { amount: { amount, currency: 'EUR' } };
  const input = { paymentId, reason: 'OTHER', idempotencyKey: newKey(), ...money };
  return (await ask(query, { input })).refundCreate;
}

/** What a payment's dispute did: the amounts of each of its transactions, by account. */
async function postings(paymentId: string): Promise<Payload> {
  const query = `query ($id: ID!) { payment(id: $id) { ledgerTransactions {
    type transfers { kind amount { amount } debitAccount { code } creditAccount { code } }
  } } }`;
  const { ledgerTransactions } = (await ask(query, { id: paymentId })).payment;
  const short = (code: string) => code.replace(/^payment:.*/, 'payment');
  return ledgerTransactions
    .filter(({ type }: Payload) => type.startsWith('DISPUTE'))
    .flatMap(({ type, transfers }: Payload) =>
      transfers.map(({ kind, amount, debitAccount, creditAccount }: Payload) =>
        [type, kind, short(debitAccount.code), short(creditAccount.code), amount.amount].join(' '),
      ),
    );
}

/** A sold shoe, 10.00 EUR, whose buyer's bank has something to say about it. */
async function sell(paymentToken: string): Promise<Payload> {
  const buyer = newBuyer();
  const { checkout } = await create(payments.request, buyer, createInput({ shoe: 1 }));
  const paid = await complete(payments.request, buyer, checkout.id, completeInput(1_000, { paymentToken }));
  const paymentId: string = paid.payment.id;
  // The provider's event brings it, late and twice.
  return waitFor(async () => {
    const { payment } = await ask(`query ($id: ID!) { payment(id: $id) { disputes { id } } }`, {
      id: paymentId,
    });
    return payment.disputes.length === 1 && { buyer, paymentId, id: payment.disputes[0].id as string };
  });
}

const TAKEN = [
  'DISPUTE POSTED assets:disputed:sandbox assets:psp:sandbox 1000',
  'DISPUTE PENDING payment assets:disputed:sandbox 1000',
  'DISPUTE_FEE POSTED expenses:dispute-fees assets:psp:sandbox 1500',
];

describe('a dispute', () => {
  it('takes the money at once, so that nobody refunds it too, and gives it back when it is won', async () => {
    const { id, paymentId, buyer } = await sell('pm_card_createDispute');
    const list = `{ disputes(status: [NEEDS_RESPONSE]) { totalCount nodes { ${FIELDS} } } }`;
    const { nodes } = (await ask(list, {})).disputes;
    expect(nodes.find((found: Payload) => found.id === id)).toMatchObject({
      status: 'NEEDS_RESPONSE',
      reason: 'fraudulent',
      amount: { amount: 1_000, currency: 'EUR' },
      evidenceDueBy: expect.any(String),
      payment: {
        status: 'SUCCEEDED',
        amountCaptured: { amount: 1_000 },
        amountRefunded: { amount: 0 },
        amountRefundable: { amount: 0 },
      },
    });
    expect(await postings(paymentId)).toEqual(TAKEN);
    expect((await refund(paymentId)).userErrors).toMatchObject([
      { __typename: 'AmountExceedsRefundableError', refundable: { amount: 0 } },
    ]);
    // The buyer sees what happened to their payment, and nothing of how it is fought.
    const mine = await payments.request(
      `{ payment(id: "${paymentId}") { events { type } disputes { id } } }`,
      {},
      buyer,
    );
    expect(mine.data.payment).toMatchObject({ disputes: null });
    expect(mine.data.payment.events.at(-1)).toEqual({ type: 'DISPUTE_OPENED' });

    expect(await submit(id, { text: 'a draft,\nin two lines', submit: false })).toMatchObject({
      dispute: { status: 'NEEDS_RESPONSE' },
      userErrors: [],
    });
    const input = { text: 'winning_evidence', idempotencyKey: newKey() };
    const won = await submit(id, input);
    expect(won).toMatchObject({
      dispute: { status: 'WON', payment: { amountRefundable: { amount: 1_000 } } },
      userErrors: [],
    });
    expect(won.dispute.payment.events.at(-1)).toEqual({ type: 'DISPUTE_WON' });
    expect(await submit(id, input)).toEqual(won);
    expect((await submit(id, { ...input, text: 'other' })).userErrors).toMatchObject([
      { __typename: 'IdempotencyKeyReusedError' },
    ]);
    expect((await submit(id, { text: 'late' })).userErrors).toMatchObject([
      { __typename: 'DisputeStateError', disputeStatus: 'WON' },
    ]);
    expect((await postings(paymentId)).slice(3).sort()).toEqual([
      'DISPUTE_WON POSTED assets:psp:sandbox assets:disputed:sandbox 1000',
      'DISPUTE_WON VOID_PENDING payment assets:disputed:sandbox 1000',
    ]);
    expect(await refund(paymentId)).toMatchObject({ refund: { status: 'SUCCEEDED' }, userErrors: [] });
  });

  it('is lost once, whoever gives in, and the money with it', async () => {
    const { id, paymentId } = await sell('pm_card_createDisputeProductNotReceived');
    expect(await submit(id, { text: 'we sent it' })).toMatchObject({
      dispute: { status: 'UNDER_REVIEW', reason: 'product_not_received' },
    });
    const key = newKey();
    const answers = await Promise.all([accept(id, key), accept(id), accept(id)]);
    expect(
      answers
        .flatMap(({ userErrors }) => userErrors)
        .every(({ __typename }) => __typename === 'DisputeStateError'),
    ).toBe(true);
    const lost = await waitFor(async () => {
      const { payment } = await ask(
        `query ($id: ID!) { payment(id: $id) { amountRefundable { amount } disputes { status } } }`,
        { id: paymentId },
      );
      return payment.disputes[0].status === 'LOST' && payment;
    });
    expect(lost.amountRefundable.amount).toBe(0);
    expect((await accept(id)).userErrors).toMatchObject([{ disputeStatus: 'LOST', field: ['id'] }]);
    expect(await postings(paymentId)).toEqual([
      ...TAKEN,
      'DISPUTE_LOST POST_PENDING payment assets:disputed:sandbox 1000',
    ]);
    expect((await refund(paymentId)).userErrors).toHaveLength(1);
  });

  it('begins as an inquiry that takes nothing; what was refunded before is our loss beyond the payment', async () => {
    const { id, paymentId } = await sell('pm_card_createDisputeInquiry');
    expect(await postings(paymentId)).toEqual([]);
    expect((await accept(id)).userErrors).toMatchObject([
      { __typename: 'DisputeStateError', disputeStatus: 'WARNING_NEEDS_RESPONSE' },
    ]);
    expect(await refund(paymentId, 300)).toMatchObject({ refund: { status: 'SUCCEEDED' } });
    expect(await submit(id, { text: 'losing_evidence' })).toMatchObject({
      dispute: { status: 'NEEDS_RESPONSE', payment: { amountRefunded: { amount: 300 } } },
    });
    expect(await accept(id)).toMatchObject({ dispute: { status: 'LOST' }, userErrors: [] });
    expect((await postings(paymentId)).slice(-2).sort()).toEqual([
      'DISPUTE_LOST POSTED expenses:dispute-losses assets:disputed:sandbox 300',
      'DISPUTE_LOST POST_PENDING payment assets:disputed:sandbox 700',
    ]);
  });

  it('is for those who may: to see with payments:read, to answer with disputes:write', async () => {
    const nobody = newBuyer(['disputes:write']);
    const clerk = newBuyer(['payments:read']);
    expect((await payments.request('{ disputes { nodes { id } } }', {}, nobody)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    const variables = { id: 'dsp_nothing', idempotencyKey: newKey() };
    expect((await payments.request(ACCEPT, variables, clerk)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    expect((await accept('dsp_nothing')).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
    expect((await submit('dsp_nothing', { text: ' ' })).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
  });

  it('forgets what was said of a person when they are erased', async () => {
    const { id, buyer } = await sell('pm_card_createDispute');
    await submit(id, { text: 'Ada received it at home' });
    const find = () =>
      world.pool.query(
        `SELECT 1 FROM disputes WHERE evidence LIKE '%Ada%'
         UNION ALL SELECT 1 FROM provider_requests WHERE request::text LIKE '%Ada%' OR response::text LIKE '%Ada%'`,
      );
    expect((await find()).rowCount).toBe(1);
    expect(await createPostgresStores(world.pool, DEFAULT_TIMING).personalData.erase(buyer.id)).toBe(true);
    expect((await find()).rowCount).toBe(0);
  });
});
