import { requireScope, requireUser } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { catalogError, collectProblems, type CatalogInputError } from '../domain/catalog-error.ts';
import { reviewIds } from '../domain/ids.ts';
import type { Review, ReviewStatus } from '../domain/model.ts';
import { readReviewInput, type ProductReviewCreateInput } from '../domain/read-review-input.ts';
import { CATALOG_WRITE } from '../domain/visibility.ts';
import type { ResolverDeps } from './deps.ts';
import { findListedProduct } from './find-visible.ts';

interface ReviewPayload {
  readonly review: Review | null;
  readonly userErrors: readonly CatalogInputError[];
}

const failed = (...userErrors: readonly CatalogInputError[]): ReviewPayload => ({ review: null, userErrors });

export function createReviewMutations({ store, now, reviewModeration }: ResolverDeps) {
  return {
    productReviewCreate: async (
      _: unknown,
      { input }: { input: ProductReviewCreateInput },
      context: ProductsContext,
    ): Promise<ReviewPayload> => {
      const author = requireUser(context.viewer);
      // Only what is on sale is reviewed, by whomever: what never was cannot have been tried.
      const product = await findListedProduct(input.productId, context);
      if (product?.status !== 'ACTIVE') {
        return failed(catalogError('NOT_FOUND', ['input', 'productId'], 'There is no such product.'));
      }
      const problems = collectProblems();
      const status = reviewModeration === 'before' ? 'PENDING' : 'PUBLISHED';
      const review = readReviewInput(problems, input, author.id, status, now());
      if (problems.list.length > 0) return failed(...problems.list);
      const outcome = await store.reviews.createReview(review);
      context.forgetLoaded();
      if (outcome === 'created') return { review, userErrors: [] };
      return failed(
        catalogError('DUPLICATE_REVIEW', ['input', 'productId'], 'You have reviewed this product already.'),
      );
    },

    productReviewModerate: async (
      _: unknown,
      { id, status }: { id: string; status: ReviewStatus },
      { viewer, forgetLoaded }: ProductsContext,
    ): Promise<ReviewPayload> => {
      requireScope(viewer, CATALOG_WRITE);
      const isId = reviewIds.toUuid(id) !== undefined;
      const review = isId ? await store.reviews.setReviewStatus(id, status) : null;
      forgetLoaded();
      return review === null
        ? failed(catalogError('NOT_FOUND', ['id'], 'There is no such review.'))
        : { review, userErrors: [] };
    },
  };
}
