import { hasScope } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import { refundId } from '../domain/ids.ts';
import type { Refund, RefundLine } from '../domain/refund.ts';
import { visiblePayment } from './visible.ts';

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
