import { scalars } from '@tributary/subgraph-kit';
import { createCategoryMutations } from './category-mutations.ts';
import { categoryResolvers } from './category.ts';
import type { ResolverDeps } from './deps.ts';
import { createInventoryMutations } from './inventory-mutations.ts';
import { inventoryReservationResolvers } from './inventory-reservation.ts';
import { createProductMutations } from './product-mutations.ts';
import { productReviewResolvers } from './product-review.ts';
import { productVariantResolvers } from './product-variant.ts';
import { createProductResolvers } from './product.ts';
import { createQueryResolvers } from './query.ts';
import { createReservationMutations } from './reservation-mutations.ts';
import { createReviewMutations } from './review-mutations.ts';
import { variantOfErrorResolvers } from './stock-errors.ts';
import { userResolvers } from './user.ts';

export function createResolvers(deps: ResolverDeps) {
  const { CurrencyCode, DateTime, SafeInt, URL } = scalars;
  return {
    CurrencyCode,
    DateTime,
    SafeInt,
    URL,
    Query: createQueryResolvers(deps),
    Mutation: {
      ...createProductMutations(deps),
      ...createCategoryMutations(deps),
      ...createInventoryMutations(deps),
      ...createReviewMutations(deps),
      ...createReservationMutations(deps),
    },
    ...createProductResolvers(deps),
    ProductVariant: productVariantResolvers,
    Category: categoryResolvers,
    ProductReview: productReviewResolvers,
    User: userResolvers,
    InventoryReservation: inventoryReservationResolvers,
    InsufficientStockError: variantOfErrorResolvers,
    VariantUnavailableError: variantOfErrorResolvers,
  };
}
