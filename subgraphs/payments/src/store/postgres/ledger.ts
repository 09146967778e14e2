/** Postings of a payment: money is set aside (PENDING), then taken (POST_PENDING) or given up (VOID_PENDING). */
import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { paymentId as typedPaymentId } from '../../domain/ids.ts';
import { allotCapture, allotRefund } from './allot.ts';
import { ensureAccounts, pspCode } from './ledger-accounts.ts';

/** Stands for the accounts of all payments in a trial balance; nothing is ever booked on it itself. */
export const PAYMENTS_CONTROL = 'liabilities:payments';

interface Posting {
  readonly paymentId: string;
  readonly provider: string;
  readonly currency: string;
  readonly amount: number;
}

export async function postAuthorization(client: pg.PoolClient, posting: Posting): Promise<void> {
  const { paymentId, provider, currency, amount } = posting;
  const psp = pspCode(provider);
  const values = [
    newUuid(),
    `payment:${typedPaymentId.fromUuid(paymentId)}`,
    currency,
    paymentId,
    newUuid(),
    'AUTHORIZATION',
    transactionKey('AUTHORIZATION', paymentId),
    newUuid(),
    amount,
    psp,
    PAYMENTS_CONTROL,
  ];
  const { rowCount } = await client.query(POST_AUTHORIZATION, values);
  if (rowCount === 1) return;
  await ensureAccounts(client, { [psp]: 'DEBIT', [PAYMENTS_CONTROL]: 'CREDIT' }, currency);
  await client.query(POST_AUTHORIZATION, values);
}

/**
 * The payment's own account, the transaction and the transfer in one statement: every sale does this. Nothing is done
 * while the accounts that all sales have in common are not there.
 */
const POST_AUTHORIZATION = `
  WITH psp AS (
    SELECT id FROM ledger_accounts WHERE code = $10 AND currency = $3
      AND EXISTS (SELECT FROM ledger_accounts WHERE code = $11 AND currency = $3)
  ), own AS (
    INSERT INTO ledger_accounts (id, code, currency, normal_side, payment_id, bounded)
    SELECT $1, $2, $3, 'CREDIT', $4, true FROM psp
  ), opened AS (
    INSERT INTO ledger_transactions (id, type, payment_id, idempotency_key) SELECT $5, $6, $4, $7 FROM psp
  )
  INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
  SELECT $8, $5, 'PENDING', psp.id, $1, $3, $9 FROM psp`;

/**
 * Resolves what `postAuthorization` set aside.
 *
 * @param amount Taken of it; the rest is given up. Without it all is.
 */
export async function resolveAuthorization(
  client: pg.PoolClient,
  paymentId: string,
  kind: 'POST_PENDING' | 'VOID_PENDING',
  amount?: number,
): Promise<void> {
  const transactionId = newUuid();
  const type = kind === 'POST_PENDING' ? 'CAPTURE' : 'VOID';
  const { rows } = await client.query<{ amount: number }>(
    `WITH opened AS (
       INSERT INTO ledger_transactions (id, type, payment_id, idempotency_key) VALUES ($2, $6, $4, $7)
     )
     INSERT INTO ledger_transfers
       (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount, pending_id)
     SELECT $1, $2, $3, t.debit_account_id, t.credit_account_id, t.currency, coalesce($5, t.amount), t.id
     FROM ledger_transfers t JOIN ledger_transactions x ON x.id = t.transaction_id
     WHERE x.payment_id = $4 AND x.type = 'AUTHORIZATION' AND t.kind = 'PENDING'
     RETURNING amount`,
    [newUuid(), transactionId, kind, paymentId, amount ?? null, type, transactionKey(type, paymentId)],
  );
  const [resolved] = rows;
  if (resolved === undefined || rows.length !== 1) {
    throw new Error('the ledger has no single authorization to resolve');
  }
  if (kind === 'POST_PENDING') await allotCapture(client, transactionId, paymentId, resolved.amount);
}

/**
 * Sets a refund aside on the payment's own account: the database refuses more than is there, whoever else refunds.
 *
 * @returns The pending transfer's id.
 */
export async function postRefundPending(
  client: pg.PoolClient,
  { paymentId, provider, currency, amount }: Posting,
  refundId: string,
): Promise<string> {
  const transactionId = await openTransaction(client, 'REFUND', paymentId, refundId);
  const id = newUuid();
  const { rowCount } = await client.query(
    `INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
     SELECT $1, $2, 'PENDING', own.id, psp.id, own.currency, $3
     FROM ledger_accounts own JOIN ledger_accounts psp ON psp.currency = own.currency AND psp.code = $4
     WHERE own.payment_id = $5 AND own.currency = $6`,
    [id, transactionId, amount, pspCode(provider), paymentId, currency],
  );
  if (rowCount !== 1) throw new Error('the ledger has no account of this payment');
  return id;
}

/** The refund is paid, or it is not and the money is the payment's again. */
export async function resolveRefund(
  client: pg.PoolClient,
  refundId: string,
  kind: 'POST_PENDING' | 'VOID_PENDING',
): Promise<void> {
  const type = kind === 'POST_PENDING' ? 'REFUND_PAID' : 'REFUND_FAILED';
  const transactionId = await openRefundTransaction(client, type, refundId);
  await client.query(
    `INSERT INTO ledger_transfers
       (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount, pending_id)
     SELECT $1, $2, $3, t.debit_account_id, t.credit_account_id, t.currency, t.amount, t.id
     FROM refunds r JOIN ledger_transfers t ON t.id = r.pending_transfer_id WHERE r.id = $4`,
    [newUuid(), transactionId, kind, refundId],
  );
  if (kind === 'POST_PENDING') await allotRefund(client, transactionId, refundId, 'returned');
}

/** A refund that was paid came back: the same amount, the other way. */
export async function postRefundReturned(client: pg.PoolClient, refundId: string): Promise<void> {
  const transactionId = await openRefundTransaction(client, 'REFUND_RETURNED', refundId);
  await client.query(
    `INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
     SELECT $1, $2, 'POSTED', t.credit_account_id, t.debit_account_id, t.currency, t.amount
     FROM refunds r JOIN ledger_transfers t ON t.id = r.pending_transfer_id WHERE r.id = $3`,
    [newUuid(), transactionId, refundId],
  );
  await allotRefund(client, transactionId, refundId, 'earned');
}

async function openRefundTransaction(client: pg.PoolClient, type: string, refundId: string): Promise<string> {
  const { rows } = await client.query<{ payment_id: string }>(
    'SELECT payment_id FROM refunds WHERE id = $1',
    [refundId],
  );
  return openTransaction(client, type, rows[0]?.payment_id ?? '', refundId);
}

/** @param subject What it happens to, once: the payment, or a refund or dispute of it. */
export async function openTransaction(
  client: pg.PoolClient,
  type: string,
  paymentId: string,
  subject = paymentId,
): Promise<string> {
  const id = newUuid();
  await client.query(
    'INSERT INTO ledger_transactions (id, type, payment_id, idempotency_key) VALUES ($1, $2, $3, $4)',
    [id, type, paymentId, transactionKey(type, subject)],
  );
  return id;
}

const transactionKey = (type: string, subject: string): string => `${type.toLowerCase()}:${subject}`;
