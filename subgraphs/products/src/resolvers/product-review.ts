import type { ProductsContext } from '../context.ts';
import { isErasedAuthor } from '../domain/erased-author.ts';
import { reviewIds } from '../domain/ids.ts';
import type { Review } from '../domain/model.ts';

export const productReviewResolvers = {
  __resolveReference: ({ id }: { id: string }, { loaders }: ProductsContext) =>
    reviewIds.toUuid(id) === undefined ? null : loaders.review.load(id),
  /** Whoever reviewed it saw it, and it can only have left sale since. */
  product: ({ productId }: Review, _: unknown, { loaders }: ProductsContext) =>
    loaders.product.load(productId),
  author: ({ authorId }: Review) => (isErasedAuthor(authorId) ? null : { id: authorId }),
};
