import type {
  LedgerAccount,
  LedgerSide,
  LedgerTransaction,
  LedgerTransfer,
  LedgerTransferKind,
} from '../../domain/ledger-model.ts';

export interface AccountRow {
  readonly id: string;
  readonly code: string;
  readonly currency: string;
  readonly normal_side: LedgerSide;
}

export interface TransactionRow {
  readonly id: string;
  readonly payment_id: string | null;
  readonly type: string;
  readonly created_at: Date;
}

export interface TransferRow {
  readonly id: string;
  readonly transaction_id: string;
  readonly kind: LedgerTransferKind;
  readonly debit_account_id: string;
  readonly credit_account_id: string;
  readonly amount: number;
  readonly currency: string;
}

export const toAccount = (row: AccountRow): LedgerAccount => ({
  id: row.id,
  code: row.code,
  currency: row.currency,
  normalSide: row.normal_side,
});

export const toTransaction = (row: TransactionRow): LedgerTransaction => ({
  id: row.id,
  paymentId: row.payment_id,
  type: row.type,
  createdAt: row.created_at,
});

export const toTransfer = (row: TransferRow): LedgerTransfer => ({
  id: row.id,
  transactionId: row.transaction_id,
  kind: row.kind,
  debitAccountId: row.debit_account_id,
  creditAccountId: row.credit_account_id,
  amount: { amount: row.amount, currency: row.currency },
});
