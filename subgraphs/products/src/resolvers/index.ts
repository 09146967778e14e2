import { scalars } from '@tributary/subgraph-kit';
import type { Watchers } from '../subscriptions/watchers.ts';
import { createAttributeMutations } from './attribute-mutations.ts';
import { attributeDefinitionResolvers, attributeValueResolvers } from './attributes.ts';
import { createCategoryMutations } from './category-mutations.ts';
import { createCategoryResolvers } from './category.ts';
import type { ResolverDeps } from './deps.ts';
import { createInventoryMutations } from './inventory-mutations.ts';
import { inventoryReservationResolvers } from './inventory-reservation.ts';
import { createProductMutations } from './product-mutations.ts';
import { privateForStaff } from './private-for-staff.ts';
import { productReviewResolvers } from './product-review.ts';
import { productVariantResolvers } from './product-variant.ts';
import { createProductResolvers } from './product.ts';
import { createQueryResolvers } from './query.ts';
import { createReservationMutations } from './reservation-mutations.ts';
import { createReviewMutations } from './review-mutations.ts';
import { variantOfErrorResolvers } from './stock-errors.ts';
import { stockMovementResolvers } from './stock-movements.ts';
import { createSubscription } from './subscription.ts';
import { userResolvers } from './user.ts';
import { createVariantMutations } from './variant-mutations.ts';

export function createResolvers(deps: ResolverDeps, watchers: Watchers) {
  const resolvers = createAll(deps);
  return {
    ...resolvers,
    Subscription: createSubscription(watchers),
    ...Object.fromEntries(
      Object.entries(resolvers).flatMap(([type, fields]) =>
        '__resolveReference' in fields
          ? [[type, { ...fields, __resolveReference: privateForStaff(fields.__resolveReference, 1) }]]
          : [],
      ),
    ),
    Query: Object.fromEntries(
      Object.entries(resolvers.Query).map(([field, resolve]) => [field, privateForStaff(resolve, 2)]),
    ),
  };
}

function createAll(deps: ResolverDeps) {
  const { CountryCode, CurrencyCode, DateTime, SafeInt, URL } = scalars;
  return {
    CountryCode,
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
    Category: createCategoryResolvers(deps),
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
