import { newUuid } from '@tributary/subgraph-kit';
import type pg from 'pg';
import { refundId as typedRefundId } from '../../domain/ids.ts';
import { shareOf } from '../../domain/split.ts';
import type { IntentSnapshot } from '../../provider/payment-provider.ts';
import type { SagaState } from '../saga-store.ts';
import { postAuthorization, postPartialCapture } from './ledger.ts';
import { appendEvent } from './payment-events.ts';
import { writeRefund } from './plan-refund.ts';

type SagaPayment = NonNullable<SagaState['payment']>;
export type Taken = Pick<IntentSnapshot, 'reference' | 'card' | 'captured' | 'refunded'>;

/**
 * Books what somebody has captured of a purchase that comes to nothing, and writes down that it is given back: from then
 * on that is a refund like any other, which may wait for a bank, or fail and be asked for again.
 */
export async function giveBack(
  client: pg.PoolClient,
  { id: paymentId, amount, provider, isAuthorized }: SagaPayment,
  sale: SagaState['sale'],
  { reference, card, captured, refunded }: Taken,
): Promise<void> {
  if (!isAuthorized) {
    await client.query(
      `UPDATE payments SET status = 'REQUIRES_CAPTURE', provider_reference = $2, card = coalesce($3, card), next_action = NULL
       WHERE id = $1`,
      [paymentId, reference, card && JSON.stringify(card)],
    );
    await appendEvent(client, paymentId, 'AUTHORIZED', amount);
    await postAuthorization(client, { paymentId, provider, ...amount });
  }
  await client.query(`UPDATE payments SET status = 'SUCCEEDED' WHERE id = $1`, [paymentId]);
  await postPartialCapture(client, paymentId, captured);
  await appendEvent(client, paymentId, 'CAPTURED', { amount: captured });
  // Whoever captured it may have given some of it back already: reconciliation tells of that.
  const left = captured - refunded;
  if (left === 0) return;
  const refundId = await writeRefund(
    client,
    { lines: [], reason: 'OTHER', note: NOTE, by: 'payments' },
    { id: paymentId, currency: amount.currency, provider },
    { amount: left, split: shareOf(shareOf(sale, captured), left), lineAmounts: [] },
  );
  await client.query(
    `INSERT INTO provider_requests (id, payment_id, operation, idempotency_key, request, refund_id, due_at)
     VALUES ($1, $2, 'REFUND', $3, $4, $5, now())`,
    [
      newUuid(),
      paymentId,
      typedRefundId.fromUuid(refundId),
      JSON.stringify({ amount: left, restock: false, cancelsOrder: false }),
      refundId,
    ],
  );
  await appendEvent(client, paymentId, 'REFUND_REQUESTED', { amount: left });
}

const NOTE = 'It was captured at the provider, and its purchase came to nothing.';
