import { requireScope } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { catalogError, collectProblems, type CatalogInputError } from '../domain/catalog-error.ts';
import { categoryIds } from '../domain/ids.ts';
import type { Category } from '../domain/model.ts';
import { readCategoryInput, type CategoryInput } from '../domain/read-category-input.ts';
import { CATALOG_WRITE } from '../domain/visibility.ts';
import type { ResolverDeps } from './deps.ts';

interface CategoryPayload {
  readonly category: Category | null;
  readonly userErrors: readonly CatalogInputError[];
}

export function createCategoryMutations({ store, now }: ResolverDeps) {
  return {
    categoryCreate: async (
      _: unknown,
      { input }: { input: CategoryInput },
      { viewer, loaders, forgetLoaded }: ProductsContext,
    ): Promise<CategoryPayload> => {
      requireScope(viewer, CATALOG_WRITE);
      const { parentId = null } = input;
      const isId = parentId !== null && categoryIds.toUuid(parentId) !== undefined;
      const problems = collectProblems();
      const category = readCategoryInput(
        problems,
        input,
        isId ? await loaders.category.load(parentId) : null,
      );
      if (problems.list.length > 0) return { category: null, userErrors: problems.list };
      const outcome = await store.catalog.createCategory(category, now());
      forgetLoaded();
      if (outcome === 'created') return { category, userErrors: [] };
      const message = 'Another category has this slug.';
      return { category: null, userErrors: [catalogError('DUPLICATE_SLUG', ['input', 'slug'], message)] };
    },
  };
}
