/** Postings of a payment: money is set aside (PENDING), then taken (POST_PENDING) or given up (VOID_PENDING). */
import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { paymentId as typedPaymentId } from '../../domain/ids.ts';
import { allotCapture, allotRefund, allotSale, type SalePosting } from './allot.ts';
import { accountId, pspCode, type AccountSides } from './ledger-accounts.ts';

/** Stands for the accounts of all payments in a trial balance; nothing is ever booked on it itself. */
export const PAYMENTS_CONTROL = 'liabilities:payments';

interface Posting {
  readonly paymentId: string;
  readonly provider: string;
  readonly currency: string;
  readonly amount: number;
}

/** The accounts that authorizations have in common have to be open: see `authorizationAccounts`. */
export async function postAuthorization(client: pg.PoolClient, posting: Posting): Promise<void> {
  const { paymentId, provider, currency, amount } = posting;
  await client.query(POST_AUTHORIZATION, [
    newUuid(),
    `payment:${typedPaymentId.fromUuid(paymentId)}`,
    currency,
    paymentId,
    newUuid(),
    'AUTHORIZATION',
    transactionKey('AUTHORIZATION', paymentId),
    newUuid(),
    amount,
    pspCode(provider),
  ]);
}

export const authorizationAccounts = (provider: string): AccountSides => ({
  [pspCode(provider)]: 'DEBIT',
  [PAYMENTS_CONTROL]: 'CREDIT',
});

/** The payment's own account, the transaction and the transfer in one statement: every sale does this. */
const POST_AUTHORIZATION = `
  WITH own AS (
    INSERT INTO ledger_accounts (id, code, currency, normal_side, payment_id, bounded)
    VALUES ($1, $2, $3, 'CREDIT', $4, true)
  ), opened AS (
    INSERT INTO ledger_transactions (id, type, payment_id, idempotency_key) VALUES ($5, $6, $4, $7)
  )
  INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
  VALUES ($8, $5, 'PENDING', ${accountId('$10', '$3')}, $1, $3, $9)`;

/**
 * Takes the whole of what `postAuthorization` set aside and allots it, in statements that are sent together. They fail when
 * that is not one authorization, or an account is not open: see `saleAccounts`.
 */
export async function postCapture(
  client: pg.PoolClient,
  paymentId: string,
  posting: SalePosting,
): Promise<void> {
  const transactionId = newUuid();
  const key = transactionKey('CAPTURE', paymentId);
  await Promise.all([
    client.query(RESOLVE_WHOLE, [newUuid(), transactionId, paymentId, 'CAPTURE', key, 'POST_PENDING']),
    allotSale(client, transactionId, posting),
  ]);
}

/** Gives up the whole of what `postAuthorization` set aside; fails when that is not one authorization. */
export async function postVoid(client: pg.PoolClient, paymentId: string): Promise<void> {
  const key = transactionKey('VOID', paymentId);
  await client.query(RESOLVE_WHOLE, [newUuid(), newUuid(), paymentId, 'VOID', key, 'VOID_PENDING']);
}

const RESOLVE_WHOLE = `
  WITH opened AS (
    INSERT INTO ledger_transactions (id, type, payment_id, idempotency_key) VALUES ($2, $4, $3, $5)
  ), posted AS (
    INSERT INTO ledger_transfers
      (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount, pending_id)
    SELECT $1, $2, $6, t.debit_account_id, t.credit_account_id, t.currency, t.amount, t.id
    FROM ledger_transfers t JOIN ledger_transactions x ON x.id = t.transaction_id
    WHERE x.payment_id = $3 AND x.type = 'AUTHORIZATION' AND t.kind = 'PENDING'
    RETURNING id
  )
  SELECT CASE count(*) WHEN 1 THEN 1 ELSE ('the ledger has ' || count(*) || ' authorizations to resolve')::int END FROM posted`;

/** Takes a part of what `postAuthorization` set aside, and gives the rest up. */
export async function postPartialCapture(
  client: pg.PoolClient,
  paymentId: string,
  amount: number,
): Promise<void> {
  const transactionId = newUuid();
  const key = transactionKey('CAPTURE', paymentId);
  const { rowCount } = await client.query(
    `WITH opened AS (
       INSERT INTO ledger_transactions (id, type, payment_id, idempotency_key) VALUES ($2, 'CAPTURE', $3, $5)
     )
     INSERT INTO ledger_transfers
       (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount, pending_id)
     SELECT $1, $2, 'POST_PENDING', t.debit_account_id, t.credit_account_id, t.currency, $4, t.id
     FROM ledger_transfers t JOIN ledger_transactions x ON x.id = t.transaction_id
     WHERE x.payment_id = $3 AND x.type = 'AUTHORIZATION' AND t.kind = 'PENDING'`,
    [newUuid(), transactionId, paymentId, amount, key],
  );
  if (rowCount !== 1) throw new Error('the ledger has no single authorization to resolve');
  await allotCapture(client, transactionId, paymentId, amount);
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
