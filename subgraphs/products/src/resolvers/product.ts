import { readPage, toConnection, toMoney } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { toMediaAddress } from '../domain/media-address.ts';
import type { Product } from '../domain/model.ts';
import type { ResolverDeps } from './deps.ts';
import { findReferableProduct } from './find-visible.ts';
import { readNestedPage, toNewestFirstConnection, type NestedPageArguments } from './nested-page.ts';

const VARIANT_ORDER = 'VARIANT';

/** The interface and both of its types: a reference may name any of the three. */
export function createProductResolvers({ mediaBaseUrl }: ResolverDeps) {
  const __resolveReference = ({ id }: { id: string }, context: ProductsContext) =>
    findReferableProduct(id, context);

  const fields = {
    __resolveReference,
    category: ({ categoryId }: Product, _: unknown, { loaders }: ProductsContext) =>
      categoryId === null ? null : loaders.category.load(categoryId),
    media: ({ media }: Product) =>
      media.map((item) => ({
        ...item,
        url: toMediaAddress(item.url, mediaBaseUrl),
      })),
    variants: async ({ id }: Product, args: NestedPageArguments, { loaders }: ProductsContext) => {
      const page = readPage(args, VARIANT_ORDER, 50);
      // A product has at most 100: all of them are loaded for all products at once, and paged here.
      const variants = await loaders.variantsOfProduct.load(id);
      const after = String(page.values?.[0] ?? '');
      const rows = variants.filter((variant) => variant.id > after);
      for (const variant of rows) loaders.variant.prime(variant.id, variant);
      return toConnection(rows.slice(0, page.size + 1), page, VARIANT_ORDER, (variant) => [variant.id]);
    },
    priceRange: ({ minPrice, maxPrice }: Product, { currency }: { currency: string }) => {
      const min = minPrice[currency];
      const max = maxPrice[currency];
      if (min === undefined || max === undefined) return null;
      return { min: toMoney(min, currency), max: toMoney(max, currency) };
    },
    availableForSale: ({ status, inStock }: Product) => status === 'ACTIVE' && inStock,
    reviews: async ({ id }: Product, args: NestedPageArguments, { loaders }: ProductsContext) => {
      const { page, nested } = readNestedPage(args, 10);
      const rows = await loaders.reviewsOfProduct.load({ ownerId: id, page: nested });
      return {
        ...toNewestFirstConnection(rows, page),
        totalCount: async () => (await loaders.reviewCountOfProduct.load(id))?.count ?? 0,
      };
    },
    rating: ({ ratingSum, ratingCount }: Product) => ({
      average: ratingCount === 0 ? null : ratingSum / ratingCount,
      count: ratingCount,
    }),
  };

  return {
    Product: {
      __resolveReference,
      __resolveType: ({ kind }: Product) => (kind === 'DIGITAL' ? 'DigitalProduct' : 'PhysicalProduct'),
    },
    PhysicalProduct: fields,
    DigitalProduct: fields,
  };
}
