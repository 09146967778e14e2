import type { PaymentsContext } from '../context.ts';
import { orderId } from '../domain/ids.ts';
import type { Order } from '../domain/model.ts';
import { findOrder, findOrderByNumber } from './find.ts';
import { userOf } from './user-of.ts';
import { maySeePayment } from './visible.ts';

type OrderReference = { readonly id: string } | { readonly number: string };

export const order = {
  __resolveReference: (reference: OrderReference, context: PaymentsContext) =>
    'id' in reference ? findOrder(context, reference.id) : findOrderByNumber(context, reference.number),
  id: ({ id }: Order) => orderId.fromUuid(id),
  buyer: ({ buyerId }: Order) => userOf(buyerId),
  lines: ({ checkoutId }: Order, _: unknown, { loaders }: PaymentsContext) =>
    loaders.linesOfCheckout.load(checkoutId),
  totalRefunded: async ({ checkoutId, total }: Order, _: unknown, { loaders }: PaymentsContext) => {
    const payments = await loaders.paymentsOfCheckout.load(checkoutId);
    const amount = payments.reduce((sum, { amountRefunded }) => sum + amountRefunded.amount, 0);
    return { ...total, amount };
  },
  payments: (order: Order, _: unknown, context: PaymentsContext) =>
    maySeePayment(context, order) ? context.loaders.paymentsOfCheckout.load(order.checkoutId) : [],
};
