import { newUuid, requireScope } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import {
  catalogError,
  collectProblems,
  type CatalogInputError,
  type Problems,
} from '../domain/catalog-error.ts';
import { categoryIds } from '../domain/ids.ts';
import type { Category, CategoryContent } from '../domain/model.ts';
import { MAX_CATEGORY_DEPTH, readCategoryInput, type CategoryInput } from '../domain/read-category-input.ts';
import { CATALOG_WRITE } from '../domain/visibility.ts';
import type { CategoryOutcome } from '../store/catalog-store.ts';
import type { ResolverDeps } from './deps.ts';
import { versionedError, type VersionedArguments } from './versioned-error.ts';

interface CategoryPayload {
  readonly category: Category | null;
  readonly userErrors: readonly CatalogInputError[];
}

const failed = (...userErrors: readonly CatalogInputError[]): CategoryPayload => ({
  category: null,
  userErrors,
});

export function createCategoryMutations({ store, now }: ResolverDeps) {
  return {
    categoryCreate: async (
      _: unknown,
      { input }: { input: CategoryInput },
      context: ProductsContext,
    ): Promise<CategoryPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      const problems = collectProblems();
      const { content, parent } = await readInput(problems, input, context);
      if (parent !== null && parent.path.length >= MAX_CATEGORY_DEPTH) {
        problems.add('LIMIT_EXCEEDED', ['input', 'parentId'], TOO_DEEP);
      }
      if (problems.list.length > 0) return failed(...problems.list);
      const id = categoryIds.generate();
      const category = { id, ...content, path: [...(parent?.path ?? []), id], version: 1 };
      const outcome = await store.catalog.createCategory(category, now());
      context.forgetLoaded();
      if (outcome === 'duplicate-slug') return failed(categoryError({ kind: outcome }));
      return { category: await context.loaders.category.load(id), userErrors: [] };
    },

    categoryUpdate: async (
      _: unknown,
      { id, expectedVersion, input }: VersionedArguments & { input: CategoryInput },
      context: ProductsContext,
    ): Promise<CategoryPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      if (categoryIds.toUuid(id) === undefined) return failed(categoryError({ kind: 'not-found' }));
      const problems = collectProblems();
      const { content } = await readInput(problems, input, context);
      if (problems.list.length > 0) return failed(...problems.list);
      const write = { id: newUuid(), at: now() };
      const outcome = await store.catalog.updateCategory(id, expectedVersion, content, write);
      context.forgetLoaded();
      return outcome.kind === 'updated'
        ? { category: outcome.value, userErrors: [] }
        : failed(categoryError(outcome));
    },
  };
}

const TOO_DEEP = `Categories are at most ${MAX_CATEGORY_DEPTH} levels deep.`;

async function readInput(
  problems: Problems,
  input: CategoryInput,
  { loaders }: ProductsContext,
): Promise<{ readonly content: CategoryContent; readonly parent: Category | null }> {
  const { parentId = null } = input;
  const isId = parentId !== null && categoryIds.toUuid(parentId) !== undefined;
  const parent = isId ? await loaders.category.load(parentId) : null;
  return { content: readCategoryInput(problems, input, parent), parent };
}

function categoryError(outcome: Exclude<CategoryOutcome, { kind: 'updated' }>): CatalogInputError {
  const parentId = ['input', 'parentId'];
  switch (outcome.kind) {
    case 'no-parent':
      return catalogError('NOT_FOUND', parentId, 'There is no such category.');
    case 'cycle':
      return catalogError('CATEGORY_CYCLE', parentId, 'A category cannot be below itself.');
    case 'too-deep':
      return catalogError('LIMIT_EXCEEDED', parentId, TOO_DEEP);
    case 'duplicate-slug':
      return versionedError({ kind: 'duplicate' }, 'category');
    case 'not-found':
    case 'version-mismatch':
    case 'duplicate':
      return versionedError(outcome, 'category');
    default:
      return outcome satisfies never;
  }
}
