import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@tributary/subgraph-kit';
import { buy } from './testing/buyer-requests.ts';
import { createWorld, newBuyer, type World } from './testing/harness.ts';

let world: World;

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  const payments = await world.start();
  await buy(payments.request, newBuyer(), { shoe: 1 });
  await payments.stop();
});

afterAll(() => world.close());

/** SQLSTATE with which PostgreSQL refuses the statement. */
async function refusal(sql: string, parameters: readonly unknown[] = []): Promise<unknown> {
  const client = await world.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(sql, [...parameters]);
    await client.query('COMMIT');
    return 'accepted';
  } catch (error) {
    await client.query('ROLLBACK');
    return (error as { code?: unknown }).code;
  } finally {
    client.release();
  }
}

async function idOf(sql: string): Promise<string> {
  const { rows } = await world.pool.query<{ id: string }>(sql);
  return rows[0]?.id ?? '';
}

const CHECK = '23514';
const FOREIGN_KEY = '23503';
const UNIQUE = '23505';
const FORBIDDEN = '42501';

describe('the database refuses, whoever asks,', () => {
  it.each([
    ['to change a transfer', 'UPDATE ledger_transfers SET amount = amount + 1', FORBIDDEN],
    ['to delete a transfer', 'DELETE FROM ledger_transfers', FORBIDDEN],
    ['to empty the transfers', 'TRUNCATE ledger_transfers CASCADE', FORBIDDEN],
    ['to change a ledger transaction', `UPDATE ledger_transactions SET type = 'GIFT'`, FORBIDDEN],
    ['to delete an account', 'DELETE FROM ledger_accounts', FORBIDDEN],
    ['to set a running total', 'UPDATE ledger_accounts SET credits_posted = 5', FORBIDDEN],
    ['to turn an account around', `UPDATE ledger_accounts SET normal_side = 'DEBIT'`, FORBIDDEN],
    ['to rewrite a timeline', `UPDATE payment_events SET type = 'CAPTURED'`, FORBIDDEN],
    ['to forget an event', 'DELETE FROM payment_events', FORBIDDEN],
    ['to change a sold line', 'UPDATE line_items SET unit_amount = 1', FORBIDDEN],
    ['to remove a sold line', 'DELETE FROM line_items', FORBIDDEN],
    ['to reopen a completed checkout', `UPDATE checkouts SET status = 'OPEN', step = 'AWAIT_BUYER'`, CHECK],
    ['to take a payment back to processing', `UPDATE payments SET status = 'PROCESSING'`, CHECK],
    [
      'another price once it is paid',
      'UPDATE checkouts SET total = total + 1, shipping_total = 1',
      FORBIDDEN,
    ],
    [
      'a total that is not the sum of its parts',
      `INSERT INTO checkouts (id, buyer_id, currency, total, expires_at) VALUES (gen_random_uuid(), 'b', 'EUR', 1, now())`,
      CHECK,
    ],
    [
      'a price that is not that of the lines',
      `INSERT INTO checkouts (id, buyer_id, currency, subtotal, total, expires_at)
       VALUES (gen_random_uuid(), 'b', 'EUR', 1, 1, now())`,
      CHECK,
    ],
    [
      'a checkout of nobody',
      `INSERT INTO checkouts (id, currency, expires_at) VALUES (gen_random_uuid(), 'EUR', now())`,
      CHECK,
    ],
    ['an amount beyond exact integers', 'UPDATE orders SET total = 9007199254740992', CHECK],
    ['a negative amount', 'UPDATE payments SET amount = -1', CHECK],
    [
      'a second order for a checkout',
      `INSERT INTO orders (id, number, checkout_id, buyer_id, currency, total)
       SELECT gen_random_uuid(), 'TRB-00000000', checkout_id, buyer_id, currency, total FROM orders`,
      UNIQUE,
    ],
    [
      'a second live payment for a checkout',
      `INSERT INTO payments (id, checkout_id, buyer_id, currency, amount, provider)
       SELECT gen_random_uuid(), checkout_id, buyer_id, currency, amount, provider FROM payments`,
      UNIQUE,
    ],
    [
      'a line added to a sold checkout',
      `INSERT INTO line_items (id, checkout_id, position, variant_id, product_id, sku, title, variant_version, quantity, unit_amount)
       SELECT gen_random_uuid(), id, 9, 'x', 'x', 'x', 'x', 1, 1, 0 FROM checkouts`,
      FORBIDDEN,
    ],
    [
      'a payment in another currency than its checkout',
      `INSERT INTO payments (id, checkout_id, buyer_id, currency, amount, provider, status)
       SELECT gen_random_uuid(), checkout_id, buyer_id, 'USD', amount, provider, 'CANCELED' FROM payments`,
      FOREIGN_KEY,
    ],
    [
      'an account that opens with money in it',
      `INSERT INTO ledger_accounts (id, code, currency, normal_side, bounded, credits_posted)
       VALUES (gen_random_uuid(), 'assets:gift', 'EUR', 'CREDIT', true, 5)`,
      CHECK,
    ],
  ])('%s', async (_, sql, code) => {
    expect(await refusal(sql)).toBe(code);
  });
});

describe('a transfer', () => {
  let transaction: string;
  let receivable: string;
  let own: string;
  let authorization: string;

  beforeAll(async () => {
    transaction = await idOf('SELECT id FROM ledger_transactions LIMIT 1');
    receivable = await idOf(`SELECT id FROM ledger_accounts WHERE code = 'assets:psp:sandbox'`);
    own = await idOf('SELECT id FROM ledger_accounts WHERE payment_id IS NOT NULL');
    authorization = await idOf(`SELECT id FROM ledger_transfers WHERE kind = 'PENDING'`);
  });

  const transfer = (
    kind: string,
    debit: string,
    credit: string,
    amount: number,
    currency = 'EUR',
    pending: string | null = null,
  ) =>
    refusal(
      `INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount, pending_id)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [newUuid(), transaction, kind, debit, credit, currency, amount, pending],
    );

  it('may not take more out of a payment than came in', async () => {
    expect(await transfer('POSTED', own, receivable, 1_001)).toBe(CHECK);
    expect(await transfer('PENDING', own, receivable, 1_001)).toBe(CHECK);
  });

  it('may not be between an account and itself', async () => {
    expect(await transfer('POSTED', own, own, 1)).toBe(CHECK);
  });

  it('may not be of nothing or of a negative amount', async () => {
    expect(await transfer('POSTED', receivable, own, 0)).toBe(CHECK);
    expect(await transfer('POSTED', receivable, own, -1)).toBe(CHECK);
  });

  it('may not be in another currency than its accounts', async () => {
    expect(await transfer('POSTED', receivable, own, 1, 'USD')).toBe(FOREIGN_KEY);
  });

  it('may not resolve an authorization a second time', async () => {
    expect(await transfer('POST_PENDING', receivable, own, 1_000, 'EUR', authorization)).toBe(UNIQUE);
    expect(await transfer('VOID_PENDING', receivable, own, 1_000, 'EUR', authorization)).toBe(UNIQUE);
  });

  it('may not resolve more than was authorized, or void a part of it, or between other accounts', async () => {
    expect(await transfer('PENDING', receivable, own, 1_000)).toBe('accepted');
    const open = await idOf(
      `SELECT id FROM ledger_transfers WHERE kind = 'PENDING' ORDER BY seq DESC LIMIT 1`,
    );
    expect(await transfer('POST_PENDING', receivable, own, 1_001, 'EUR', open)).toBe(CHECK);
    expect(await transfer('VOID_PENDING', receivable, own, 999, 'EUR', open)).toBe(CHECK);
    expect(await transfer('POST_PENDING', own, receivable, 1, 'EUR', open)).toBe(FOREIGN_KEY);
    expect(await transfer('VOID_PENDING', receivable, own, 1_000, 'EUR', open)).toBe('accepted');
  });

  it('may not resolve nothing', async () => {
    expect(await transfer('POST_PENDING', receivable, own, 1)).toBe(CHECK);
  });
});
