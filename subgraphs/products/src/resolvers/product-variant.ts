import { hasScope, toMoney } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import type { Variant } from '../domain/model.ts';
import { availableOf, isSellable, stockStatus } from '../domain/stock-status.ts';
import { isReferable } from '../domain/visibility.ts';
import { findReferableVariant, findVariantBySku } from './find-visible.ts';

/** Whichever key the other subgraph has. */
type VariantReference = { readonly id: string } | { readonly sku: string };

export const productVariantResolvers = {
  __resolveReference: (reference: VariantReference, context: ProductsContext) =>
    'id' in reference
      ? findReferableVariant(reference.id, context)
      : findVariantBySku(reference.sku, context, isReferable),
  product: ({ productId }: Variant, _: unknown, { loaders }: ProductsContext) =>
    loaders.product.load(productId),
  price: ({ prices }: Variant, { currency }: { currency: string }) => {
    const amount = prices[currency];
    return amount === undefined ? null : toMoney(amount, currency);
  },
  compareAtPrice: ({ compareAtPrices }: Variant, { currency }: { currency: string }) => {
    const amount = compareAtPrices[currency];
    return amount === undefined ? null : toMoney(amount, currency);
  },
  availableForSale: async (variant: Variant, _: unknown, { loaders }: ProductsContext) => {
    const [product, level] = await Promise.all([
      loaders.product.load(variant.productId),
      loaders.stockLevel.load(variant.id),
    ]);
    return product?.status === 'ACTIVE' && isSellable(variant, level);
  },
  stockStatus: async (variant: Variant, _: unknown, { loaders }: ProductsContext) =>
    stockStatus(variant, await loaders.stockLevel.load(variant.id)),
  inventory: async (variant: Variant, _: unknown, { loaders, viewer }: ProductsContext) => {
    if (!hasScope(viewer, 'inventory:read')) return null;
    const level = await loaders.stockLevel.load(variant.id);
    if (level === null) return null;
    const { trackInventory, lowStockThreshold } = variant;
    return { ...level, available: availableOf(level), trackInventory, lowStockThreshold };
  },
};
