import type { ProductsContext } from '../context.ts';
import { isErasedAuthor } from '../domain/erased-author.ts';
import { reviewIds } from '../domain/ids.ts';
import type { Review } from '../domain/model.ts';
import { isReadable } from '../domain/visibility.ts';

export const productReviewResolvers = {
  __resolveReference: async ({ id }: { id: string }, { loaders, viewer }: ProductsContext) => {
    const review = reviewIds.toUuid(id) === undefined ? null : await loaders.review.load(id);
    return review !== null && isReadable(review, viewer) ? review : null;
  },
  /** Whoever reviewed it saw it, and it can only have left sale since. */
  product: ({ productId }: Review, _: unknown, { loaders }: ProductsContext) =>
    loaders.product.load(productId),
  authorName: async ({ authorId }: Review, _: unknown, { loaders }: ProductsContext) =>
    (await loaders.authorName.load(authorId))?.name ?? null,
  author: ({ authorId }: Review) => (isErasedAuthor(authorId) ? null : { id: authorId }),
};
