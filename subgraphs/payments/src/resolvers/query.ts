import { readPage, requireScope, type PageArguments } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import type { PaymentStatus } from '../domain/model.ts';
import { orderConnection, ORDERS_NEWEST, paymentConnection, PAYMENTS_NEWEST } from './connections.ts';
import { findCheckout, findOrder, findOrderByNumber, findPayment } from './find.ts';

interface ById {
  readonly id: string;
}

interface WithSecret extends ById {
  readonly clientSecret?: string | null;
}

export const query = {
  checkout: (_: unknown, { id, clientSecret }: WithSecret, context: PaymentsContext) =>
    findCheckout(context, id, clientSecret),
  order: (_: unknown, { id, clientSecret }: WithSecret, context: PaymentsContext) =>
    findOrder(context, id, clientSecret),
  orderByNumber: (_: unknown, { number }: { readonly number: string }, context: PaymentsContext) =>
    findOrderByNumber(context, number),
  orders: async (_: unknown, args: PageArguments, { viewer, reader }: PaymentsContext) => {
    requireScope(viewer, 'orders:read');
    const page = readPage(args, ORDERS_NEWEST, 25);
    return orderConnection(await reader.orderPage(page), page, () => reader.orderCount());
  },
  payment: (_: unknown, { id }: ById, context: PaymentsContext) => findPayment(context, id),
  payments: async (
    _: unknown,
    { status = null, ...args }: PageArguments & { readonly status?: readonly PaymentStatus[] | null },
    { viewer, reader }: PaymentsContext,
  ) => {
    requireScope(viewer, 'payments:read');
    const page = readPage(args, PAYMENTS_NEWEST, 25);
    const rows = await reader.paymentPage(page, status);
    return paymentConnection(rows, page, () => reader.paymentCount(status));
  },
};
