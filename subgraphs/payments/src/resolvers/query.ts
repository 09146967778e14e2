import { readPage, requireScope, type PageArguments } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import {
  readOrderFilter,
  readPaymentFilter,
  type OrderFilterInput,
  type PaymentFilterInput,
} from '../domain/list-filters.ts';
import { orderConnection, ORDERS_NEWEST, paymentConnection, PAYMENTS_NEWEST } from './connections.ts';
import { findCheckout, findOrder, findOrderByNumber, findPayment } from './find.ts';

interface ById {
  readonly id: string;
}

interface WithSecret extends ById {
  readonly clientSecret?: string | null;
}

const nothing = (): Promise<number> => Promise.resolve(0);

export const query = {
  checkout: (_: unknown, { id, clientSecret }: WithSecret, context: PaymentsContext) =>
    findCheckout(context, id, clientSecret),
  order: (_: unknown, { id, clientSecret }: WithSecret, context: PaymentsContext) =>
    findOrder(context, id, clientSecret),
  orderByNumber: (_: unknown, { number }: { readonly number: string }, context: PaymentsContext) =>
    findOrderByNumber(context, number),
  orders: async (
    _: unknown,
    { filter, ...args }: PageArguments & { readonly filter?: OrderFilterInput | null },
    { viewer, reader }: PaymentsContext,
  ) => {
    requireScope(viewer, 'orders:read');
    const page = readPage(args, ORDERS_NEWEST, 25);
    const wanted = readOrderFilter(filter ?? {});
    if (wanted === undefined) return orderConnection([], page, nothing);
    const rows = await reader.orderPage(page, wanted);
    return orderConnection(rows, page, () => reader.orderCount(wanted));
  },
  payment: (_: unknown, { id }: ById, context: PaymentsContext) => findPayment(context, id),
  payments: async (
    _: unknown,
    { filter, ...args }: PageArguments & { readonly filter?: PaymentFilterInput | null },
    { viewer, reader }: PaymentsContext,
  ) => {
    requireScope(viewer, 'payments:read');
    const page = readPage(args, PAYMENTS_NEWEST, 25);
    const wanted = readPaymentFilter(filter ?? {});
    if (wanted === undefined) return paymentConnection([], page, nothing);
    const rows = await reader.paymentPage(page, wanted);
    return paymentConnection(rows, page, () => reader.paymentCount(wanted));
  },
};
