/** Long because one shop with orders in it serves every read; each file more would set it up once more. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { ANONYMOUS } from '@tributary/testkit';
import { buy, complete, completeInput, create, createInput } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';

let world: World;
let payments: RunningPayments;
const ada = newBuyer();
const bob = newBuyer();
const support = newBuyer(['orders:read', 'payments:read']);
const orderClerk = newBuyer(['orders:read']);
const accountant = newBuyer(['ledger:read', 'payments:read']);
/** Ada's orders, oldest first, as checkoutComplete answered. */
const bought: {
  order: { id: string; number: string };
  payment: { id: string };
  checkout: { id: string; lines: { id: string }[] };
}[] = [];

beforeAll(async () => {
  world = await createWorld();
  for (const id of ['shoe', 'sock', 'hat']) world.products.stock.add({ id });
  // The worker looks once and then sleeps: its statements would be counted with the requests'.
  payments = await world.start({ timing: { pollMs: 3_600_000 } });
  for (const lines of [{ shoe: 1 }, { sock: 2, shoe: 1 }, { sock: 3 }]) {
    bought.push(await buy(payments.request, ada, lines));
  }
  await buy(payments.request, bob, { shoe: 1 });
});

afterAll(() => world.close());

/** The answer's data; the request must succeed. */
async function ask(query: string, viewer: Viewer = ada, variables: Readonly<Record<string, unknown>> = {}) {
  const { data, errors } = await payments.request(query, variables, viewer);
  expect(errors).toBeUndefined();
  return data;
}

async function errorCode(query: string, viewer: Viewer): Promise<unknown> {
  const { errors } = await payments.request(query, {}, viewer);
  return errors?.[0]?.extensions?.code;
}

const entities = async (representations: readonly object[], selection: string, viewer: Viewer = ada) =>
  (
    await ask(`query ($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`, viewer, {
      r: representations,
    })
  )._entities;

describe('order', () => {
  const fields =
    'id number status buyer { id } total { decimal } placedAt lines { title quantity } payments { id status }';

  it('shows the buyer their order by id and by number', async () => {
    const [, { order, payment }] = bought as [unknown, (typeof bought)[0]];
    const byId = await ask(`{ order(id: "${order.id}") { ${fields} } }`);
    expect(byId.order).toEqual({
      id: order.id,
      number: order.number,
      status: 'CONFIRMED',
      buyer: { id: ada.id },
      total: { decimal: '30.00' },
      placedAt: expect.any(String),
      lines: [
        { title: 'Title of sock', quantity: 2 },
        { title: 'Title of shoe', quantity: 1 },
      ],
      payments: [{ id: payment.id, status: 'SUCCEEDED' }],
    });
    const typed = order.number.toLowerCase().replaceAll('0', 'o');
    expect((await ask(`{ orderByNumber(number: " ${typed}") { ${fields} } }`)).orderByNumber).toEqual(
      byId.order,
    );
  });

  it('shows any order to orders:read, and its payments only to payments:read', async () => {
    const query = `{ order(id: "${bought[0]?.order.id ?? ''}") { id payments { id } } }`;
    expect((await ask(query, support)).order.payments).toHaveLength(1);
    expect((await ask(query, orderClerk)).order.payments).toEqual([]);
  });

  it.each(['nonsense', 'ord_00000000000000000000000000', 'usr_00000000000000000000000000', ''])(
    'is null for the id %j',
    async (id) => {
      expect(
        await ask(
          `query ($id: ID!) { order(id: $id) { id } orderByNumber(number: "${id}") { id } checkout(id: $id) { id } payment(id: $id) { id } }`,
          ada,
          { id },
        ),
      ).toEqual({
        order: null,
        orderByNumber: null,
        checkout: null,
        payment: null,
      });
    },
  );

  it("hides others' things from buyers and from nobody in particular", async () => {
    const [{ order, payment, checkout }] = bought as [(typeof bought)[0]];
    const query = `{
      order(id: "${order.id}") { id }
      orderByNumber(number: "${order.number}") { id }
      checkout(id: "${checkout.id}") { id }
      payment(id: "${payment.id}") { id }
    }`;
    const nothing = { order: null, orderByNumber: null, checkout: null, payment: null };
    expect(await ask(query, bob)).toEqual(nothing);
    expect(await ask(query, ANONYMOUS)).toEqual(nothing);
    expect(await ask(query, support)).toMatchObject({
      checkout: null,
      order: { id: order.id },
      payment: { id: payment.id },
    });
  });
});

describe('orders', () => {
  const page = (args: string) =>
    `{ orders(${args}) { totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

  it('needs orders:read', async () => {
    expect(await errorCode('{ orders { totalCount } }', ada)).toBe('FORBIDDEN');
    expect(await errorCode('{ orders { totalCount } }', ANONYMOUS)).toBe('UNAUTHENTICATED');
  });

  it('pages newest first, forwards and backwards, without gaps', async () => {
    const all = (await ask(page('first: 100'), support)).orders;
    expect(all.totalCount).toBe(4);
    expect(all.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
    const ids = all.nodes.map(({ id }: { id: string }) => id);
    expect(ids.slice(1)).toEqual(bought.map(({ order }) => order.id).reverse());

    const first = (await ask(page('first: 3'), support)).orders;
    expect(first.pageInfo.hasNextPage).toBe(true);
    const rest = (await ask(page(`first: 3, after: "${first.pageInfo.endCursor}"`), support)).orders;
    expect([...first.nodes, ...rest.nodes]).toEqual(all.nodes);
    expect(rest.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });

    const last = (await ask(page('last: 2'), support)).orders;
    expect(last.nodes).toEqual(all.nodes.slice(2));
    const before = (await ask(page(`last: 2, before: "${last.pageInfo.startCursor}"`), support)).orders;
    expect(before.nodes).toEqual(all.nodes.slice(0, 2));
  });

  it('counts only when asked to', async () => {
    payments.statements.length = 0;
    await ask('{ orders { nodes { id } } }', support);
    expect(payments.statements).toHaveLength(1);
  });

  it.each([
    ['first: 0', 'BAD_USER_INPUT'],
    ['first: -1', 'BAD_USER_INPUT'],
    ['first: 101', 'BAD_USER_INPUT'],
    ['last: 101', 'BAD_USER_INPUT'],
    ['after: "nonsense"', 'INVALID_CURSOR'],
    [
      `after: "${cursor('payments', '2026-01-01T00:00:00.000Z', '01981d3c-0000-7000-8000-000000000000')}"`,
      'INVALID_CURSOR',
    ],
    [`after: "${cursor('orders', 'yesterday', '01981d3c-0000-7000-8000-000000000000')}"`, 'INVALID_CURSOR'],
    [
      `after: "${cursor('orders', '2026-01-01T00:00:00.000Z', "'; DROP TABLE orders; --")}"`,
      'INVALID_CURSOR',
    ],
    [
      `after: "${cursor('orders', '+275760-09-13T00:00:00.000Z', '01981d3c-0000-7000-8000-000000000000')}"`,
      'INVALID_CURSOR',
    ],
    [`after: "${cursor('orders', '2026-01-01T00:00:00.000Z')}"`, 'INVALID_CURSOR'],
  ])('refuses %s', async (args, code) => {
    expect(await errorCode(`{ orders(${args}) { nodes { id } } }`, support)).toBe(code);
  });
});

function cursor(...values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

describe('payment', () => {
  const fields = `id status provider amount { amount } amountCaptured { amount } buyer { id } order { id } checkout { id }
    card { last4 } events { id type at amount { amount } message } ledgerTransactions { id } createdAt updatedAt`;

  it('shows the buyer everything but the ledger', async () => {
    const [{ order, payment, checkout }] = bought as [(typeof bought)[0]];
    const shown = (await ask(`{ payment(id: "${payment.id}") { ${fields} } }`)).payment;
    expect(shown).toMatchObject({
      id: payment.id,
      status: 'SUCCEEDED',
      provider: 'sandbox',
      amount: { amount: 1_000 },
      amountCaptured: { amount: 1_000 },
      buyer: { id: ada.id },
      order: { id: order.id },
      checkout: { id: checkout.id },
      card: { last4: '4242' },
      ledgerTransactions: null,
    });
    expect(shown.events[0]).toMatchObject({
      id: expect.stringMatching(/^evt_/),
      type: 'CREATED',
      amount: { amount: 1_000 },
    });
  });

  it('shows the books of any payment to ledger:read', async () => {
    const query = `{ payment(id: "${bought[0]?.payment.id ?? ''}") {
      order { id } checkout { id }
      ledgerTransactions { id type createdAt transfers {
        id kind amount { decimal } debitAccount { id code normalSide } creditAccount { code balance { amount } }
      } }
    } }`;
    const { payment } = await ask(query, accountant);
    expect(payment).toMatchObject({
      order: null,
      checkout: null,
      ledgerTransactions: [
        {
          type: 'AUTHORIZATION',
          transfers: [
            { kind: 'PENDING', amount: { decimal: '10.00' }, debitAccount: { code: 'assets:psp:sandbox' } },
          ],
        },
        {
          type: 'CAPTURE',
          transfers: [
            {
              kind: 'POST_PENDING',
              debitAccount: { normalSide: 'DEBIT' },
              creditAccount: { code: `payment:${bought[0]?.payment.id ?? ''}`, balance: { amount: 1_000 } },
            },
            {
              kind: 'POSTED',
              amount: { decimal: '10.00' },
              debitAccount: { code: 'clearing:payments' },
              creditAccount: { code: 'revenue:sales' },
            },
          ],
        },
      ],
    });
  });
});

describe('trialBalance', () => {
  const query = (currency: string) => `{ trialBalance(currency: ${currency}) {
    balanced asOf debits { decimal } credits { decimal }
    lines { id code currency normalSide debitsPosted { amount } creditsPosted { amount } debitsPending { amount } creditsPending { amount } balance { amount } }
  } }`;

  it('needs ledger:read', async () => {
    expect(await errorCode(query('"EUR"'), support)).toBe('FORBIDDEN');
    expect(await errorCode(query('"EUR"'), ANONYMOUS)).toBe('UNAUTHENTICATED');
  });

  it('balances, with one line for the accounts of all payments', async () => {
    expect((await ask(query('"EUR"'), accountant)).trialBalance).toMatchObject({
      balanced: true,
      debits: { decimal: '160.00' },
      credits: { decimal: '160.00' },
      lines: [
        {
          code: 'assets:psp:sandbox',
          normalSide: 'DEBIT',
          debitsPosted: { amount: 8_000 },
          balance: { amount: 8_000 },
        },
        { code: 'clearing:payments', normalSide: 'DEBIT', balance: { amount: 8_000 } },
        {
          code: 'liabilities:payments',
          normalSide: 'CREDIT',
          creditsPosted: { amount: 8_000 },
          balance: { amount: 8_000 },
        },
        { code: 'revenue:sales', normalSide: 'CREDIT', balance: { amount: 8_000 } },
      ],
    });
  });

  it('is empty and balanced in a currency nobody paid in', async () => {
    expect((await ask(query('"CHF"'), accountant)).trialBalance).toMatchObject({
      balanced: true,
      lines: [],
      debits: { decimal: '0.00' },
    });
  });

  it('refuses an unknown currency', async () => {
    expect(await errorCode(query('"XYZ"'), accountant)).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('entities', () => {
  it('are resolved in order, with null for what is unknown, malformed or not the caller’s', async () => {
    const [{ order, payment, checkout }] = bought as [(typeof bought)[0]];
    const line = checkout.lines[0]?.id ?? '';
    const representations = [
      { __typename: 'Order', id: order.id },
      { __typename: 'Order', id: 'ord_nonsense' },
      { __typename: 'Order', number: order.number },
      { __typename: 'Payment', id: payment.id },
      { __typename: 'Checkout', id: checkout.id },
      { __typename: 'LineItem', id: line },
      { __typename: 'Payment', id: 'pay_00000000000000000000000000' },
    ];
    const selection = `__typename ... on Order { id } ... on Payment { id } ... on Checkout { id } ... on LineItem { id quantity }`;
    expect(await entities(representations, selection)).toEqual([
      { __typename: 'Order', id: order.id },
      null,
      { __typename: 'Order', id: order.id },
      { __typename: 'Payment', id: payment.id },
      { __typename: 'Checkout', id: checkout.id },
      { __typename: 'LineItem', id: line, quantity: 1 },
      null,
    ]);
    expect(await entities(representations, selection, bob)).toEqual(representations.map(() => null));
  });

  it('say which products the signed-in user has bought', async () => {
    const representations = ['prd_shoe', 'prd_hat', 'prd_\u0000', 'nonsense'].map((id) => ({
      __typename: 'Product',
      id,
    }));
    const selection = '... on Product { id purchasedByViewer }';
    expect(await entities(representations, selection)).toEqual([
      { id: 'prd_shoe', purchasedByViewer: true },
      { id: 'prd_hat', purchasedByViewer: false },
      null,
      { id: 'nonsense', purchasedByViewer: false },
    ]);
    expect((await entities(representations, selection, ANONYMOUS))[0].purchasedByViewer).toBeNull();
  });

  it('do not count an unpaid checkout as bought', async () => {
    const buyer = newBuyer();
    const { checkout } = await create(payments.request, buyer, createInput({ hat: 1 }));
    const declined = completeInput(1_000, { paymentToken: 'pm_card_visa_chargeDeclined' });
    await complete(payments.request, buyer, checkout.id, declined);
    const hat = [{ __typename: 'Product', id: 'prd_hat' }];
    expect(await entities(hat, '... on Product { purchasedByViewer }', buyer)).toEqual([
      { purchasedByViewer: false },
    ]);
  });

  it('give a user their own orders and payments, page by page', async () => {
    const me = [{ __typename: 'User', id: ada.id }];
    const selection = (args: string) => `... on User {
      orders(${args}) { totalCount nodes { id } pageInfo { hasNextPage endCursor } }
      payments(first: 1) { totalCount nodes { id } }
    }`;
    const [first] = await entities(me, selection('first: 2'));
    expect(first).toMatchObject({
      orders: { totalCount: 3, nodes: [{ id: bought[2]?.order.id }, { id: bought[1]?.order.id }] },
      payments: { totalCount: 3, nodes: [{ id: bought[2]?.payment.id }] },
    });
    const [second] = await entities(me, selection(`first: 2, after: "${first.orders.pageInfo.endCursor}"`));
    expect(second.orders).toMatchObject({
      nodes: [{ id: bought[0]?.order.id }],
      pageInfo: { hasNextPage: false },
    });
  });

  it("hide a user's orders and payments from others", async () => {
    const representations = [{ __typename: 'User', id: ada.id }];
    const selection = '... on User { id orders { totalCount } payments { totalCount } }';
    expect(await entities(representations, selection, bob)).toEqual([
      { id: ada.id, orders: null, payments: null },
    ]);
    expect(await entities(representations, selection, ANONYMOUS)).toEqual([
      { id: ada.id, orders: null, payments: null },
    ]);
    expect(await entities(representations, selection, orderClerk)).toEqual([
      { id: ada.id, orders: { totalCount: 3 }, payments: null },
    ]);
  });

  it('give nothing for a user nobody knows', async () => {
    const strange = ['usr_nobody', 'a\u0000b'].map((id) => ({ __typename: 'User', id }));
    expect(await entities(strange, '... on User { orders { nodes { id } } }', support)).toEqual([
      { orders: { nodes: [] } },
      null,
    ]);
  });
});

describe('batching', () => {
  async function statementsOf(
    query: string,
    viewer: Viewer,
    variables: Readonly<Record<string, unknown>> = {},
  ) {
    payments.statements.length = 0;
    await ask(query, viewer, variables);
    return payments.statements.length;
  }

  it('reads a nested list of orders with one query per kind of thing', async () => {
    const query = `{ orders(first: 50) { totalCount nodes {
      number lines { title variant { id } product { id } } payments { status events { type } order { id } }
    } } }`;
    // orders, count, lines, payments, events, orders of payments
    expect(await statementsOf(query, support)).toBe(6);
  });

  it('reads a nested list of books with one query per kind of thing', async () => {
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Payment {
      ledgerTransactions { transfers { debitAccount { code balance { amount } } creditAccount { code balance { amount } } } }
    } } }`;
    const r = bought.map(({ payment }) => ({ __typename: 'Payment', id: payment.id }));
    // payments, transactions, transfers, accounts, totals
    expect(await statementsOf(query, accountant, { r })).toBe(5);
  });

  it.each([
    ['Order', () => bought.map(({ order }) => ({ id: order.id })), 1],
    ['Order by number', () => bought.map(({ order }) => ({ number: order.number })), 1],
    ['Payment', () => bought.map(({ payment }) => ({ id: payment.id })), 1],
    ['Checkout', () => bought.map(({ checkout }) => ({ id: checkout.id })), 1],
    ['LineItem', () => bought.flatMap(({ checkout }) => checkout.lines.map(({ id }) => ({ id }))), 1],
  ])('resolves many representations of %s with one query', async (name, keys, expected) => {
    const r = keys().map((key) => ({ __typename: name.split(' ')[0], ...key }));
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }`;
    expect(await statementsOf(query, ada, { r })).toBe(expected);
  });

  it('reads the pages of many users with one query', async () => {
    const r = [ada.id, bob.id, support.id].map((id) => ({ __typename: 'User', id }));
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on User {
      orders(first: 2) { totalCount nodes { id } } payments(first: 2) { totalCount nodes { id } }
    } } }`;
    expect(await statementsOf(query, support, { r })).toBe(4);
  });

  it('asks once which of many products were bought', async () => {
    const r = Array.from({ length: 60 }, (_, i) => ({ __typename: 'Product', id: `prd_${i}` }));
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Product { purchasedByViewer } } }`;
    expect(await statementsOf(query, ada, { r })).toBe(1);
  });
});
