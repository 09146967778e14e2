import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { Amount } from '../../domain/model.ts';

export interface Transfer extends Amount {
  readonly transactionId: string;
  /** Waits for what becomes of it, or counts at once. */
  readonly kind: 'PENDING' | 'POSTED';
  /** Ids of accounts. */
  readonly debit: string;
  readonly credit: string;
}

/** @returns The transfer's id. */
export async function postTransfer(
  client: pg.PoolClient,
  { transactionId, kind, debit, credit, currency, amount }: Transfer,
): Promise<string> {
  const id = newUuid();
  await client.query(
    `INSERT INTO ledger_transfers (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [id, transactionId, kind, debit, credit, currency, amount],
  );
  return id;
}
