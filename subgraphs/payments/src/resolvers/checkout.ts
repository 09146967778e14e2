import type { PaymentsContext } from '../context.ts';
import { checkoutId } from '../domain/ids.ts';
import type { Checkout } from '../domain/model.ts';
import { findCheckout } from './find.ts';
import { userOf } from './user-of.ts';
import { visiblePayment } from './visible.ts';

export const checkout = {
  __resolveReference: ({ id }: { readonly id: string }, context: PaymentsContext) =>
    findCheckout(context, id),
  id: ({ id }: Checkout) => checkoutId.fromUuid(id),
  currency: ({ total }: Checkout) => total.currency,
  buyer: ({ buyerId }: Checkout) => userOf(buyerId),
  lines: ({ id }: Checkout, _: unknown, { loaders }: PaymentsContext) => loaders.linesOfCheckout.load(id),
  payment: async ({ id }: Checkout, _: unknown, context: PaymentsContext) =>
    visiblePayment(context, (await context.loaders.paymentsOfCheckout.load(id)).at(-1) ?? null),
  order: ({ id }: Checkout, _: unknown, { loaders }: PaymentsContext) => loaders.orderOfCheckout.load(id),
};
