import type { PaymentsContext } from '../context.ts';
import { checkoutId } from '../domain/ids.ts';
import type { Checkout } from '../domain/model.ts';
import { findCheckout } from './find.ts';
import { visiblePayment } from './visible.ts';

export const checkout = {
  __resolveReference: ({ id }: { readonly id: string }, context: PaymentsContext) =>
    findCheckout(context, id),
  id: ({ id }: Checkout) => checkoutId.fromUuid(id),
  buyer: ({ buyerId }: Checkout) => ({ __typename: 'User', id: buyerId }),
  lines: ({ id }: Checkout, _: unknown, { loaders }: PaymentsContext) => loaders.linesOfCheckout.load(id),
  payment: async ({ id }: Checkout, _: unknown, { loaders, viewer }: PaymentsContext) =>
    visiblePayment(viewer, (await loaders.paymentsOfCheckout.load(id)).at(-1) ?? null),
  order: ({ id }: Checkout, _: unknown, { loaders }: PaymentsContext) => loaders.orderOfCheckout.load(id),
};
