import { newUuid, requireScope } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import {
  catalogError,
  collectProblems,
  type CatalogInputError,
  type Problems,
} from '../domain/catalog-error.ts';
import { categoryIds, productIds } from '../domain/ids.ts';
import type { Product, ProductContent } from '../domain/model.ts';
import {
  codesOf,
  readProductCreateInput,
  readProductUpdateInput,
  type ProductCreateInput,
  type ProductUpdateInput,
} from '../domain/read-product-input.ts';
import { CATALOG_WRITE } from '../domain/visibility.ts';
import type { ProductChange, Write } from '../store/catalog-store.ts';
import type { ResolverDeps } from './deps.ts';
import { loadDefinitions } from './load-definitions.ts';
import { versionedError, type VersionedArguments } from './versioned-error.ts';

interface ProductPayload {
  readonly product: Product | null;
  readonly userErrors: readonly CatalogInputError[];
}

const failed = (...userErrors: readonly CatalogInputError[]): ProductPayload => ({
  product: null,
  userErrors,
});

export function createProductMutations({ store, now }: ResolverDeps) {
  const newWrite = (): Write => ({ id: newUuid(), at: now() });

  const update = async (
    { id, expectedVersion }: VersionedArguments,
    change: ProductChange,
    context: ProductsContext,
  ): Promise<ProductPayload> => {
    const outcome = await store.catalog.updateProduct(id, expectedVersion, change, newWrite());
    context.forgetLoaded();
    return outcome.kind === 'updated'
      ? { product: outcome.value, userErrors: [] }
      : failed(versionedError(outcome, 'product'));
  };

  /** The product as it is now, or the error that says why it cannot be changed. */
  const findForChange = async (
    { id, expectedVersion }: VersionedArguments,
    { loaders }: ProductsContext,
  ): Promise<Product | CatalogInputError> => {
    const product = productIds.toUuid(id) === undefined ? null : await loaders.product.load(id);
    if (product === null) return versionedError({ kind: 'not-found' }, 'product');
    if (product.version !== expectedVersion) return versionedError({ kind: 'version-mismatch' }, 'product');
    return product;
  };

  return {
    productCreate: async (
      _: unknown,
      { input }: { input: ProductCreateInput },
      context: ProductsContext,
    ): Promise<ProductPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      const problems = collectProblems();
      const product = {
        ...readProductCreateInput(problems, input, await loadDefinitions(codesOf(input), context)),
        ...(await readCategory(problems, input.categoryId ?? null, context)),
      };
      if (problems.list.length > 0) return failed(...problems.list);
      const outcome = await store.catalog.createProduct(product, now());
      context.forgetLoaded();
      switch (outcome.kind) {
        case 'created':
          return { product: await context.loaders.product.load(product.id), userErrors: [] };
        case 'duplicate-slug':
          return failed(versionedError({ kind: 'duplicate' }, 'product'));
        case 'duplicate-sku': {
          const index = product.variants.findIndex(({ sku }) => sku === outcome.sku);
          const field = ['input', 'variants', String(index), 'sku'];
          return failed(catalogError('DUPLICATE_SKU', field, `Another variant has the SKU ${outcome.sku}.`));
        }
        default:
          return outcome satisfies never;
      }
    },

    productUpdate: async (
      _: unknown,
      { input, ...args }: VersionedArguments & { input: ProductUpdateInput },
      context: ProductsContext,
    ): Promise<ProductPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      const found = await findForChange(args, context);
      if ('__typename' in found) return failed(found);
      const problems = collectProblems();
      const change = {
        ...readProductUpdateInput(
          problems,
          found.kind,
          input,
          await loadDefinitions(codesOf(input), context),
        ),
        ...(input.categoryId !== undefined && (await readCategory(problems, input.categoryId, context))),
      };
      if (problems.list.length > 0) return failed(...problems.list);
      return update(args, change, context);
    },

    productPublish: async (
      _: unknown,
      args: VersionedArguments,
      context: ProductsContext,
    ): Promise<ProductPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      const found = await findForChange(args, context);
      if ('__typename' in found) return failed(found);
      if (found.status === 'ACTIVE') return { product: found, userErrors: [] };
      const variants = await context.loaders.variantsOfProduct.load(found.id);
      if (!variants.some(({ prices }) => Object.keys(prices).length > 0)) {
        return failed(catalogError('NOT_PUBLISHABLE', ['id'], 'It needs a variant with a price.'));
      }
      return update(args, { status: 'ACTIVE' }, context);
    },

    productArchive: async (
      _: unknown,
      args: VersionedArguments,
      context: ProductsContext,
    ): Promise<ProductPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      const found = await findForChange(args, context);
      if ('__typename' in found) return failed(found);
      if (found.status === 'ARCHIVED') return { product: found, userErrors: [] };
      return update(args, { status: 'ARCHIVED' }, context);
    },
  };
}

async function readCategory(
  problems: Problems,
  categoryId: string | null,
  { loaders }: ProductsContext,
): Promise<Pick<ProductContent, 'categoryId' | 'categoryPath'>> {
  if (categoryId === null) return { categoryId: null, categoryPath: [] };
  const category =
    categoryIds.toUuid(categoryId) === undefined ? null : await loaders.category.load(categoryId);
  if (category === null) problems.add('NOT_FOUND', ['input', 'categoryId'], 'There is no such category.');
  return { categoryId, categoryPath: category?.path ?? [] };
}
