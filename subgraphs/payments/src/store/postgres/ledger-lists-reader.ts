/** The books page by page. */
import { InvalidCursorError, type Page } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { LedgerEntry, LedgerSide } from '../../domain/ledger-model.ts';
import type { Reader } from '../reader.ts';
import { groupByKey, keyset } from './keyset.ts';
import {
  toAccount,
  toTransaction,
  toTransfer,
  type AccountRow,
  type TransactionRow,
  type TransferRow,
} from './ledger-rows.ts';

interface EntryRow extends TransferRow {
  readonly account_id: string;
  readonly seq: number;
  readonly created_at: Date;
  readonly side: LedgerSide;
  /** Digits, because it may be beyond what a number holds. */
  readonly balance: string;
}

type LedgerLists = Pick<Reader, 'ledgerAccountPage' | 'ledgerTransactionPage' | 'ledgerEntryPages'>;

export const createLedgerListsReader = (pool: pg.Pool): LedgerLists => ({
  ledgerAccountPage: async (page, { currency, prefix }) => {
    const [direction, comparison] = page.backward ? ['DESC', '<'] : ['ASC', '>'];
    const [code, of] = cursorTexts(page);
    const { rows } = await pool.query<AccountRow>(
      `SELECT id, code, currency, normal_side FROM ledger_accounts
       WHERE ($1::text IS NULL OR currency = $1) AND ($2::text IS NULL OR code COLLATE "C" ^@ $2)
         AND ($3::text IS NULL OR (code COLLATE "C", currency COLLATE "C") ${comparison} ($3, $4))
       ORDER BY code COLLATE "C" ${direction}, currency COLLATE "C" ${direction} LIMIT ${page.size + 1}`,
      [currency, prefix, code, of],
    );
    return rows.map(toAccount);
  },
  ledgerTransactionPage: async (page, paymentId) => {
    const { where, orderBy, limit, parameters } = keyset(page, 'created_at', 'id', 2);
    const { rows } = await pool.query<TransactionRow>(
      `SELECT id, payment_id, type, created_at FROM ledger_transactions
       WHERE ($1::uuid IS NULL OR payment_id = $1) AND ${where} ORDER BY ${orderBy} LIMIT ${limit}`,
      [paymentId, ...parameters],
    );
    return rows.map(toTransaction);
  },
  ledgerEntryPages: async (accountIds, page) => {
    const { rows } = await pool.query<EntryRow>(entriesSql(page), [accountIds, cursorNumber(page)]);
    return groupByKey(rows.map(toEntry), ({ accountId }) => accountId);
  },
});

const POSTED = `t.kind IN ('POSTED', 'POST_PENDING')`;
/** What a transfer adds to an account, on its normal side. */
const SIGNED = `CASE WHEN ${POSTED} THEN CASE WHEN (t.debit_account_id = a.id) = (a.normal_side = 'DEBIT')
  THEN t.amount ELSE -t.amount END ELSE 0 END`;

/** One page for each account: each side by its own index; what is older than the page is summed once. */
function entriesSql(page: Page): string {
  const [direction, comparison] = page.backward ? ['ASC', '>'] : ['DESC', '<'];
  const order = `ORDER BY t.seq ${direction} LIMIT ${page.size + 1}`;
  const side = (column: string): string =>
    `(SELECT * FROM ledger_transfers t WHERE t.${column} = a.id AND ($2::bigint IS NULL OR t.seq ${comparison} $2) ${order})`;
  return `
    WITH page AS (
      SELECT a.id AS account_id, a.normal_side, e.* FROM ledger_accounts a
      CROSS JOIN LATERAL (
        SELECT t.*, ${SIGNED} AS signed FROM (${side('debit_account_id')} UNION ALL ${side('credit_account_id')}) t ${order}
      ) e WHERE a.id = ANY ($1::uuid[])
    ), before AS (
      SELECT a.account_id, older.sum
      FROM (SELECT account_id, account_id AS id, normal_side, min(seq) AS first FROM page GROUP BY account_id, normal_side) a
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(${SIGNED}), 0) AS sum FROM ledger_transfers t
        WHERE a.id IN (t.debit_account_id, t.credit_account_id) AND t.seq < a.first) older
    )
    SELECT page.*, CASE WHEN debit_account_id = account_id THEN 'DEBIT' ELSE 'CREDIT' END AS side,
      (before.sum + sum(signed) OVER (PARTITION BY account_id ORDER BY seq))::text AS balance
    FROM page JOIN before USING (account_id) ORDER BY account_id, seq ${direction}`;
}

const toEntry = (row: EntryRow): LedgerEntry => ({
  accountId: row.account_id,
  seq: row.seq,
  side: row.side,
  balance: { amount: BigInt(row.balance), currency: row.currency },
  at: row.created_at,
  transfer: toTransfer(row),
});

function cursorTexts({ values }: Page): readonly [string | null, string | null] {
  if (values === undefined) return [null, null];
  const [code, currency] = values;
  if (
    values.length !== 2 ||
    typeof code !== 'string' ||
    typeof currency !== 'string' ||
    code.includes('\0')
  ) {
    throw new InvalidCursorError();
  }
  return [code, currency];
}

function cursorNumber({ values }: Page): number | null {
  if (values === undefined) return null;
  const [seq] = values;
  if (values.length !== 1 || !Number.isSafeInteger(seq)) throw new InvalidCursorError();
  return seq as number;
}
