import type { ProductsContext } from '../context.ts';
import { categoryIds } from '../domain/ids.ts';
import type { Category } from '../domain/model.ts';
import { readProductFilter } from '../domain/product-query.ts';
import type { ResolverDeps } from './deps.ts';
import { findFacets } from './product-facets.ts';
import { readNestedPage, toNewestFirstConnection, type NestedPageArguments } from './nested-page.ts';

export const createCategoryResolvers = ({ store }: ResolverDeps) => ({
  __resolveReference: ({ id }: { id: string }, { loaders }: ProductsContext) =>
    categoryIds.toUuid(id) === undefined ? null : loaders.category.load(id),
  parent: ({ parentId }: Category, _: unknown, { loaders }: ProductsContext) =>
    parentId === null ? null : loaders.category.load(parentId),
  children: ({ id }: Category, _: unknown, { loaders }: ProductsContext) =>
    loaders.categoriesOfParent.load(id),
  ancestors: async ({ path }: Category, _: unknown, { loaders }: ProductsContext) => {
    const ancestors = await Promise.all(path.slice(0, -1).map((id) => loaders.category.load(id)));
    return ancestors.filter((ancestor) => ancestor !== null);
  },
  products: async ({ id }: Category, args: NestedPageArguments, { loaders }: ProductsContext) => {
    const { page, nested } = readNestedPage(args, 24);
    const rows = await loaders.productsOfCategory.load({ ownerId: id, page: nested });
    for (const product of rows) loaders.product.prime(product.id, product);
    return {
      ...toNewestFirstConnection(rows, page),
      totalCount: async () => (await loaders.productCountOfCategory.load(id))?.count ?? 0,
      facets: () => findFacets(store.catalog, readProductFilter({ categoryId: id })),
    };
  },
});
