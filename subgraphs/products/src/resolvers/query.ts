import { BadUserInputError } from '@tributary/service-kit';
import { readPage, requireScope, toConnection, type PageArguments } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { categoryIds } from '../domain/ids.ts';
import type { Product, ReviewStatus } from '../domain/model.ts';
import {
  orderName,
  readPosition,
  readProductFilter,
  readProductOrder,
  type ProductFilterInput,
  type ProductOrder,
  type ProductSortKey,
} from '../domain/product-query.ts';
import { toSortKey } from '../domain/sort-key.ts';
import { CATALOG_WRITE, isListed } from '../domain/visibility.ts';
import type { ResolverDeps } from './deps.ts';
import { requireReservingService } from './inventory-reservation.ts';
import { findListedProduct, findListedVariant, findVariantBySku } from './find-visible.ts';
import { readNestedPage, toNewestFirstConnection, type NestedPageArguments } from './nested-page.ts';
import { checkAttributeFilters, findFacets } from './product-facets.ts';
import { createStockMovementsQuery } from './stock-movements.ts';

const DEFAULT_PAGE_SIZE = 24;

interface ProductsArguments extends PageArguments {
  readonly filter?: ProductFilterInput | null;
  readonly sortKey?: ProductSortKey | null;
  readonly reverse?: boolean | null;
  readonly currency?: string | null;
}

type Id = Readonly<Record<'id', string>>;

export function createQueryResolvers(deps: ResolverDeps) {
  const { store } = deps;
  return {
    product: (_: unknown, { id }: Id, context: ProductsContext) => findListedProduct(id, context),
    productBySlug: async (_: unknown, { slug }: { slug: string }, { viewer }: ProductsContext) => {
      const product = await store.catalog.productBySlug(slug);
      return product !== null && isListed(product, viewer) ? product : null;
    },
    productVariant: (_: unknown, { id }: Id, context: ProductsContext) => findListedVariant(id, context),
    productVariantBySku: (_: unknown, { sku }: { sku: string }, context: ProductsContext) =>
      findVariantBySku(sku, context, isListed),

    products: async (_: unknown, args: ProductsArguments, context: ProductsContext) => {
      const { viewer, loaders } = context;
      const filter = readProductFilter(args.filter);
      await checkAttributeFilters(filter, context);
      if (filter.statuses.some((status) => status !== 'ACTIVE')) requireScope(viewer, CATALOG_WRITE);
      const order = readProductOrder(
        args.sortKey ?? 'CREATED_AT',
        args.reverse ?? false,
        args.currency ?? null,
      );
      const sort = orderName(order);
      const page = readPage(args, sort, DEFAULT_PAGE_SIZE);
      const rows = await store.catalog.listProducts(filter, order, page, readPosition(page, order.key));
      for (const product of rows) loaders.product.prime(product.id, product);
      return {
        ...toConnection(rows, page, sort, (product) => [sortValueOf(product, order), product.id]),
        totalCount: () => store.catalog.countProducts(filter, order),
        facets: () => findFacets(store.catalog, filter),
      };
    },

    category: async (
      _: unknown,
      { id = null, slug = null }: { id?: string | null; slug?: string | null },
      { loaders }: ProductsContext,
    ) => {
      if (id !== null && slug === null)
        return categoryIds.toUuid(id) === undefined ? null : loaders.category.load(id);
      if (slug !== null && id === null) return store.catalog.categoryBySlug(slug);
      throw new BadUserInputError('Give exactly one of "id" and "slug".');
    },
    categories: async (
      _: unknown,
      { rootsOnly }: { rootsOnly?: boolean | null },
      { loaders }: ProductsContext,
    ) => {
      const categories = await store.catalog.categories(rootsOnly ?? true);
      for (const category of categories) loaders.category.prime(category.id, category);
      return categories;
    },
    attributeDefinitions: () => store.catalog.attributes(),
    stockMovements: createStockMovementsQuery(deps),
    productReviews: async (
      _: unknown,
      { status, ...args }: NestedPageArguments & { status?: ReviewStatus | null },
      { viewer }: ProductsContext,
    ) => {
      requireScope(viewer, CATALOG_WRITE);
      const { page } = readNestedPage(args, DEFAULT_PAGE_SIZE);
      const wanted = status ?? 'PENDING';
      const position = readPosition(page, 'CREATED_AT');
      return {
        ...toNewestFirstConnection(await store.reviews.reviewsByStatus(wanted, page.size, position), page),
        totalCount: () => store.reviews.countReviewsByStatus(wanted),
      };
    },
    inventoryReservation: (_: unknown, { id }: Id, { viewer, loaders }: ProductsContext) => {
      requireReservingService(viewer);
      return loaders.reservation.load(id);
    },
  };
}

function sortValueOf(product: Product, order: ProductOrder): string | number {
  switch (order.key) {
    case 'CREATED_AT':
      return product.createdAt.toISOString();
    case 'TITLE':
      return toSortKey(product.title);
    case 'RATING':
      return product.ratingCount === 0 ? 0 : product.ratingSum / product.ratingCount;
    case 'PRICE':
      return product.minPrice[order.currency] ?? 0;
    default:
      return order satisfies never;
  }
}
