import { hasScope, isSelf, readPage, type PageArguments } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import { isPrintable } from '../domain/text.ts';
import type { PaymentsPage } from '../store/reader.ts';
import { orderConnection, ORDERS_NEWEST, paymentConnection, PAYMENTS_NEWEST } from './connections.ts';

interface UserReference {
  readonly id: string;
}

const DEFAULT_SIZE = 10;

/** Another team's entity: whether the account exists is not ours to say, and needs no query. */
/** @param provider The one whose payment methods can be paid with. */
export const createUser = (provider: string) => ({
  __resolveReference: ({ id }: UserReference) => (isPrintable(id) ? { id } : null),
  orders: async (
    { id: ownerId }: UserReference,
    args: PageArguments,
    { viewer, loaders }: PaymentsContext,
  ) => {
    if (!isSelf(viewer, ownerId) && !hasScope(viewer, 'orders:read')) return null;
    const page = readPage(args, ORDERS_NEWEST, DEFAULT_SIZE);
    const rows = await loaders.orderPage.load({ ownerId, page });
    return orderConnection(rows, page, () => loaders.orderCount.load({ ownerId, page: null }));
  },
  payments: async (
    { id: ownerId }: UserReference,
    { status: statuses = null, ...args }: PageArguments & { readonly status?: PaymentsPage['statuses'] },
    { viewer, loaders }: PaymentsContext,
  ) => {
    if (!isSelf(viewer, ownerId) && !hasScope(viewer, 'payments:read')) return null;
    const page = readPage(args, PAYMENTS_NEWEST, DEFAULT_SIZE);
    const rows = await loaders.paymentPage.load({ ownerId, page: { page, statuses } });
    return paymentConnection(rows, page, () => loaders.paymentCount.load({ ownerId, page: statuses }));
  },
  paymentMethods: async ({ id }: UserReference, _: unknown, { viewer, loaders }: PaymentsContext) =>
    isSelf(viewer, id)
      ? (await loaders.savedMethodsOfBuyer.load(id)).filter((method) => method.provider === provider)
      : null,
});
