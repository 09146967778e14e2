import { requireUser } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { catalogError, collectProblems, type CatalogInputError } from '../domain/catalog-error.ts';
import type { Review } from '../domain/model.ts';
import { readReviewInput, type ProductReviewCreateInput } from '../domain/read-review-input.ts';
import type { ResolverDeps } from './deps.ts';
import { findListedProduct } from './find-visible.ts';

interface ReviewPayload {
  readonly review: Review | null;
  readonly userErrors: readonly CatalogInputError[];
}

const failed = (...userErrors: readonly CatalogInputError[]): ReviewPayload => ({ review: null, userErrors });

export function createReviewMutations({ store, now }: ResolverDeps) {
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
      const review = readReviewInput(problems, input, author.id, now());
      if (problems.list.length > 0) return failed(...problems.list);
      const outcome = await store.reviews.createReview(review);
      context.forgetLoaded();
      if (outcome === 'created') return { review, userErrors: [] };
      return failed(
        catalogError('DUPLICATE_REVIEW', ['input', 'productId'], 'You have reviewed this product already.'),
      );
    },
  };
}
