import { hasScope, toMoney } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import type { Variant } from '../domain/model.ts';
import { stockStatus } from '../domain/stock-status.ts';
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
  availableForSale: async ({ id, productId }: Variant, _: unknown, { loaders }: ProductsContext) => {
    const [product, level] = await Promise.all([
      loaders.product.load(productId),
      loaders.stockLevel.load(id),
    ]);
    return product?.status === 'ACTIVE' && (level?.sellable ?? 0) > 0;
  },
  stockStatus: async ({ id, lowStockThreshold }: Variant, _: unknown, { loaders }: ProductsContext) =>
    stockStatus((await loaders.stockLevel.load(id))?.sellable, lowStockThreshold),
  inventory: async ({ id, lowStockThreshold }: Variant, _: unknown, { loaders, viewer }: ProductsContext) => {
    if (!hasScope(viewer, 'inventory:read')) return null;
    const level = await loaders.stockLevel.load(id);
    return level === null ? null : { ...level, available: level.sellable, lowStockThreshold };
  },
};
