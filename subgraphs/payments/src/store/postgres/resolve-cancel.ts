import type pg from 'pg';
import type { OrderStatus } from '../../domain/model.ts';
import {
  orderStateError,
  paymentStateError,
  type PaymentUserError,
} from '../../domain/payment-user-error.ts';
import type { BeginOperation } from '../operation-store.ts';
import type { PaymentRow, ResolvedOperation } from './begin-operation.ts';

type CancelOrder = Extract<BeginOperation, { kind: 'CANCEL_ORDER' }>;

interface OrderRow {
  readonly status: OrderStatus;
  readonly age_ms: number;
  readonly all_shipped: boolean;
}

/** What canceling an order means now: its money is let go or given back. The caller has locked the checkout. */
export async function resolveCancel(
  client: pg.PoolClient,
  command: CancelOrder,
  payment: PaymentRow,
): Promise<ResolvedOperation | { readonly error: PaymentUserError }> {
  const { paymentId, request, reason, by, buyerWithinMs } = command;
  const { rows } = await client.query<OrderRow>(
    `SELECT o.status, floor(extract(epoch FROM now() - o.placed_at) * 1000)::bigint AS age_ms,
       (SELECT bool_and(requires_shipping) FROM line_items l WHERE l.checkout_id = o.checkout_id) AS all_shipped
     FROM orders o WHERE o.checkout_id = $1`,
    [payment.checkout_id],
  );
  const order = rows[0];
  if (order === undefined) throw new Error('there is no order to cancel');
  if (payment.status === 'REQUIRES_CAPTURE')
    return { kind: 'CANCEL', paymentId, request, reason: null, note: reason };
  const refused = (message: string) => ({ error: orderStateError(order.status, message) });
  if (order.status === 'CANCELED') return refused('The order is canceled already.');
  if (payment.status !== 'SUCCEEDED') return { error: paymentStateError(payment.status) };
  if (payment.refundable === 0) return refused('Everything is given back already, or about to be.');
  if (buyerWithinMs !== null) {
    if (order.age_ms > buyerWithinMs) return refused('It is too late to cancel the order. Ask for a refund.');
    if (!order.all_shipped) return refused('Something in the order was delivered at once. Ask for a refund.');
    if (payment.refundable !== payment.captured) return refused('Some of it is refunded already.');
  }
  return {
    kind: 'REFUND',
    paymentId,
    request,
    amount: null,
    lines: await linesLeft(client, payment.checkout_id),
    restock: true,
    cancelsOrder: true,
    reason: 'ORDER_CANCELED',
    note: reason,
    by,
  };
}

async function linesLeft(
  client: pg.PoolClient,
  checkoutId: string,
): Promise<readonly { readonly lineItemId: string; readonly quantity: number }[]> {
  const { rows } = await client.query<{ lineItemId: string; quantity: number }>(
    `SELECT id AS "lineItemId", quantity - refunded_quantity AS quantity FROM line_items
     WHERE checkout_id = $1 AND quantity > refunded_quantity ORDER BY position`,
    [checkoutId],
  );
  return rows;
}
