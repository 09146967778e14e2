import type { PaymentsContext } from '../context.ts';
import { orderId } from '../domain/ids.ts';
import type { Order } from '../domain/model.ts';
import { findOrder, findOrderByNumber } from './find.ts';
import { maySeePayments } from './visible.ts';

type OrderReference = { readonly id: string } | { readonly number: string };

export const order = {
  __resolveReference: (reference: OrderReference, context: PaymentsContext) =>
    'id' in reference ? findOrder(context, reference.id) : findOrderByNumber(context, reference.number),
  id: ({ id }: Order) => orderId.fromUuid(id),
  buyer: ({ buyerId }: Order) => ({ __typename: 'User', id: buyerId }),
  lines: ({ checkoutId }: Order, _: unknown, { loaders }: PaymentsContext) =>
    loaders.linesOfCheckout.load(checkoutId),
  totalRefunded: async ({ checkoutId, total }: Order, _: unknown, { loaders }: PaymentsContext) => {
    const payments = await loaders.paymentsOfCheckout.load(checkoutId);
    const amount = payments.reduce((sum, { amountRefunded }) => sum + amountRefunded.amount, 0);
    return { ...total, amount };
  },
  payments: ({ checkoutId, buyerId }: Order, _: unknown, { loaders, viewer }: PaymentsContext) =>
    maySeePayments(viewer, buyerId) ? loaders.paymentsOfCheckout.load(checkoutId) : [],
};
