import type { Amount } from './model.ts';

export type LedgerSide = 'DEBIT' | 'CREDIT';
export type LedgerTransferKind = 'POSTED' | 'PENDING' | 'POST_PENDING' | 'VOID_PENDING';

export interface LedgerAccount {
  readonly id: string;
  readonly code: string;
  readonly currency: string;
  readonly normalSide: LedgerSide;
}

/** Totals of one account, in minor units of its currency. */
export interface LedgerTotals {
  readonly accountId: string;
  readonly debitsPosted: number;
  readonly creditsPosted: number;
  readonly debitsPending: number;
  readonly creditsPending: number;
}

export interface LedgerTransaction {
  readonly id: string;
  readonly paymentId: string;
  readonly type: string;
  readonly createdAt: Date;
}

export interface LedgerTransfer {
  readonly id: string;
  readonly transactionId: string;
  readonly kind: LedgerTransferKind;
  readonly debitAccountId: string;
  readonly creditAccountId: string;
  readonly amount: Amount;
}
