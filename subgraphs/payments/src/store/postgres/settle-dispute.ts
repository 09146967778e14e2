/** What the provider says of a dispute, in the ledger, the timeline and its own row. */
import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { isLater, isWithdrawn, type DisputeStatus } from '../../domain/dispute.ts';
import type { ProviderDispute } from '../../provider/payment-provider.ts';
import type { DisputeSettlement } from '../dispute-store.ts';
import { lockCheckout } from './cancel-payment.ts';
import { coverDisputes } from './cover-disputes.ts';
import { holdDisputed, postFee, postVerdict, postWithdrawal, type DisputePosting } from './dispute-ledger.ts';
import { appendEvent } from './payment-events.ts';

interface DisputeRow {
  readonly id: string;
  readonly status: DisputeStatus;
  readonly pending_transfer_id: string | null;
  readonly fee_amount: number;
}

/** Locks the payment's checkout. Nothing happens when it is known already, or older than what is known. */
export async function settleDispute(
  client: pg.PoolClient,
  provider: string,
  said: ProviderDispute,
): Promise<DisputeSettlement> {
  const found = await client.query<{ id: string }>(
    'SELECT id FROM payments WHERE provider = $1 AND provider_reference = $2',
    [provider, said.paymentReference],
  );
  const paymentId = found.rows[0]?.id;
  if (paymentId === undefined) return 'unknown';
  await lockCheckout(client, paymentId);
  const { rows } = await client.query<{ status: string }>('SELECT status FROM payments WHERE id = $1', [
    paymentId,
  ]);
  // The capture that is disputed is not in our books yet.
  if (rows[0]?.status !== 'SUCCEEDED') return 'early';
  const dispute = await openDispute(client, provider, paymentId, said);
  const posting = { disputeId: dispute.id, paymentId, provider, ...said.amount };
  await moveOn(client, posting, dispute, said);
  const isOld = isLater(said.status, dispute.status);
  if (said.fee !== null && isWithdrawn(said.status) && !isOld) {
    await postFee(client, posting, said.fee, dispute.fee_amount);
    await client.query('UPDATE disputes SET fee_amount = $2 WHERE id = $1 AND fee_amount <> $2', [
      dispute.id,
      said.fee.amount,
    ]);
  }
  return 'settled';
}

async function openDispute(
  client: pg.PoolClient,
  provider: string,
  paymentId: string,
  { reference, amount, status, reason, evidenceDueBy }: ProviderDispute,
): Promise<DisputeRow & { readonly isNew: boolean }> {
  const { rows } = await client.query<DisputeRow>(
    `SELECT id, status, pending_transfer_id, fee_amount FROM disputes
     WHERE provider = $1 AND provider_reference = $2 FOR UPDATE`,
    [provider, reference],
  );
  if (rows[0] !== undefined) {
    await client.query(
      'UPDATE disputes SET evidence_due_by = $2 WHERE id = $1 AND evidence_due_by IS DISTINCT FROM $2',
      [rows[0].id, evidenceDueBy],
    );
    return { ...rows[0], isNew: false };
  }
  const id = newUuid();
  // One that is over before we heard of it goes through its beginning all the same: so do its postings.
  const first: DisputeStatus = isWithdrawn(status) ? 'NEEDS_RESPONSE' : status;
  await client.query(
    `INSERT INTO disputes (id, payment_id, currency, amount, provider, provider_reference, status, reason, evidence_due_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [id, paymentId, amount.currency, amount.amount, provider, reference, first, reason, evidenceDueBy],
  );
  await appendEvent(client, paymentId, 'DISPUTE_OPENED', { amount: amount.amount });
  return { id, status: first, pending_transfer_id: null, fee_amount: 0, isNew: true };
}

async function moveOn(
  client: pg.PoolClient,
  posting: DisputePosting,
  dispute: DisputeRow & { readonly isNew: boolean },
  { status, amount }: ProviderDispute,
): Promise<void> {
  const isNews = isLater(dispute.status, status);
  if (!isNews && !dispute.isNew) return;
  let pendingId = dispute.pending_transfer_id;
  if (isWithdrawn(status) && (dispute.isNew || !isWithdrawn(dispute.status))) {
    pendingId = await postWithdrawal(client, posting);
  }
  if (!isNews) return;
  await client.query('UPDATE disputes SET status = $2 WHERE id = $1', [dispute.id, status]);
  if (status !== 'WON' && status !== 'LOST') return;
  if (status === 'LOST') pendingId = await holdDisputed(client, posting, pendingId);
  await postVerdict(client, posting, pendingId, status);
  if (status === 'WON') await coverDisputes(client, posting.paymentId, dispute.id);
  await appendEvent(client, posting.paymentId, `DISPUTE_${status}`, { amount: amount.amount });
}
