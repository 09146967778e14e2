import { hasScope, readPage, type PageArguments } from '@tributary/subgraph-kit';
import type { PaymentsContext } from '../context.ts';
import type { VerifiedBuyer } from '../domain/product-model.ts';
import { isPrintable } from '../domain/text.ts';
import { VERIFIED_BUYERS_NEWEST, verifiedBuyerConnection } from './connections.ts';
import { userOf } from './user-of.ts';

interface ProductReference {
  readonly id: string;
}

const DEFAULT_SIZE = 10;

/** Another team's entity interface: fields for every kind of product, without knowing the kinds. */
export const product = {
  __resolveReference: ({ id }: ProductReference) => (isPrintable(id) ? { __typename: 'Product', id } : null),
  purchasedByViewer: ({ id }: ProductReference, _: unknown, { viewer, loaders }: PaymentsContext) =>
    viewer.kind === 'user' ? loaders.purchased(viewer.id, id) : null,
  verifiedBuyers: async (
    { id: ownerId }: ProductReference,
    args: PageArguments,
    { loaders }: PaymentsContext,
  ) => {
    const page = readPage(args, VERIFIED_BUYERS_NEWEST, DEFAULT_SIZE);
    const rows = await loaders.verifiedBuyerPage.load({ ownerId, page });
    return verifiedBuyerConnection(rows, page, () =>
      loaders.verifiedBuyerCount.load({ ownerId, page: null }),
    );
  },
  sales: (
    { id: ownerId }: ProductReference,
    { since = null }: { readonly since?: Date | null },
    { viewer, loaders }: PaymentsContext,
  ) => (hasScope(viewer, 'orders:read') ? loaders.salesOfProduct.load({ ownerId, page: since }) : null),
};

export const verifiedBuyer = {
  user: ({ buyerId }: VerifiedBuyer) => userOf(buyerId),
  variant: ({ variantId }: VerifiedBuyer) => ({ __typename: 'ProductVariant', id: variantId }),
};
