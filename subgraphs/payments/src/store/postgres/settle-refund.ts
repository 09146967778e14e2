/** What a refund comes to, in the ledger, the order and the timeline. */
import type pg from 'pg';
import type { RefundStatus } from '../../domain/refund.ts';
import type { RefundOutcome } from '../operation-store.ts';
import { coverDisputes } from './cover-disputes.ts';
import { postRefundReturned, resolveRefund } from './ledger.ts';
import { appendEvent } from './payment-events.ts';

const LOOK_AGAIN_SECONDS = 30;

interface RefundRow {
  readonly status: RefundStatus;
  readonly payment_id: string;
  readonly amount: number;
  readonly checkout_id: string;
}

/** The caller has locked the checkout's row. Nothing happens when it is known already. */
export async function settleRefund(
  client: pg.PoolClient,
  refundId: string,
  { reference, status, message }: RefundOutcome,
): Promise<void> {
  const { rows } = await client.query<RefundRow>(
    `SELECT r.status, r.payment_id, r.amount, p.checkout_id FROM refunds r JOIN payments p ON p.id = r.payment_id
     WHERE r.id = $1 FOR UPDATE OF r`,
    [refundId],
  );
  const refund = rows[0];
  if (refund === undefined) throw new Error('there is no such refund');
  if (status === 'PENDING' || status === refund.status || refund.status === 'FAILED') {
    await client.query(
      `UPDATE refunds SET provider_reference = coalesce(provider_reference, $2),
         next_look_at = now() + $3 * interval '1 second' WHERE id = $1`,
      [refundId, reference, LOOK_AGAIN_SECONDS],
    );
    return;
  }
  await client.query(
    `UPDATE refunds SET status = $2, provider_reference = coalesce(provider_reference, $3), failure_message = $4
     WHERE id = $1`,
    [refundId, status, reference, message],
  );
  if (status === 'SUCCEEDED') {
    await resolveRefund(client, refundId, 'POST_PENDING');
  } else {
    if (refund.status === 'SUCCEEDED') await postRefundReturned(client, refundId);
    else await resolveRefund(client, refundId, 'VOID_PENDING');
    await coverDisputes(client, refund.payment_id, refundId);
    await client.query(
      `UPDATE line_items l SET refunded_quantity = l.refunded_quantity - r.quantity
       FROM refund_lines r WHERE r.refund_id = $1 AND r.line_item_id = l.id`,
      [refundId],
    );
  }
  const { amount, payment_id: paymentId } = refund;
  await appendEvent(client, paymentId, status === 'SUCCEEDED' ? 'REFUNDED' : 'REFUND_FAILED', {
    amount,
    ...(message === null ? {} : { message }),
  });
  await updateOrder(client, refund.checkout_id);
  if (status === 'SUCCEEDED') await cancelOrder(client, refundId, refund.checkout_id);
  if (status === 'SUCCEEDED') await restock(client, refundId, refund.checkout_id);
}

async function updateOrder(client: pg.PoolClient, checkoutId: string): Promise<void> {
  await client.query(
    `UPDATE orders o SET status = CASE WHEN m.refunded = 0 THEN 'CONFIRMED'
         WHEN m.refunded < m.captured THEN 'PARTIALLY_REFUNDED' ELSE 'REFUNDED' END
     FROM payments p JOIN payment_amounts m ON m.payment_id = p.id
     WHERE o.checkout_id = $1 AND p.checkout_id = $1 AND p.status = 'SUCCEEDED' AND o.status <> 'CANCELED'`,
    [checkoutId],
  );
}

/** When this refund was what its canceling was about. */
async function cancelOrder(client: pg.PoolClient, refundId: string, checkoutId: string): Promise<void> {
  await client.query(
    `UPDATE orders SET status = 'CANCELED', canceled_at = now() WHERE checkout_id = $2 AND status <> 'CANCELED'
       AND EXISTS (SELECT 1 FROM provider_requests WHERE refund_id = $1 AND (request ->> 'cancelsOrder')::boolean)`,
    [refundId, checkoutId],
  );
}

/** Everything an order sold is back in stock: the pieces of this refund, and those of others before it. */
export async function markRestocked(client: pg.PoolClient, checkoutId: string): Promise<void> {
  await client.query(
    `UPDATE refund_lines l SET restocked = true
     FROM refunds r JOIN payments p ON p.id = r.payment_id LEFT JOIN provider_requests q ON q.refund_id = r.id
     WHERE l.refund_id = r.id AND p.checkout_id = $1
       AND (r.status <> 'FAILED' OR (q.request ->> 'restock')::boolean)`,
    [checkoutId],
  );
}

/** The saga gives the stock back, as it does when a payment fails. */
async function restock(client: pg.PoolClient, refundId: string, checkoutId: string): Promise<void> {
  await client.query(
    `UPDATE checkouts SET step = 'RESTOCK', attempts = 0, next_attempt_at = now(), lease_owner = NULL, lease_until = NULL
     WHERE id = $2 AND step = 'DONE'
       AND EXISTS (SELECT 1 FROM provider_requests WHERE refund_id = $1 AND (request ->> 'restock')::boolean)`,
    [refundId, checkoutId],
  );
}
