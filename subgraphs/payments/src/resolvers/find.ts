/** Lookups by the ids clients send: what is malformed, unknown or not theirs is null. */
import type { PaymentsContext } from '../context.ts';
import { checkoutId, lineItemId, orderId, paymentId } from '../domain/ids.ts';
import type { Checkout, LineItem, Order, Payment } from '../domain/model.ts';
import { readOrderNumber } from '../domain/order-number.ts';
import { isOwn, openWithSecret, visibleCheckout, visibleOrder, visiblePayment } from './visible.ts';

/** What a guest shows; a wrong one is like none. */
type Secret = string | null | undefined;

export async function findCheckout(
  context: PaymentsContext,
  id: string,
  clientSecret?: Secret,
): Promise<Checkout | null> {
  const uuid = checkoutId.toUuid(id);
  if (uuid === undefined) return null;
  const checkout = await context.loaders.checkout.load(uuid);
  openWithSecret(context, checkout, clientSecret);
  return visibleCheckout(context, checkout);
}

export async function findOrder(
  context: PaymentsContext,
  id: string,
  clientSecret?: Secret,
): Promise<Order | null> {
  const uuid = orderId.toUuid(id);
  if (uuid === undefined) return null;
  const order = await context.loaders.order.load(uuid);
  await openOf(context, order, clientSecret);
  return visibleOrder(context, order);
}

export async function findOrderByNumber(context: PaymentsContext, text: string): Promise<Order | null> {
  const number = readOrderNumber(text);
  return number === undefined
    ? null
    : visibleOrder(context, await context.loaders.orderByNumber.load(number));
}

export async function findPayment(
  context: PaymentsContext,
  id: string,
  clientSecret?: Secret,
): Promise<Payment | null> {
  return visiblePayment(context, await openPayment(context, id, clientSecret));
}

/** The caller's own, whatever scopes they have: it is they who pay. */
export async function findOwnPayment(
  context: PaymentsContext,
  id: string,
  clientSecret?: Secret,
): Promise<Payment | null> {
  const payment = await openPayment(context, id, clientSecret);
  return payment !== null && isOwn(context, payment) ? payment : null;
}

export async function findLine(context: PaymentsContext, id: string): Promise<LineItem | null> {
  const uuid = lineItemId.toUuid(id);
  return uuid === undefined ? null : visibleOrder(context, await context.loaders.line.load(uuid));
}

/** Whosever it is, with what the secret shows. */
async function openPayment(
  context: PaymentsContext,
  id: string,
  clientSecret: Secret,
): Promise<Payment | null> {
  const uuid = paymentId.toUuid(id);
  if (uuid === undefined) return null;
  const payment = await context.loaders.payment.load(uuid);
  await openOf(context, payment, clientSecret);
  return payment;
}

async function openOf(
  context: PaymentsContext,
  owned: { readonly checkoutId: string } | null,
  clientSecret: Secret,
): Promise<void> {
  if (owned === null || clientSecret === null || clientSecret === undefined) return;
  openWithSecret(context, await context.loaders.checkout.load(owned.checkoutId), clientSecret);
}
