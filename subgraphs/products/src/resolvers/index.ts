import { scalars } from '@tributary/subgraph-kit';
import { createAttributeMutations } from './attribute-mutations.ts';
import { attributeDefinitionResolvers, attributeValueResolvers } from './attributes.ts';
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
import { stockMovementResolvers } from './stock-movements.ts';
import { userResolvers } from './user.ts';
import { createVariantMutations } from './variant-mutations.ts';

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
      ...createVariantMutations(deps),
      ...createCategoryMutations(deps),
      ...createAttributeMutations(deps),
      ...createInventoryMutations(deps),
      ...createReviewMutations(deps),
      ...createReservationMutations(deps),
    },
    ...createProductResolvers(deps),
    ProductVariant: productVariantResolvers,
    Category: categoryResolvers,
    AttributeDefinition: attributeDefinitionResolvers,
    AttributeValue: attributeValueResolvers,
    StockMovement: stockMovementResolvers,
    ProductReview: productReviewResolvers,
    User: userResolvers,
    InventoryReservation: inventoryReservationResolvers,
    InsufficientStockError: variantOfErrorResolvers,
    VariantUnavailableError: variantOfErrorResolvers,
  };
}
