import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buy, newKey } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type RunningPayments, type World } from './testing/harness.ts';

const OPERATOR = newBuyer(['ledger:read', 'payments:read', 'payments:refund']);

let world: World;
let payments: RunningPayments;
const paymentIds: string[] = [];

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  payments = await world.start();
  for (let n = 1; n <= 3; n += 1) {
    const { payment } = await buy(payments.request, newBuyer(), { shoe: n });
    paymentIds.push(payment.id as string);
    const amount = { amount: 100 * n, currency: 'EUR' };
    const input = { paymentId: payment.id, amount, reason: 'OTHER', idempotencyKey: newKey() };
    const query = `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { refund { status } } }`;
    const { data } = await payments.request(query, { input }, OPERATOR);
    expect(data.refundCreate.refund.status).toBe('SUCCEEDED');
  }
});

afterAll(() => world.close());

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Payload = any;

async function ask(query: string, variables: object = {}): Promise<Payload> {
  const { data, errors } = await payments.request(query, { ...variables }, OPERATOR);
  expect(errors).toBeUndefined();
  return data;
}

/** All rows of a list, two at a time, in both directions. */
async function walk(field: string, row: string, of = (data: Payload) => data): Promise<Payload[]> {
  const read = async (args: string) => of(await ask(field.replace('$page', args).replace('$row', PAGE(row))));
  const rows: Payload[] = [];
  let back: Payload[] = [];
  let info = { hasNextPage: true, hasPreviousPage: true, endCursor: '', startCursor: '' };
  for (let args = 'first: 2'; info.hasNextPage; args = `first: 2, after: "${info.endCursor}"`) {
    const { nodes, pageInfo } = Object.values(await read(args))[0] as Payload;
    rows.push(...nodes);
    info = pageInfo;
  }
  info = { ...info, hasPreviousPage: true };
  for (let args = 'last: 2'; info.hasPreviousPage; args = `last: 2, before: "${info.startCursor}"`) {
    const { nodes, pageInfo } = Object.values(await read(args))[0] as Payload;
    back = [...nodes, ...back];
    info = pageInfo;
    if (back.length > rows.length) break;
  }
  expect(back).toEqual(rows);
  return rows;
}

const PAGE = (row: string): string =>
  `nodes { ${row} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;

describe('an operator', () => {
  it('pages through refunds, newest first, of a status or all', async () => {
    const rows = await walk('{ refunds($page) { $row } }', 'id status amount { amount } payment { id }');
    expect(rows.map(({ amount, payment }) => [amount.amount, payment.id])).toEqual([
      [300, paymentIds[2]],
      [200, paymentIds[1]],
      [100, paymentIds[0]],
    ]);
    const { refunds } = await ask('{ refunds(status: [FAILED]) { totalCount nodes { id } } }');
    expect(refunds).toEqual({ totalCount: 0, nodes: [] });
  });

  it('filters payments and orders by whatever matters of them, all of it together', async () => {
    const of = async (list: 'payments' | 'orders', filter: string): Promise<string[]> => {
      const query = `{ ${list}(filter: ${filter}) { totalCount nodes { id } } }`;
      const { data, errors } = await payments.request(query, {}, newBuyer(['payments:read', 'orders:read']));
      expect(errors).toBeUndefined();
      expect(data[list].totalCount).toBe(data[list].nodes.length);
      return data[list].nodes.map(({ id }: { id: string }) => id);
    };
    const [first = '', second = '', third = ''] = paymentIds;
    const detail = `{ payment(id: "${second}") {
      buyer { id } createdAt order { id placedAt lines { product { id } } } captures { id amount { amount } createdAt }
    } }`;
    const { payment } = (await payments.request(detail, {}, newBuyer(['payments:read', 'orders:read']))).data;
    expect(payment.captures).toMatchObject([
      { id: expect.stringMatching(/^cap_/), amount: { amount: 2_000 } },
    ]);
    const amounts = (min: number, max: number, currency = 'EUR') =>
      `amountMin: { amount: ${min}, currency: "EUR" }, amountMax: { amount: ${max}, currency: "${currency}" }`;
    const buyer = `buyerId: "${payment.buyer.id}"`;
    for (const [filter, expected] of [
      ['{}', [third, second, first]],
      ['{ status: [SUCCEEDED, SUCCEEDED, CANCELED] }', [third, second, first]],
      ['{ status: [CANCELED] }', []],
      ['{ status: [] }', []],
      [`{ ${buyer} }`, [second]],
      [`{ ${buyer}, status: [SUCCEEDED], ${amounts(2_000, 2_000)}, provider: "sandbox" }`, [second]],
      [`{ ${buyer}, status: [PROCESSING] }`, []],
      ['{ buyerId: "\\u0000" }', []],
      ['{ provider: "stripe" }', []],
      [`{ ${amounts(1_001, 3_000)} }`, [third, second]],
      [`{ ${amounts(1_000, 3_000, 'USD')} }`, []],
      [`{ createdAfter: "${payment.createdAt}" }`, [third, second]],
      [`{ createdBefore: "${payment.createdAt}" }`, [first]],
    ] as const) {
      expect([filter, await of('payments', filter)]).toEqual([filter, expected]);
    }
    const { id, placedAt, lines } = payment.order;
    const product = `productId: "${lines[0].product.id}"`;
    for (const [filter, count] of [
      ['{}', 3],
      ['{ status: [PARTIALLY_REFUNDED] }', 3],
      ['{ status: [CONFIRMED, REFUNDED] }', 0],
      [`{ ${product}, ${amounts(2_000, 3_000)} }`, 2],
      ['{ productId: "prd_x" }', 0],
      [`{ placedAfter: "${placedAt}" }`, 2],
      [`{ placedBefore: "${placedAt}" }`, 1],
    ] as const) {
      expect([filter, (await of('orders', filter)).length]).toEqual([filter, count]);
    }
    expect(await of('orders', `{ ${buyer}, ${product}, status: [PARTIALLY_REFUNDED] }`)).toEqual([id]);
    const pages = await walk(
      '{ payments($page, filter: { status: [SUCCEEDED, CANCELED] }) { $row } }',
      'id amount { amount }',
    );
    expect(pages.map((row) => row.id)).toEqual([third, second, first]);
    const own = `{ _entities(representations: [{ __typename: "User", id: "${payment.buyer.id}" }]) { ... on User {
      some: payments(status: [SUCCEEDED]) { totalCount nodes { id } } none: payments(status: [CANCELED]) { totalCount nodes { id } }
    } } }`;
    expect((await ask(own))._entities).toEqual([
      { some: { totalCount: 1, nodes: [{ id: second }] }, none: { totalCount: 0, nodes: [] } },
    ]);
  });

  it('pages through accounts by code, of a currency or a beginning', async () => {
    const all = await walk('{ ledgerAccounts($page) { $row } }', 'id code currency balance { amount }');
    const codes = all.map(({ code }) => code as string);
    expect(codes).toEqual([...codes].sort());
    expect(codes).toEqual(
      expect.arrayContaining(['assets:psp:sandbox', ...paymentIds.map((id) => `payment:${id}`)]),
    );
    const of = async (filter: string): Promise<string[]> => {
      const { ledgerAccounts } = await ask(`{ ledgerAccounts(${filter}) { nodes { code } } }`);
      return ledgerAccounts.nodes.map(({ code }: { code: string }) => code);
    };
    expect(await of('prefix: "assets:"')).toEqual(['assets:psp:sandbox']);
    expect(await of('prefix: "_"')).toEqual([]);
    expect(await of('currency: "JPY"')).toEqual([]);
    expect(await of('currency: "EUR", prefix: "payment:"')).toHaveLength(3);
  });

  it('reads the statement of an account: what it was after each transfer', async () => {
    const { ledgerAccounts } = await ask('{ ledgerAccounts(prefix: "assets:psp") { nodes { id } } }');
    const { id } = ledgerAccounts.nodes[0];
    const rows = await walk(
      `{ ledgerAccount(id: "${id}") { entries($page) { $row } } }`,
      `side balance { amount } at transaction { type payment { id } }
       transfer { kind amount { amount } debitAccount { id } creditAccount { id } }`,
      ({ ledgerAccount }) => ledgerAccount,
    );
    expect(rows.map(({ transaction, side, balance }) => [transaction.type, side, balance.amount])).toEqual(
      [
        ['AUTHORIZATION', 'DEBIT', 0],
        ['CAPTURE', 'DEBIT', 1_000],
        ['REFUND', 'CREDIT', 1_000],
        ['REFUND_PAID', 'CREDIT', 900],
        ['AUTHORIZATION', 'DEBIT', 900],
        ['CAPTURE', 'DEBIT', 2_900],
        ['REFUND', 'CREDIT', 2_900],
        ['REFUND_PAID', 'CREDIT', 2_700],
        ['AUTHORIZATION', 'DEBIT', 2_700],
        ['CAPTURE', 'DEBIT', 5_700],
        ['REFUND', 'CREDIT', 5_700],
        ['REFUND_PAID', 'CREDIT', 5_400],
      ].reverse(),
    );
    const { ledgerAccount } = await ask(`{ ledgerAccount(id: "${id}") { balance { amount } } }`);
    expect(rows[0].balance).toEqual(ledgerAccount.balance);
    expect(rows[0].transaction.payment.id).toBe(paymentIds[2]);
    expect([rows[0].transfer.debitAccount.id, rows[0].transfer.creditAccount.id]).toContain(id);
  });

  it('pages through transactions, of a payment or all', async () => {
    const all = await walk('{ ledgerTransactions($page) { $row } }', 'id type transfers { id }');
    expect(all).toHaveLength(12);
    const one = await ask(`{ ledgerTransactions(paymentId: "${paymentIds[0]}") { nodes { type } } }`);
    expect(one.ledgerTransactions.nodes.map(({ type }: { type: string }) => type)).toEqual([
      'REFUND_PAID',
      'REFUND',
      'CAPTURE',
      'AUTHORIZATION',
    ]);
    expect(await ask('{ ledgerTransactions(paymentId: "pay_x") { nodes { type } } }')).toEqual({
      ledgerTransactions: { nodes: [] },
    });
  });

  it('is one: nobody else sees any of it, and a cursor of one list is none of another', async () => {
    for (const query of [
      '{ refunds { nodes { id } } }',
      '{ ledgerAccounts { nodes { id } } }',
      '{ ledgerTransactions { nodes { id } } }',
      '{ ledgerAccount(id: "lac_x") { id } }',
    ]) {
      const { errors } = await payments.request(query, {}, newBuyer(['orders:read']));
      expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    }
    const { refunds } = await ask('{ refunds(first: 1) { pageInfo { endCursor } } }');
    for (const list of ['ledgerAccounts', 'ledgerTransactions']) {
      const query = `{ ${list}(after: "${refunds.pageInfo.endCursor}") { nodes { id } } }`;
      const { errors } = await payments.request(query, {}, OPERATOR);
      expect(errors?.[0]?.extensions?.code).toBe('INVALID_CURSOR');
    }
  });
});

describe('a front end', () => {
  it('is told who moves the money, and no secret', async () => {
    const query = '{ paymentProviders { code displayName publishableKey isTest supports currencies } }';
    expect((await payments.request(query)).data).toEqual({
      paymentProviders: [
        {
          code: 'sandbox',
          displayName: 'Sandbox',
          publishableKey: null,
          isTest: true,
          supports: ['CARD'],
          currencies: expect.arrayContaining(['EUR', 'JPY', 'KWD', 'USD']),
        },
      ],
    });
  });
});

describe('the books', () => {
  it('are summed exactly, beyond what a number holds', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    await world.pool.query(`
      INSERT INTO ledger_accounts (id, code, currency, normal_side, bounded) VALUES
        ('00000000-0000-7000-8000-00000000000a', 'assets:huge', 'SEK', 'DEBIT', false),
        ('00000000-0000-7000-8000-00000000000b', 'revenue:huge', 'SEK', 'CREDIT', false);
      INSERT INTO ledger_transactions (id, type, idempotency_key)
        VALUES ('00000000-0000-7000-8000-00000000000c', 'HUGE', 'huge');
      INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
        SELECT gen_random_uuid(), '00000000-0000-7000-8000-00000000000c', 'POSTED', '00000000-0000-7000-8000-00000000000a',
          '00000000-0000-7000-8000-00000000000b', 'SEK', ${most} FROM generate_series(1, 3);`);
    const exact = '270215977642229.73';
    const { trialBalance } = await ask(`{ trialBalance(currency: "SEK") {
      balanced debits { decimal } credits { decimal } lines { code balance { decimal } entries(first: 1) { nodes { balance { decimal } } } }
    } }`);
    const line = { balance: { decimal: exact }, entries: { nodes: [{ balance: { decimal: exact } }] } };
    expect(trialBalance).toEqual({
      balanced: true,
      debits: { decimal: exact },
      credits: { decimal: exact },
      lines: [
        { code: 'assets:huge', ...line },
        { code: 'revenue:huge', ...line },
      ],
    });
    const rounded = await payments.request(
      '{ trialBalance(currency: "SEK") { debits { amount } } }',
      {},
      OPERATOR,
    );
    expect(rounded.errors?.[0]?.extensions?.code).toBe('AMOUNT_TOO_LARGE');
  });
});
