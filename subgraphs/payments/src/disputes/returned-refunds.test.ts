import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { paymentId as typedPaymentId } from '../domain/ids.ts';
import type { DisputeStatus } from '../domain/dispute.ts';
import { DEFAULT_TIMING } from '../saga/timing.ts';
import { createPostgresStores } from '../store/postgres/postgres-stores.ts';
import { buy, newKey } from '../testing/buyer-requests.ts';
import { createWorld, newBuyer, QUICK, type RunningPayments, type World } from '../testing/harness.ts';
import { brokenInvariants } from '../testing/invariants.ts';

let world: World;
let payments: RunningPayments;
const operator = newBuyer(['payments:refund', 'payments:read', 'ledger:read']);

beforeAll(async () => {
  world = await createWorld();
  world.products.stock.add({ id: 'shoe' });
  payments = await world.start({
    timing: QUICK,
    // Banks take their time: what becomes of a refund, a test says.
    provider: (sandbox) => ({
      ...sandbox,
      refund: ({ refundId }) =>
        Promise.resolve({ reference: `re_${refundId}`, status: 'PENDING', message: null }),
      retrieveRefund: (reference) => Promise.resolve({ reference, status: 'PENDING', message: null }),
    }),
  });
});

afterAll(async () => {
  expect(await brokenInvariants(world, 'always')).toEqual({});
  await world.close();
});

/** A sold shoe, 10.00 EUR, and what its buyer's bank and the shop do about it. */
async function sell() {
  const { payment } = await buy(payments.request, newBuyer(), { shoe: 1 });
  const id = typedPaymentId.toUuid(payment.id as string);
  const { disputes, operations } = createPostgresStores(world.pool, DEFAULT_TIMING);
  const { rows } = await world.pool.query<{ reference: string }>(
    'SELECT provider_reference AS reference FROM payments WHERE id = $1',
    [id],
  );
  return {
    refund: async (amount: number) => {
      const query = `mutation ($input: RefundCreateInput!) { refundCreate(input: $input) { userErrors { __typename } } }`;
      const money = { amount, currency: 'EUR' };
      const input = { paymentId: payment.id, reason: 'OTHER', amount: money, idempotencyKey: newKey() };
      const { data } = await payments.request(query, { input }, operator);
      expect(data.refundCreate.userErrors).toEqual([]);
    },
    refundsAre: async (status: 'SUCCEEDED' | 'FAILED') => {
      const refunds = await world.pool.query<{ id: string; reference: string }>(
        'SELECT id, provider_reference AS reference FROM refunds WHERE payment_id = $1',
        [id],
      );
      for (const { id: refundId, reference } of refunds.rows)
        await operations.settleRefund(refundId, { reference, status, message: null });
    },
    dispute: (status: DisputeStatus, amount = 1_000, name = 'one') =>
      disputes.settle('sandbox', {
        reference: `dp_${String(id)}_${name}`,
        paymentReference: rows[0]?.reference ?? '',
        amount: { amount, currency: 'EUR' },
        status,
        reason: 'fraudulent',
        evidenceDueBy: null,
        fee: null,
      }),
    amounts: async () => {
      const found = await world.pool.query(
        'SELECT captured, refunded, refundable, disputed, lost FROM payment_amounts WHERE payment_id = $1',
        [id],
      );
      return found.rows[0] as unknown;
    },
    /** What of its disputes was booked as a loss of ours, beyond what the payment had. */
    losses: async () => {
      const found = await world.pool.query(
        `SELECT coalesce(sum(CASE a.id WHEN t.debit_account_id THEN t.amount ELSE -t.amount END), 0)::int AS amount
         FROM ledger_transfers t JOIN ledger_transactions x ON x.id = t.transaction_id
         JOIN ledger_accounts a ON a.id IN (t.debit_account_id, t.credit_account_id)
         WHERE x.payment_id = $1 AND a.code = 'expenses:dispute-losses'`,
        [id],
      );
      return found.rows[0].amount as number;
    },
  };
}

const NONE = { captured: 1_000, refunded: 0, refundable: 0, disputed: 0, lost: 0 };

describe('money of a refund that comes back', () => {
  it('is the bank’s while the payment is disputed, and lost with it', async () => {
    const payment = await sell();
    await payment.refund(1_000);
    await payment.dispute('NEEDS_RESPONSE');
    await payment.refundsAre('FAILED');
    expect(await payment.amounts()).toEqual({ ...NONE, disputed: 1_000 });

    await payment.dispute('LOST');
    expect(await payment.amounts()).toEqual({ ...NONE, lost: 1_000 });
    expect(await payment.losses()).toBe(0);
  });

  it('joins what was set aside before, and is the payment’s when the dispute is won', async () => {
    const payment = await sell();
    await payment.refund(300);
    await payment.refund(300);
    await payment.dispute('NEEDS_RESPONSE');
    expect(await payment.amounts()).toEqual({ ...NONE, disputed: 400 });
    await payment.refundsAre('SUCCEEDED');
    await payment.refundsAre('FAILED');
    expect(await payment.amounts()).toEqual({ ...NONE, disputed: 1_000 });

    await payment.dispute('WON');
    expect(await payment.amounts()).toEqual({ ...NONE, refundable: 1_000 });
  });

  it('makes good what was our loss, when the dispute was lost before', async () => {
    const payment = await sell();
    await payment.refund(1_000);
    await payment.refundsAre('SUCCEEDED');
    await payment.dispute('LOST', 700);
    expect(await payment.losses()).toBe(700);
    await payment.refundsAre('FAILED');

    expect(await payment.amounts()).toEqual({ ...NONE, lost: 700, refundable: 300 });
    expect(await payment.losses()).toBe(0);
  });
});

describe('money of a dispute that is won', () => {
  it('is for the other disputes of the payment first', async () => {
    const payment = await sell();
    await payment.dispute('NEEDS_RESPONSE', 600, 'one');
    await payment.dispute('NEEDS_RESPONSE', 600, 'two');
    expect(await payment.amounts()).toEqual({ ...NONE, disputed: 1_000 });
    await payment.dispute('WON', 600, 'one');

    expect(await payment.amounts()).toEqual({ ...NONE, disputed: 600, refundable: 400 });
  });
});
