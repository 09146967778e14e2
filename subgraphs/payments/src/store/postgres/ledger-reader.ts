import type pg from 'pg';
import type { LedgerTotals } from '../../domain/ledger-model.ts';
import type { Reader } from '../reader.ts';
import {
  toAccount,
  toTransaction,
  toTransfer,
  type AccountRow,
  type TransactionRow,
  type TransferRow,
} from './ledger-rows.ts';
import { PAYMENTS_CONTROL } from './ledger.ts';

interface TotalsRow {
  readonly id: string;
  /** Digits, because they may be beyond what a number holds. */
  readonly debits_posted: string;
  readonly credits_posted: string;
  readonly debits_pending: string;
  readonly credits_pending: string;
}

/** Running totals where they are kept, sums over the transfers where they are not. */
const TOTALS = `
  SELECT id, debits_posted, credits_posted, debits_pending, credits_pending FROM ledger_accounts WHERE bounded
  UNION ALL
  SELECT id, debits_posted, credits_posted, debits_pending, credits_pending FROM ledger_account_totals WHERE NOT bounded`;

const sums = (of: (column: string) => string): string =>
  ['debits_posted', 'credits_posted', 'debits_pending', 'credits_pending']
    .map((column) => `(${of(column)})::text AS ${column}`)
    .join(', ');

type LedgerReader = Pick<
  Reader,
  | 'ledgerTransactionsByIds'
  | 'ledgerTransactionsByPaymentIds'
  | 'ledgerTransfersByTransactionIds'
  | 'ledgerAccountsByIds'
  | 'ledgerTotalsByIds'
  | 'trialBalance'
>;

export function createLedgerReader(pool: pg.Pool): LedgerReader {
  return {
    ledgerTransactionsByIds: async (ids) => {
      const { rows } = await pool.query<TransactionRow>(
        'SELECT id, payment_id, type, created_at FROM ledger_transactions WHERE id = ANY ($1)',
        [ids],
      );
      return rows.map(toTransaction);
    },
    ledgerTransactionsByPaymentIds: async (paymentIds) => {
      const { rows } = await pool.query<TransactionRow>(
        `SELECT id, payment_id, type, created_at FROM ledger_transactions
         WHERE payment_id = ANY ($1) ORDER BY created_at, id`,
        [paymentIds],
      );
      return rows.map(toTransaction);
    },
    ledgerTransfersByTransactionIds: async (transactionIds) => {
      const { rows } = await pool.query<TransferRow>(
        'SELECT * FROM ledger_transfers WHERE transaction_id = ANY ($1) ORDER BY seq',
        [transactionIds],
      );
      return rows.map(toTransfer);
    },
    ledgerAccountsByIds: async (ids) => {
      const { rows } = await pool.query<AccountRow>(
        'SELECT id, code, currency, normal_side FROM ledger_accounts WHERE id = ANY ($1)',
        [ids],
      );
      return rows.map(toAccount);
    },
    ledgerTotalsByIds: async (ids) => {
      const { rows } = await pool.query<TotalsRow>(
        `SELECT id, ${sums((column) => column)} FROM (${TOTALS}) t WHERE id = ANY ($1)`,
        [ids],
      );
      return rows.map(toTotals);
    },
    trialBalance: async (currency) => {
      const { rows } = await pool.query<AccountRow & TotalsRow>(
        `SELECT shown.id, shown.code, shown.currency, shown.normal_side,
           ${sums((column) => `sum(t.${column})`)}
         FROM ledger_accounts a
         JOIN (${TOTALS}) t ON t.id = a.id
         JOIN ledger_accounts shown ON shown.currency = a.currency
           AND shown.code = CASE WHEN a.payment_id IS NULL THEN a.code ELSE $2 END
         WHERE a.currency = $1
         GROUP BY shown.id ORDER BY shown.code`,
        [currency, PAYMENTS_CONTROL],
      );
      return { lines: rows.map((row) => ({ ...toAccount(row), ...toTotals(row) })), asOf: new Date() };
    },
  };
}

const toTotals = (row: TotalsRow): LedgerTotals => ({
  accountId: row.id,
  debitsPosted: BigInt(row.debits_posted),
  creditsPosted: BigInt(row.credits_posted),
  debitsPending: BigInt(row.debits_pending),
  creditsPending: BigInt(row.credits_pending),
});
