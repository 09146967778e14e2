import { hasScope } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import { captureId, paymentEventId, paymentId } from '../domain/ids.ts';
import type { Capture, Payment, PaymentEvent } from '../domain/model.ts';
import { findPayment } from './find.ts';
import { showAction } from './next-action.ts';
import { userOf } from './user-of.ts';
import { isOwn, visibleCheckout, visibleOrder } from './visible.ts';

export const payment = {
  __resolveReference: ({ id }: { readonly id: string }, context: PaymentsContext) => findPayment(context, id),
  id: ({ id }: Payment) => paymentId.fromUuid(id),
  buyer: ({ buyerId }: Payment) => userOf(buyerId),
  order: async ({ checkoutId }: Payment, _: unknown, context: PaymentsContext) =>
    visibleOrder(context, await context.loaders.orderOfCheckout.load(checkoutId)),
  checkout: async ({ checkoutId }: Payment, _: unknown, context: PaymentsContext) =>
    visibleCheckout(context, await context.loaders.checkout.load(checkoutId)),
  nextAction: async ({ nextAction, provider, ...owned }: Payment, _: unknown, context: PaymentsContext) => {
    if (nextAction === null || !isOwn(context, owned)) return null;
    const checkout = await context.loaders.checkout.load(owned.checkoutId);
    return showAction(nextAction, provider, checkout?.expiresAt ?? null);
  },
  captures: ({ id }: Payment, _: unknown, { loaders }: PaymentsContext) => loaders.capturesOfPayment.load(id),
  refunds: ({ id }: Payment, _: unknown, { loaders }: PaymentsContext) => loaders.refundsOfPayment.load(id),
  disputes: ({ id }: Payment, _: unknown, { loaders, viewer }: PaymentsContext) =>
    hasScope(viewer, 'payments:read') ? loaders.disputesOfPayment.load(id) : null,
  providerReference: ({ providerReference }: Payment, _: unknown, { viewer }: PaymentsContext) =>
    hasScope(viewer, 'payments:read') ? providerReference : null,
  events: ({ id }: Payment, _: unknown, { loaders }: PaymentsContext) => loaders.eventsOfPayment.load(id),
  ledgerTransactions: ({ id }: Payment, _: unknown, { loaders, viewer }: PaymentsContext) =>
    hasScope(viewer, 'ledger:read') ? loaders.ledgerTransactionsOfPayment.load(id) : null,
};

export const capture = {
  id: ({ id }: Capture) => captureId.fromUuid(id),
};

export const paymentEvent = {
  id: ({ id }: PaymentEvent) => paymentEventId.fromUuid(id),
};
