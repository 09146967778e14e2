import type { PaymentsContext } from '../context.ts';
import { ledgerAccountId, ledgerTransactionId, ledgerTransferId } from '../domain/ids.ts';
import type {
  LedgerAccount,
  LedgerTotals,
  LedgerTransaction,
  LedgerTransfer,
} from '../domain/ledger-model.ts';
import type { Amount } from '../domain/model.ts';
import type { Reader } from '../store/reader.ts';

/** An account whose totals may be known already; they are read only when somebody asks for them. */
type Account = LedgerAccount & Partial<LedgerTotals>;
type TotalName = 'debitsPosted' | 'creditsPosted' | 'debitsPending' | 'creditsPending';

export async function trialBalance(reader: Reader, currency: string) {
  const { lines, asOf } = await reader.trialBalance(currency);
  const sum = (name: TotalName): number => lines.reduce((total, line) => total + line[name], 0);
  const debits: Amount = { amount: sum('debitsPosted'), currency };
  const credits: Amount = { amount: sum('creditsPosted'), currency };
  const balanced = debits.amount === credits.amount && sum('debitsPending') === sum('creditsPending');
  return { debits, credits, balanced, lines, asOf };
}

async function total(account: Account, name: TotalName, { loaders }: PaymentsContext): Promise<Amount> {
  const amount = account[name] ?? (await loaders.ledgerTotals.load(account.id))?.[name] ?? 0;
  return { amount, currency: account.currency };
}

const totalField = (name: TotalName) => (account: Account, _: unknown, context: PaymentsContext) =>
  total(account, name, context);

export const ledgerAccount = {
  id: ({ id }: Account) => ledgerAccountId.fromUuid(id),
  debitsPosted: totalField('debitsPosted'),
  creditsPosted: totalField('creditsPosted'),
  debitsPending: totalField('debitsPending'),
  creditsPending: totalField('creditsPending'),
  balance: async (account: Account, _: unknown, context: PaymentsContext): Promise<Amount> => {
    const debits = await total(account, 'debitsPosted', context);
    const credits = await total(account, 'creditsPosted', context);
    const difference = debits.amount - credits.amount;
    return { ...debits, amount: account.normalSide === 'DEBIT' ? difference : 0 - difference };
  },
};

export const ledgerTransaction = {
  id: ({ id }: LedgerTransaction) => ledgerTransactionId.fromUuid(id),
  transfers: ({ id }: LedgerTransaction, _: unknown, { loaders }: PaymentsContext) =>
    loaders.transfersOfLedgerTransaction.load(id),
};

export const ledgerTransfer = {
  id: ({ id }: LedgerTransfer) => ledgerTransferId.fromUuid(id),
  debitAccount: ({ debitAccountId }: LedgerTransfer, _: unknown, { loaders }: PaymentsContext) =>
    loaders.ledgerAccount.load(debitAccountId),
  creditAccount: ({ creditAccountId }: LedgerTransfer, _: unknown, { loaders }: PaymentsContext) =>
    loaders.ledgerAccount.load(creditAccountId),
};
