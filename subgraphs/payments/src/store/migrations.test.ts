import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createPool, migratePostgres } from '@tributary/subgraph-kit/postgres';
import { createTestDatabase } from '@tributary/testkit';
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { migrate } from '../migrate.ts';
import { brokenInvariants } from '../testing/invariants.ts';

const MIGRATIONS = fileURLToPath(new URL('./migrations', import.meta.url));

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let pool: pg.Pool;
let before: string;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool({
    connectionString: database.url,
    applicationName: 'migrations-test',
    logger: silentLogger(),
  });
  before = await mkdtemp(join(tmpdir(), 'tributary-migrations-'));
});

afterEach(async () => {
  await pool.end();
  await database.drop();
  await rm(before, { recursive: true, force: true });
});

/** A sale of 10.00 EUR of which 3.00 was given back, as it was written before shipping and tax had accounts. */
const OLD_SALE = `
  BEGIN;
  INSERT INTO checkouts (id, buyer_id, currency, total, step, expires_at)
    VALUES ('00000000-0000-7000-8000-000000000001', 'usr_1', 'EUR', 1000, 'AWAIT_BUYER', now());
  INSERT INTO line_items (id, checkout_id, position, variant_id, product_id, sku, title, variant_version, quantity, unit_amount)
    SELECT gen_random_uuid(), id, 0, 'v', 'p', 's', 't', 1, 1, 1000 FROM checkouts;
  INSERT INTO payments (id, checkout_id, buyer_id, currency, amount, status, provider)
    SELECT '00000000-0000-7000-8000-000000000002', id, 'usr_1', 'EUR', 1000, 'SUCCEEDED', 'sandbox' FROM checkouts;
  INSERT INTO payment_events (id, payment_id, seq, type) SELECT gen_random_uuid(), id, 1, 'CAPTURED' FROM payments;
  INSERT INTO orders (id, number, checkout_id, buyer_id, currency, total)
    SELECT gen_random_uuid(), 'TRB-00000000', id, 'usr_1', 'EUR', 1000 FROM checkouts;
  UPDATE checkouts SET status = 'PAYING';
  UPDATE checkouts SET status = 'COMPLETED', step = 'DONE';
  INSERT INTO ledger_accounts (id, code, currency, normal_side, payment_id, bounded) VALUES
    ('00000000-0000-7000-8000-000000000003', 'assets:psp:sandbox', 'EUR', 'DEBIT', NULL, false),
    ('00000000-0000-7000-8000-000000000004', 'payment:1', 'EUR', 'CREDIT', '00000000-0000-7000-8000-000000000002', true);
  INSERT INTO ledger_transactions (id, type, payment_id, idempotency_key) VALUES
    ('00000000-0000-7000-8000-000000000005', 'CAPTURE', '00000000-0000-7000-8000-000000000002', 'capture:1'),
    ('00000000-0000-7000-8000-000000000006', 'REFUND_PAID', '00000000-0000-7000-8000-000000000002', 'refund_paid:1');
  INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount) VALUES
    (gen_random_uuid(), '00000000-0000-7000-8000-000000000005', 'POSTED',
      '00000000-0000-7000-8000-000000000003', '00000000-0000-7000-8000-000000000004', 'EUR', 1000),
    (gen_random_uuid(), '00000000-0000-7000-8000-000000000006', 'POSTED',
      '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000003', 'EUR', 300);
  COMMIT;`;

/** All migrations before one, and none from it on. */
async function migrateTo(version: string): Promise<void> {
  const older = (await readdir(MIGRATIONS)).filter((name) => name < version);
  for (const name of older) await cp(join(MIGRATIONS, name), join(before, name));
  await migratePostgres(database.url, before, silentLogger());
}

/** Its card was authenticated; another line of 0.01 EUR; and a refund of 5.00 EUR that named both, as all was written then. */
const OLD_REFUND = `
  BEGIN;
  ALTER TABLE line_items DISABLE TRIGGER USER;
  INSERT INTO line_items (id, checkout_id, position, variant_id, product_id, sku, title, variant_version, quantity, unit_amount)
    SELECT gen_random_uuid(), id, 1, 'w', 'p', 's', 't', 1, 1, 1 FROM checkouts;
  ALTER TABLE line_items ENABLE TRIGGER USER;
  UPDATE payments SET card = '{"brand": "visa", "last4": "3184", "expMonth": 12, "expYear": 2034}';
  INSERT INTO payment_events (id, payment_id, seq, type) SELECT gen_random_uuid(), id, e.seq, e.type FROM payments
    CROSS JOIN (VALUES (2, 'AUTHORIZATION_REQUESTED'), (3, 'ACTION_REQUIRED'), (4, 'AUTHORIZED')) e (seq, type);
  INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
    VALUES ('00000000-0000-7000-8000-000000000007', '00000000-0000-7000-8000-000000000006', 'PENDING',
      '00000000-0000-7000-8000-000000000004', '00000000-0000-7000-8000-000000000003', 'EUR', 500);
  INSERT INTO refunds (id, payment_id, currency, amount, reason, pending_transfer_id, created_by)
    SELECT gen_random_uuid(), id, 'EUR', 500, 'OTHER', '00000000-0000-7000-8000-000000000007', 'usr_2' FROM payments;
  INSERT INTO refund_lines (refund_id, line_item_id, quantity) SELECT r.id, l.id, 1 FROM refunds r CROSS JOIN line_items l;
  UPDATE line_items SET refunded_quantity = 1;
  COMMIT;`;

it('tells of older cards and refunds what is known of them', async () => {
  await migrateTo('020');
  await pool.query(OLD_SALE);
  await migrateTo('091');
  await pool.query(OLD_REFUND);
  await migrate(database.url, silentLogger());
  expect((await pool.query('SELECT card FROM payments')).rows).toMatchObject([
    { card: { last4: '3184', issuerCountry: null, threeDSecure: true } },
  ]);
  const lines = await pool.query(
    `SELECT r.amount, r.restocked FROM refund_lines r JOIN line_items l ON l.id = r.line_item_id ORDER BY l.position`,
  );
  expect(lines.rows).toEqual([
    { amount: 499, restocked: false },
    { amount: 1, restocked: false },
  ]);
});

it('allots what was sold before there were accounts of goods, shipping and tax', async () => {
  await migrateTo('020');
  await pool.query(OLD_SALE);
  await migrate(database.url, silentLogger());
  const { rows } = await pool.query(
    `SELECT code, debits_posted, credits_posted FROM ledger_account_totals WHERE code IN ('clearing:payments', 'revenue:sales')
     ORDER BY code`,
  );
  expect(rows).toEqual([
    { code: 'clearing:payments', debits_posted: 700, credits_posted: 0 },
    { code: 'revenue:sales', debits_posted: 0, credits_posted: 700 },
  ]);
  expect(await brokenInvariants({ pool, sandbox: { list: () => Promise.resolve([]) } }, 'always')).toEqual(
    {},
  );
});
