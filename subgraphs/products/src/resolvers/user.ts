import type { ProductsContext } from '../context.ts';
import { readNestedPage, toNewestFirstConnection, type NestedPageArguments } from './nested-page.ts';

interface UserReference {
  readonly id: string;
}

/** Another subgraph owns users; this one knows what they reviewed. */
export const userResolvers = {
  __resolveReference: ({ id }: UserReference) => ({ id }),
  reviews: async ({ id }: UserReference, args: NestedPageArguments, { loaders }: ProductsContext) => {
    const { page, nested } = readNestedPage(args, 10);
    const rows = await loaders.reviewsOfAuthor.load({ ownerId: id, page: nested });
    return {
      ...toNewestFirstConnection(rows, page),
      totalCount: async () => (await loaders.reviewCountOfAuthor.load(id))?.count ?? 0,
    };
  },
};
