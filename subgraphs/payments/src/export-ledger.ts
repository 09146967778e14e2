import { silentLogger } from '@tributary/service-kit';
import { toMoney } from '@tributary/subgraph-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { ledgerTransactionId, ledgerTransferId, paymentId } from './domain/ids.ts';

const BATCH = 1_000;
const COLUMNS =
  'number,transfer,transaction,type,payment,kind,debitAccount,creditAccount,currency,amountMinor,amount,at';

interface TransferRow {
  readonly seq: number;
  readonly id: string;
  readonly transaction_id: string;
  readonly type: string;
  readonly payment_id: string | null;
  readonly kind: string;
  readonly debit: string;
  readonly credit: string;
  readonly currency: string;
  readonly amount: number;
  readonly created_at: Date;
}

const TRANSFERS = `
  SELECT t.seq, t.id, t.transaction_id, x.type, x.payment_id, t.kind, d.code AS debit, c.code AS credit, t.currency,
    t.amount, t.created_at
  FROM ledger_transfers t JOIN ledger_transactions x ON x.id = t.transaction_id
  JOIN ledger_accounts d ON d.id = t.debit_account_id JOIN ledger_accounts c ON c.id = t.credit_account_id
  WHERE t.seq > $1 AND ($2::text IS NULL OR $2 IN (d.code, c.code)) ORDER BY t.seq LIMIT ${BATCH}`;

/**
 * All transfers, or those of one account, as CSV (RFC 4180), oldest first, of one moment. Every value is an id, a code, a
 * number or an instant, so none needs quotes.
 *
 * @param write Takes some lines; resolves when more may come.
 */
export async function exportLedger(
  postgresUrl: string,
  account: string | null,
  write: (text: string) => Promise<void>,
): Promise<void> {
  const pool = createPool({
    connectionString: postgresUrl,
    applicationName: 'payments-export',
    logger: silentLogger(),
  });
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await write(`${COLUMNS}\r\n`);
    await writeTransfers(client, account, write);
    await client.query('COMMIT');
  } finally {
    client.release();
    await pool.end();
  }
}

async function writeTransfers(
  client: pg.PoolClient,
  account: string | null,
  write: (text: string) => Promise<void>,
): Promise<void> {
  let after = 0;
  for (;;) {
    const { rows } = await client.query<TransferRow>(TRANSFERS, [after, account]);
    if (rows.length > 0) await write(rows.map((row) => `${toLine(row)}\r\n`).join(''));
    after = rows.at(-1)?.seq ?? after;
    if (rows.length < BATCH) return;
  }
}

const toLine = (row: TransferRow): string =>
  [
    row.seq,
    ledgerTransferId.fromUuid(row.id),
    ledgerTransactionId.fromUuid(row.transaction_id),
    row.type,
    row.payment_id === null ? '' : paymentId.fromUuid(row.payment_id),
    row.kind,
    row.debit,
    row.credit,
    row.currency,
    row.amount,
    toMoney(row.amount, row.currency).decimal,
    row.created_at.toISOString(),
  ].join(',');
