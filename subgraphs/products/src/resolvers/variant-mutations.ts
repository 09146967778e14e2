import { newUuid, requireScope } from '@tributary/subgraph-kit';
import type { ProductsContext } from '../context.ts';
import { catalogError, collectProblems, type CatalogInputError } from '../domain/catalog-error.ts';
import { productIds, variantIds } from '../domain/ids.ts';
import type { Variant, VariantContent } from '../domain/model.ts';
import { optionsKey } from '../domain/read-attributes.ts';
import { readPrices, type MoneyInput } from '../domain/read-prices.ts';
import { codesOf } from '../domain/read-product-input.ts';
import {
  checkOptions,
  MAX_VARIANTS,
  readNewVariant,
  readVariantUpdate,
  type ProductVariantInput,
  type ProductVariantUpdateInput,
} from '../domain/read-variant-input.ts';
import { CATALOG_WRITE } from '../domain/visibility.ts';
import type { ResolverDeps } from './deps.ts';
import { loadDefinitions } from './load-definitions.ts';
import { versionedError, type VersionedArguments } from './versioned-error.ts';

interface VariantPayload {
  readonly productVariant: Variant | null;
  readonly userErrors: readonly CatalogInputError[];
}

const failed = (...userErrors: readonly CatalogInputError[]): VariantPayload => ({
  productVariant: null,
  userErrors,
});

export function createVariantMutations({ store, now }: ResolverDeps) {
  const update = async (
    { id, expectedVersion }: VersionedArguments,
    change: Partial<VariantContent>,
    context: ProductsContext,
  ): Promise<VariantPayload> => {
    const write = { id: newUuid(), at: now() };
    const outcome = await store.catalog.updateVariant(id, expectedVersion, change, write);
    context.forgetLoaded();
    return outcome.kind === 'updated'
      ? { productVariant: outcome.value, userErrors: [] }
      : failed(versionedError(outcome, 'variant'));
  };

  return {
    productVariantCreate: async (
      _: unknown,
      { productId, input }: { productId: string; input: ProductVariantInput },
      context: ProductsContext,
    ): Promise<VariantPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      const { loaders } = context;
      const product =
        productIds.toUuid(productId) === undefined ? null : await loaders.product.load(productId);
      if (product === null) {
        return failed(catalogError('NOT_FOUND', ['productId'], 'There is no such product.'));
      }
      const siblings = await loaders.variantsOfProduct.load(productId);
      // Two editors at once may go one over it: the limit bounds what is loaded together, nothing depends on it.
      if (siblings.length >= MAX_VARIANTS) {
        const message = `A product has at most ${MAX_VARIANTS} variants.`;
        return failed(catalogError('LIMIT_EXCEEDED', ['productId'], message));
      }
      const problems = collectProblems();
      const definitions = await loadDefinitions(codesOf({ variants: [input] }), context);
      const variant = readNewVariant(problems, ['input'], input, definitions);
      const taken = new Set(siblings.map(({ options }) => optionsKey(options)));
      checkOptions(problems, ['input', 'options'], variant.options, taken);
      if (problems.list.length > 0) return failed(...problems.list);
      const outcome = await store.catalog.createVariant(product, variant, now());
      context.forgetLoaded();
      if (outcome === 'duplicate-sku') return failed(versionedError({ kind: 'duplicate' }, 'variant'));
      return { productVariant: await loaders.variant.load(variant.id), userErrors: [] };
    },

    productVariantUpdate: async (
      _: unknown,
      { input, ...args }: VersionedArguments & { input: ProductVariantUpdateInput },
      context: ProductsContext,
    ): Promise<VariantPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      const variant = await findVariant(args.id, context);
      if (variant === null) return failed(versionedError({ kind: 'not-found' }, 'variant'));
      const problems = collectProblems();
      const codes = codesOf({ attributes: input.options ?? [] });
      const change = readVariantUpdate(problems, input, await loadDefinitions(codes, context));
      if (change.options !== undefined) {
        const siblings = await context.loaders.variantsOfProduct.load(variant.productId);
        const others = siblings.filter(({ id }) => id !== variant.id);
        const taken = new Set(others.map(({ options }) => optionsKey(options)));
        checkOptions(problems, ['input', 'options'], change.options, taken);
      }
      if (problems.list.length > 0) return failed(...problems.list);
      return update(args, change, context);
    },

    productVariantPricesSet: async (
      _: unknown,
      { prices: given, ...args }: VersionedArguments & { prices: readonly MoneyInput[] },
      context: ProductsContext,
    ): Promise<VariantPayload> => {
      requireScope(context.viewer, CATALOG_WRITE);
      const problems = collectProblems();
      const prices = readPrices(problems, ['prices'], given);
      if ((await findVariant(args.id, context)) === null) {
        return failed(versionedError({ kind: 'not-found' }, 'variant'));
      }
      if (problems.list.length > 0) return failed(...problems.list);
      return update(args, { prices }, context);
    },
  };
}

/** A variant exists once its product does. */
async function findVariant(id: string, { loaders }: ProductsContext): Promise<Variant | null> {
  const variant = variantIds.toUuid(id) === undefined ? null : await loaders.variant.load(id);
  return variant === null || (await loaders.product.load(variant.productId)) === null ? null : variant;
}
