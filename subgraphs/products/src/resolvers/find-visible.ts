/** Lookups that answer null for what the caller may not see, exactly as for what does not exist. */
import type { ProductsContext } from '../context.ts';
import { productIds, variantIds } from '../domain/ids.ts';
import type { Product, Variant } from '../domain/model.ts';
import { isListed, isReferable } from '../domain/visibility.ts';

type Rule = typeof isListed;

/** What the catalogue offers. */
export const findListedProduct = (id: string, context: ProductsContext) => findProduct(id, context, isListed);

/** What somebody who holds an id may see: also what is no longer on sale. */
export const findReferableProduct = (id: string, context: ProductsContext) =>
  findProduct(id, context, isReferable);

export const findListedVariant = (id: string, context: ProductsContext) => findVariant(id, context, isListed);

export const findReferableVariant = (id: string, context: ProductsContext) =>
  findVariant(id, context, isReferable);

async function findProduct(
  id: string,
  { loaders, viewer }: ProductsContext,
  rule: Rule,
): Promise<Product | null> {
  if (productIds.toUuid(id) === undefined) return null;
  const product = await loaders.product.load(id);
  return product !== null && rule(product, viewer) ? product : null;
}

async function findVariant(id: string, context: ProductsContext, rule: Rule): Promise<Variant | null> {
  if (variantIds.toUuid(id) === undefined) return null;
  return whenProductIsVisible(await context.loaders.variant.load(id), context, rule);
}

export async function findVariantBySku(
  sku: string,
  context: ProductsContext,
  rule: Rule,
): Promise<Variant | null> {
  return whenProductIsVisible(await context.loaders.variantBySku.load(sku), context, rule);
}

async function whenProductIsVisible(
  variant: Variant | null,
  { loaders, viewer }: ProductsContext,
  rule: Rule,
): Promise<Variant | null> {
  if (variant === null) return null;
  const product = await loaders.product.load(variant.productId);
  return product !== null && rule(product, viewer) ? variant : null;
}
