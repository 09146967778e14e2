/**
 * Whose the money is that a payment brought: the shop's for goods and shipping, the state's for tax.
 *
 * A payment's own account keeps the whole, because it bounds what can be given back. What each part earns is booked
 * against `clearing:payments`, whose balance is therefore that of all payments' accounts, less what disputes took.
 */
import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { minus, shareOf, type Split } from '../../domain/split.ts';
import { accountId, ensureAccounts, type AccountSides } from './ledger-accounts.ts';

const CLEARING = 'clearing:payments';
const ACCOUNTS: readonly (readonly [part: keyof Split, code: string])[] = [
  ['goods', 'revenue:sales'],
  ['shipping', 'revenue:shipping'],
  ['tax', 'liabilities:tax'],
];

/** Books what was captured, in the transaction of the capture. */
export async function allotCapture(
  client: pg.PoolClient,
  transactionId: string,
  paymentId: string,
  captured: number,
): Promise<void> {
  const { whole, currency } = await readSale(client, paymentId);
  await allot(client, transactionId, currency, shareOf(whole, captured), 'earned');
}

/** Books that a refund was paid, or that it came back, in its transaction. */
export async function allotRefund(
  client: pg.PoolClient,
  transactionId: string,
  refundId: string,
  direction: Direction,
): Promise<void> {
  const { rows } = await client.query<RefundRow & { readonly currency: string }>(
    'SELECT amount, shipping_amount, tax_amount, currency FROM refunds WHERE id = $1',
    [refundId],
  );
  const refund = rows[0];
  if (refund === undefined) throw new Error('there is no such refund');
  await allot(client, transactionId, refund.currency, toSplit(refund), direction);
}

/** What a payment has brought and nobody has asked back, part by part. */
export async function leftOf(client: pg.PoolClient, paymentId: string, captured: number): Promise<Split> {
  const { whole } = await readSale(client, paymentId);
  const { rows } = await client.query<RefundRow>(
    `SELECT amount, shipping_amount, tax_amount FROM refunds WHERE payment_id = $1 AND status <> 'FAILED'`,
    [paymentId],
  );
  return rows.map(toSplit).reduce(minus, shareOf(whole, captured));
}

/** A sale that is captured whole. */
export interface SalePosting {
  readonly currency: string;
  readonly whole: Split;
}

/** Accounts that `allotSale` needs. */
export const saleAccounts = ({ whole }: SalePosting): AccountSides => ({
  ...Object.fromEntries(partsOf(whole).map(({ code }) => [code, 'CREDIT'] as const)),
  [CLEARING]: 'DEBIT',
});

/** Books a sale that was captured whole; fails while an account is not open. */
export async function allotSale(
  client: pg.PoolClient,
  transactionId: string,
  { currency, whole }: SalePosting,
): Promise<void> {
  const parts = partsOf(whole);
  await client.query(
    `INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
     SELECT part.id, $1, 'POSTED', ${accountId('$5', '$2')}, ${accountId('part.code', '$2')}, $2, part.amount
     FROM unnest($3::uuid[], $4::text[], $6::bigint[]) AS part (id, code, amount)`,
    [
      transactionId,
      currency,
      parts.map(() => newUuid()),
      parts.map(({ code }) => code),
      CLEARING,
      parts.map(({ amount }) => amount),
    ],
  );
}

const partsOf = (split: Split): readonly { readonly code: string; readonly amount: number }[] =>
  ACCOUNTS.flatMap(([part, code]) => (split[part] === 0 ? [] : [{ code, amount: split[part] }]));

type Direction = 'earned' | 'returned';

interface RefundRow {
  readonly amount: number;
  readonly shipping_amount: number;
  readonly tax_amount: number;
}

const toSplit = ({ amount, shipping_amount: shipping, tax_amount: tax }: RefundRow): Split => ({
  goods: amount - shipping - tax,
  shipping,
  tax,
});

async function readSale(
  client: pg.PoolClient,
  paymentId: string,
): Promise<{ readonly whole: Split; readonly currency: string }> {
  const { rows } = await client.query<Split & { readonly currency: string }>(
    `SELECT c.subtotal AS goods, c.shipping_total AS shipping, c.tax_total AS tax, c.currency
     FROM payments p JOIN checkouts c ON c.id = p.checkout_id WHERE p.id = $1`,
    [paymentId],
  );
  const row = rows[0];
  if (row === undefined) throw new Error('there is no such payment');
  const { currency, ...whole } = row;
  return { whole, currency };
}

async function allot(
  client: pg.PoolClient,
  transactionId: string,
  currency: string,
  split: Split,
  direction: Direction,
): Promise<void> {
  const parts = partsOf(split);
  const sides = Object.fromEntries(parts.map(({ code }) => [code, 'CREDIT'] as const));
  const idOf = await ensureAccounts(client, { ...sides, [CLEARING]: 'DEBIT' }, currency);
  const clearing = parts.map(() => idOf(CLEARING));
  const accounts = parts.map(({ code }) => idOf(code));
  const [debits, credits] = direction === 'earned' ? [clearing, accounts] : [accounts, clearing];
  await client.query(
    `INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
     SELECT part.id, $1, 'POSTED', part.debit, part.credit, $2, part.amount
     FROM unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::bigint[]) AS part (id, debit, credit, amount)`,
    [transactionId, currency, parts.map(() => newUuid()), debits, credits, parts.map(({ amount }) => amount)],
  );
}
