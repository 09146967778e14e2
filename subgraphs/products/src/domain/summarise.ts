import type { ProductSummary, VariantContent } from './model.ts';

/** Lowest and highest price per currency, and whether anything can be sold. */
export function summarise(
  variants: readonly Pick<VariantContent, 'prices' | 'trackInventory'>[],
  levels: readonly { readonly sellable: number }[],
): ProductSummary {
  const minPrice: Record<string, number> = {};
  const maxPrice: Record<string, number> = {};
  for (const { prices } of variants) {
    for (const [currency, amount] of Object.entries(prices)) {
      minPrice[currency] = Math.min(minPrice[currency] ?? amount, amount);
      maxPrice[currency] = Math.max(maxPrice[currency] ?? amount, amount);
    }
  }
  const inStock =
    variants.some(({ trackInventory }) => !trackInventory) || levels.some(({ sellable }) => sellable > 0);
  return { minPrice, maxPrice, inStock };
}
