import type pg from 'pg';
import { holdDisputed, postLateLoss } from './dispute-ledger.ts';

interface OpenDispute {
  readonly id: string;
  readonly provider: string;
  readonly currency: string;
  readonly amount: number;
  readonly pending_transfer_id: string | null;
}

/**
 * Money that is a payment's again, of a refund that was not paid or of a dispute that was won, goes where banks have taken
 * it already: to what was lost, then to the disputes that are open. The caller has locked the checkout.
 *
 * @param cause What it comes of: a refund or a dispute, which it does once.
 */
export async function coverDisputes(client: pg.PoolClient, paymentId: string, cause: string): Promise<void> {
  await postLateLoss(client, paymentId, cause);
  const { rows } = await client.query<OpenDispute>(
    `SELECT id, provider, currency, amount, pending_transfer_id FROM disputes
     WHERE payment_id = $1 AND status IN ('NEEDS_RESPONSE', 'UNDER_REVIEW') ORDER BY created_at, id FOR UPDATE`,
    [paymentId],
  );
  for (const { id: disputeId, pending_transfer_id: pendingId, ...dispute } of rows)
    await holdDisputed(client, { disputeId, paymentId, ...dispute }, pendingId);
}
