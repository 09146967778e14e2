/** Postings of a dispute: the provider withdraws the money at once, and gives it back or not. */
import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import type { Amount } from '../../domain/model.ts';
import { ensureAccount, pspCode } from './ledger-accounts.ts';
import { openTransaction } from './ledger.ts';
import { postTransfer } from './post-transfer.ts';

export interface DisputePosting {
  readonly disputeId: string;
  readonly paymentId: string;
  readonly provider: string;
  readonly currency: string;
  readonly amount: number;
}

/**
 * The money is with the bank; on the payment's own account it is set aside, as far as it is still there, so that nobody
 * refunds it meanwhile.
 *
 * @returns The pending transfer's id; null when all of the payment was refunded before.
 */
export async function postWithdrawal(client: pg.PoolClient, posting: DisputePosting): Promise<string | null> {
  const { disputeId, paymentId, provider, currency, amount } = posting;
  const transactionId = await openTransaction(client, 'DISPUTE', paymentId, disputeId);
  const disputed = await ensureAccount(client, disputedCode(provider), currency, 'DEBIT');
  const psp = await ensureAccount(client, pspCode(provider), currency, 'DEBIT');
  await postTransfer(client, {
    transactionId,
    kind: 'POSTED',
    debit: disputed,
    credit: psp,
    currency,
    amount,
  });
  const { rows } = await client.query<{ id: string; free: number }>(
    `SELECT id, credits_posted - debits_posted - debits_pending AS free FROM ledger_accounts
     WHERE payment_id = $1 FOR NO KEY UPDATE`,
    [paymentId],
  );
  const held = Math.min(amount, rows[0]?.free ?? 0);
  if (rows[0] === undefined || held === 0) return null;
  return postTransfer(client, {
    transactionId,
    kind: 'PENDING',
    debit: rows[0].id,
    credit: disputed,
    currency,
    amount: held,
  });
}

/** Won: the money is back, and the payment's again. Lost: it is the payment's loss, and ours beyond what it had left. */
export async function postVerdict(
  client: pg.PoolClient,
  { disputeId, paymentId, provider, currency, amount }: DisputePosting,
  pendingId: string | null,
  verdict: 'WON' | 'LOST',
): Promise<void> {
  const transactionId = await openTransaction(client, `DISPUTE_${verdict}`, paymentId, disputeId);
  const disputed = await ensureAccount(client, disputedCode(provider), currency, 'DEBIT');
  const { rows } = await client.query<{ amount: number }>(
    `INSERT INTO ledger_transfers
       (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount, pending_id)
     SELECT $1, $2, $3, debit_account_id, credit_account_id, currency, amount, id FROM ledger_transfers WHERE id = $4
     RETURNING amount`,
    [newUuid(), transactionId, verdict === 'WON' ? 'VOID_PENDING' : 'POST_PENDING', pendingId],
  );
  if (verdict === 'WON') {
    const psp = await ensureAccount(client, pspCode(provider), currency, 'DEBIT');
    await postTransfer(client, {
      transactionId,
      kind: 'POSTED',
      debit: psp,
      credit: disputed,
      currency,
      amount,
    });
    return;
  }
  const beyond = amount - (rows[0]?.amount ?? 0);
  if (beyond === 0) return;
  const losses = await ensureAccount(client, 'expenses:dispute-losses', currency, 'DEBIT');
  await postTransfer(client, {
    transactionId,
    kind: 'POSTED',
    debit: losses,
    credit: disputed,
    currency,
    amount: beyond,
  });
}

/** What the provider charges for a dispute, or gives back of it, beyond what is booked: in a currency of its own. */
export async function postFee(
  client: pg.PoolClient,
  { disputeId, paymentId, provider }: DisputePosting,
  fee: Amount,
  booked: number,
): Promise<void> {
  if (fee.amount === booked) return;
  const { currency } = fee;
  const subject = `${disputeId}:${booked}:${fee.amount}`;
  const transactionId = await openTransaction(client, 'DISPUTE_FEE', paymentId, subject);
  const fees = await ensureAccount(client, 'expenses:dispute-fees', currency, 'DEBIT');
  const psp = await ensureAccount(client, pspCode(provider), currency, 'DEBIT');
  const [debit, credit] = fee.amount > booked ? [fees, psp] : [psp, fees];
  await postTransfer(client, {
    transactionId,
    kind: 'POSTED',
    debit,
    credit,
    currency,
    amount: Math.abs(fee.amount - booked),
  });
}

const disputedCode = (provider: string): string => `assets:disputed:${provider}`;
