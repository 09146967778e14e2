import { readPage, requireScope, toConnection, type PageArguments } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import { ledgerAccountId, ledgerTransactionId, ledgerTransferId, paymentId } from '../domain/ids.ts';
import type {
  LedgerAccount,
  LedgerEntry,
  LedgerTotals,
  LedgerTransaction,
  LedgerTransfer,
  Sum,
} from '../domain/ledger-model.ts';
import { isPrintable } from '../domain/text.ts';
import type { Reader } from '../store/reader.ts';
import { visiblePayment } from './visible.ts';

const SCOPE = 'ledger:read';

const ACCOUNTS_BY_CODE = 'ledger-accounts';
const TRANSACTIONS_NEWEST = 'ledger-transactions';
const ENTRIES_NEWEST = 'ledger-entries';
const DEFAULT_SIZE = 50;

interface AccountFilter {
  readonly currency?: string | null;
  readonly prefix?: string | null;
}

export const ledgerQuery = {
  ledgerAccount: (_: unknown, { id }: { readonly id: string }, { viewer, loaders }: PaymentsContext) => {
    requireScope(viewer, SCOPE);
    const uuid = ledgerAccountId.toUuid(id);
    return uuid === undefined ? null : loaders.ledgerAccount.load(uuid);
  },
  ledgerAccounts: async (
    _: unknown,
    { currency = null, prefix = null, ...args }: PageArguments & AccountFilter,
    { viewer, reader }: PaymentsContext,
  ) => {
    requireScope(viewer, SCOPE);
    const page = readPage(args, ACCOUNTS_BY_CODE, DEFAULT_SIZE);
    // No code has other characters, and the database takes no zero byte.
    if (prefix !== null && !isPrintable(prefix)) return toConnection([], page, ACCOUNTS_BY_CODE, () => []);
    const rows = await reader.ledgerAccountPage(page, { currency, prefix });
    return toConnection(rows, page, ACCOUNTS_BY_CODE, (row) => [row.code, row.currency]);
  },
  ledgerTransactions: async (
    _: unknown,
    { paymentId: of = null, ...args }: PageArguments & { readonly paymentId?: string | null },
    { viewer, reader }: PaymentsContext,
  ) => {
    requireScope(viewer, SCOPE);
    const page = readPage(args, TRANSACTIONS_NEWEST, DEFAULT_SIZE);
    const uuid = of === null ? null : paymentId.toUuid(of);
    const rows = uuid === undefined ? [] : await reader.ledgerTransactionPage(page, uuid);
    return toConnection(rows, page, TRANSACTIONS_NEWEST, ({ createdAt, id }) => [
      createdAt.toISOString(),
      id,
    ]);
  },
  trialBalance: (
    _: unknown,
    { currency }: { readonly currency: string },
    { viewer, reader }: PaymentsContext,
  ) => {
    requireScope(viewer, SCOPE);
    return trialBalance(reader, currency);
  },
};

/** An account whose totals may be known already; they are read only when somebody asks for them. */
type Account = LedgerAccount & Partial<LedgerTotals>;
type TotalName = 'debitsPosted' | 'creditsPosted' | 'debitsPending' | 'creditsPending';

async function trialBalance(reader: Reader, currency: string) {
  const { lines, asOf } = await reader.trialBalance(currency);
  const sum = (name: TotalName): bigint => lines.reduce((total, line) => total + line[name], 0n);
  const debits: Sum = { amount: sum('debitsPosted'), currency };
  const credits: Sum = { amount: sum('creditsPosted'), currency };
  const balanced = debits.amount === credits.amount && sum('debitsPending') === sum('creditsPending');
  return { debits, credits, balanced, lines, asOf };
}

async function total(account: Account, name: TotalName, { loaders }: PaymentsContext): Promise<Sum> {
  const amount = account[name] ?? (await loaders.ledgerTotals.load(account.id))?.[name] ?? 0n;
  return { amount, currency: account.currency };
}

const totalField = (name: TotalName) => (account: Account, _: unknown, context: PaymentsContext) =>
  total(account, name, context);

export const ledgerAccount = {
  id: ({ id }: Account) => ledgerAccountId.fromUuid(id),
  entries: async ({ id: ownerId }: Account, args: PageArguments, { loaders }: PaymentsContext) => {
    const page = readPage(args, ENTRIES_NEWEST, DEFAULT_SIZE);
    const rows = await loaders.ledgerEntryPage.load({ ownerId, page });
    return toConnection(rows, page, ENTRIES_NEWEST, ({ seq }) => [seq]);
  },
  debitsPosted: totalField('debitsPosted'),
  creditsPosted: totalField('creditsPosted'),
  debitsPending: totalField('debitsPending'),
  creditsPending: totalField('creditsPending'),
  balance: async (account: Account, _: unknown, context: PaymentsContext): Promise<Sum> => {
    const debits = await total(account, 'debitsPosted', context);
    const credits = await total(account, 'creditsPosted', context);
    const difference = debits.amount - credits.amount;
    return { ...debits, amount: account.normalSide === 'DEBIT' ? difference : -difference };
  },
};

export const ledgerEntry = {
  transaction: ({ transfer }: LedgerEntry, _: unknown, { loaders }: PaymentsContext) =>
    loaders.ledgerTransaction.load(transfer.transactionId),
};

export const ledgerTransaction = {
  id: ({ id }: LedgerTransaction) => ledgerTransactionId.fromUuid(id),
  payment: async ({ paymentId: id }: LedgerTransaction, _: unknown, context: PaymentsContext) =>
    id === null ? null : visiblePayment(context, await context.loaders.payment.load(id)),
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
