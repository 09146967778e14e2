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

/** The money is with the bank. @returns As `holdDisputed`. */
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
  return holdDisputed(client, posting, null, transactionId);
}

/**
 * Sets aside on the payment's own account what is disputed of it, as far as it is there, so that nobody refunds it
 * meanwhile. One transfer is all of it: with more there, another one takes its place.
 *
 * @param pendingId What is set aside now.
 * @returns The pending transfer's id; null when all of the payment is refunded.
 */
export async function holdDisputed(
  client: pg.PoolClient,
  { disputeId, paymentId, provider, currency, amount }: DisputePosting,
  pendingId: string | null,
  transactionId?: string,
): Promise<string | null> {
  const { rows } = await client.query<{ id: string; free: number; held: number }>(
    `SELECT id, credits_posted - debits_posted - debits_pending AS free,
       coalesce((SELECT amount FROM ledger_transfers WHERE id = $2), 0) AS held
     FROM ledger_accounts WHERE payment_id = $1 FOR NO KEY UPDATE`,
    [paymentId, pendingId],
  );
  const own = rows[0];
  const more = own === undefined ? 0 : Math.min(amount - own.held, own.free);
  if (own === undefined || more === 0) return pendingId;
  const held = own.held + more;
  const into = transactionId ?? (await openTransaction(client, 'DISPUTE', paymentId, `${disputeId}:${held}`));
  await resolveHold(client, into, pendingId, 'VOID_PENDING');
  const id = await postTransfer(client, {
    transactionId: into,
    kind: 'PENDING',
    debit: own.id,
    credit: await ensureAccount(client, disputedCode(provider), currency, 'DEBIT'),
    currency,
    amount: held,
  });
  await client.query('UPDATE disputes SET pending_transfer_id = $2 WHERE id = $1', [disputeId, id]);
  return id;
}

/** @returns How much it was. */
async function resolveHold(
  client: pg.PoolClient,
  transactionId: string,
  pendingId: string | null,
  kind: 'POST_PENDING' | 'VOID_PENDING',
): Promise<number> {
  const { rows } = await client.query<{ amount: number }>(
    `INSERT INTO ledger_transfers
       (id, transaction_id, kind, debit_account_id, credit_account_id, currency, amount, pending_id)
     SELECT $1, $2, $3, debit_account_id, credit_account_id, currency, amount, id FROM ledger_transfers WHERE id = $4
     RETURNING amount`,
    [newUuid(), transactionId, kind, pendingId],
  );
  return rows[0]?.amount ?? 0;
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
  const kind = verdict === 'WON' ? 'VOID_PENDING' : 'POST_PENDING';
  const held = await resolveHold(client, transactionId, pendingId, kind);
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
  const beyond = amount - held;
  if (beyond === 0) return;
  const losses = await ensureAccount(client, LOSSES, currency, 'DEBIT');
  await postTransfer(client, {
    transactionId,
    kind: 'POSTED',
    debit: losses,
    credit: disputed,
    currency,
    amount: beyond,
  });
}

/** What was ours to lose beyond the payment becomes its own loss, as far as there is money on its account by now. */
export async function postLateLoss(client: pg.PoolClient, paymentId: string, cause: string): Promise<void> {
  const { rows } = await client.query<{ id: string; currency: string; amount: number }>(
    `SELECT a.id, a.currency, least(m.refundable, d.amount - m.lost) AS amount
     FROM ledger_accounts a JOIN payment_amounts m ON m.payment_id = a.payment_id
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(amount), 0)::bigint AS amount FROM disputes WHERE payment_id = $1 AND status = 'LOST') d
     WHERE a.payment_id = $1`,
    [paymentId],
  );
  const own = rows[0];
  if (own === undefined || own.amount === 0) return;
  const { id: debit, currency, amount } = own;
  const transactionId = await openTransaction(client, 'DISPUTE_LOST', paymentId, `${cause}:returned`);
  const credit = await ensureAccount(client, LOSSES, currency, 'DEBIT');
  await postTransfer(client, { transactionId, kind: 'POSTED', debit, credit, currency, amount });
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

const LOSSES = 'expenses:dispute-losses';
const disputedCode = (provider: string): string => `assets:disputed:${provider}`;
