import { hasScope, readPage, requireScope, toConnection, type PageArguments } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import { refundId } from '../domain/ids.ts';
import type { Refund, RefundLine, RefundStatus } from '../domain/refund.ts';
import { visiblePayment } from './visible.ts';

const REFUNDS_NEWEST = 'refunds';
const DEFAULT_SIZE = 25;

export const refundQuery = {
  refunds: async (
    _: unknown,
    { status = null, ...args }: PageArguments & { readonly status?: readonly RefundStatus[] | null },
    { viewer, reader }: PaymentsContext,
  ) => {
    requireScope(viewer, 'payments:read');
    const page = readPage(args, REFUNDS_NEWEST, DEFAULT_SIZE);
    const rows = await reader.refundPage(page, status);
    return {
      ...toConnection(rows, page, REFUNDS_NEWEST, ({ createdAt, id }) => [createdAt.toISOString(), id]),
      totalCount: () => reader.refundCount(status),
    };
  },
};

export const refund = {
  __resolveReference: async ({ id }: { readonly id: string }, context: PaymentsContext) => {
    const uuid = refundId.toUuid(id);
    return uuid === undefined ? null : visiblePayment(context, await context.loaders.refund.load(uuid));
  },
  id: ({ id }: Refund) => refundId.fromUuid(id),
  payment: ({ paymentId }: Refund, _: unknown, { loaders }: PaymentsContext) =>
    loaders.payment.load(paymentId),
  lines: ({ id }: Refund, _: unknown, { loaders }: PaymentsContext) => loaders.linesOfRefund.load(id),
  note: ({ note }: Refund, _: unknown, { viewer }: PaymentsContext) =>
    hasScope(viewer, 'payments:read') ? note : null,
};

export const refundLine = {
  lineItem: ({ lineItemId }: RefundLine, _: unknown, { loaders }: PaymentsContext) =>
    loaders.line.load(lineItemId),
};
