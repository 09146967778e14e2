/** Lookups by the ids clients send: what is malformed, unknown or not theirs is null. */
import { isSelf } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import { checkoutId, lineItemId, orderId, paymentId } from '../domain/ids.ts';
import type { Checkout, LineItem, Order, Payment } from '../domain/model.ts';
import { readOrderNumber } from '../domain/order-number.ts';
import { visibleCheckout, visibleOrder, visiblePayment } from './visible.ts';

export async function findCheckout(
  { viewer, loaders }: PaymentsContext,
  id: string,
): Promise<Checkout | null> {
  const uuid = checkoutId.toUuid(id);
  return uuid === undefined ? null : visibleCheckout(viewer, await loaders.checkout.load(uuid));
}

export async function findOrder({ viewer, loaders }: PaymentsContext, id: string): Promise<Order | null> {
  const uuid = orderId.toUuid(id);
  return uuid === undefined ? null : visibleOrder(viewer, await loaders.order.load(uuid));
}

export async function findOrderByNumber(
  { viewer, loaders }: PaymentsContext,
  text: string,
): Promise<Order | null> {
  const number = readOrderNumber(text);
  return number === undefined ? null : visibleOrder(viewer, await loaders.orderByNumber.load(number));
}

export async function findPayment({ viewer, loaders }: PaymentsContext, id: string): Promise<Payment | null> {
  const uuid = paymentId.toUuid(id);
  return uuid === undefined ? null : visiblePayment(viewer, await loaders.payment.load(uuid));
}

/** The viewer's own, whatever scopes they have: it is they who pay. */
export async function findOwnPayment(context: PaymentsContext, id: string): Promise<Payment | null> {
  const payment = await findPayment(context, id);
  return payment !== null && isSelf(context.viewer, payment.buyerId) ? payment : null;
}

export async function findLine({ viewer, loaders }: PaymentsContext, id: string): Promise<LineItem | null> {
  const uuid = lineItemId.toUuid(id);
  return uuid === undefined ? null : visibleOrder(viewer, await loaders.line.load(uuid));
}
