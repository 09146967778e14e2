import type { Amount } from './model.ts';

export type LedgerSide = 'DEBIT' | 'CREDIT';
export type LedgerTransferKind = 'POSTED' | 'PENDING' | 'POST_PENDING' | 'VOID_PENDING';

export interface LedgerAccount {
  readonly id: string;
  readonly code: string;
  readonly currency: string;
  readonly normalSide: LedgerSide;
}

/** A sum of amounts: exact, however many there are. */
export interface Sum {
  readonly amount: bigint;
  readonly currency: string;
}

/** Totals of one account, in minor units of its currency. */
export interface LedgerTotals {
  readonly accountId: string;
  readonly debitsPosted: bigint;
  readonly creditsPosted: bigint;
  readonly debitsPending: bigint;
  readonly creditsPending: bigint;
}

export interface LedgerTransaction {
  readonly id: string;
  /** Null for one that is about no payment. */
  readonly paymentId: string | null;
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

/** A line of an account's statement. */
export interface LedgerEntry {
  readonly accountId: string;
  /** Grows with every transfer. */
  readonly seq: number;
  readonly side: LedgerSide;
  /** What is posted on the account after it, on its normal side. */
  readonly balance: Sum;
  readonly at: Date;
  readonly transfer: LedgerTransfer;
}
