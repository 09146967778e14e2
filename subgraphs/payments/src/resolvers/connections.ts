import { toConnection, type Connection, type Page } from '@tributary/subgraph-kit';
import type { Order, Payment } from '../domain/model.ts';
import type { VerifiedBuyer } from '../domain/product-model.ts';

/** Names of the sort orders; a cursor of one list is no cursor of another. */
export const ORDERS_NEWEST = 'orders';
export const PAYMENTS_NEWEST = 'payments';
export const VERIFIED_BUYERS_NEWEST = 'verified-buyers';

/** The count is a function because GraphQL then asks for it only when the client does. */
type Counted<T> = Connection<T> & { readonly totalCount: () => Promise<number> };

export const orderConnection = (
  rows: readonly Order[],
  page: Page,
  totalCount: () => Promise<number>,
): Counted<Order> => ({
  ...toConnection(rows, page, ORDERS_NEWEST, ({ placedAt, id }) => [placedAt.toISOString(), id]),
  totalCount,
});

export const paymentConnection = (
  rows: readonly Payment[],
  page: Page,
  totalCount: () => Promise<number>,
): Counted<Payment> => ({
  ...toConnection(rows, page, PAYMENTS_NEWEST, ({ createdAt, id }) => [createdAt.toISOString(), id]),
  totalCount,
});

export const verifiedBuyerConnection = (
  rows: readonly VerifiedBuyer[],
  page: Page,
  totalCount: () => Promise<number>,
): Counted<VerifiedBuyer> => ({
  ...toConnection(rows, page, VERIFIED_BUYERS_NEWEST, ({ purchasedAt, lineId }) => [
    purchasedAt.toISOString(),
    lineId,
  ]),
  totalCount,
});
