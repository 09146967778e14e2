import type { CatalogStore, Versioned } from '../catalog-store.ts';
import { toAttributeDefinition, upsertAttribute } from './attributes.ts';
import { createCategory, toCategory } from './categories.ts';
import { createProduct, insertVariants, removeAbandonedCreations } from './create-product.ts';
import type { Collections } from './database.ts';
import { toStoredPrices, type ProductDocument, type VariantDocument } from './documents.ts';
import { countFacets } from './count-facets.ts';
import {
  countProducts,
  countProductsOfCategories,
  listProducts,
  productsOfCategories,
} from './find-products.ts';
import { toContentFields, toProduct, toProducts, toVariant, VISIBLE } from './product-mapping.ts';
import { refreshSummary, repairSummaries } from './refresh-summary.ts';
import { finishMove, moveCategory } from './move-category.ts';
import { settlePendingPaths, settleProductPath } from './settle-paths.ts';
import { searchWordsOf } from '../../domain/search-words.ts';
import { toSortKey } from '../../domain/sort-key.ts';
import { versionedUpdate } from './versioned-update.ts';
import { untold } from './untold.ts';

/** How much of each kind one sweep repairs. */
const REPAIR_LIMIT = 100;

export function createMongoCatalogStore(collections: Collections): CatalogStore {
  const { products, variants, categories, attributeDefinitions } = collections;
  return {
    productsByIds: async (ids) => toProducts(await products.find({ _id: { $in: [...ids] } }).toArray()),
    productBySlug: async (slug) => {
      const document = await products.findOne({ slug });
      return document === null ? null : toProduct(document);
    },
    listProducts: (filter, order, page, position) => listProducts(collections, filter, order, page, position),
    countProducts: (filter, order) => countProducts(collections, filter, order),
    countFacets: (filter) => countFacets(collections, filter),
    productsOfCategories: (ids, size, position) => productsOfCategories(collections, ids, size, position),
    countProductsOfCategories: (ids) => countProductsOfCategories(collections, ids),

    variantsByIds: async (ids) => (await variants.find({ _id: { $in: [...ids] } }).toArray()).map(toVariant),
    variantsBySkus: async (skus) =>
      (await variants.find({ sku: { $in: [...skus] } }).toArray()).map(toVariant),
    variantsOfProducts: async (productIds) =>
      (
        await variants
          .find({ productId: { $in: [...productIds] } })
          .sort({ productId: 1, _id: 1 })
          .toArray()
      ).map(toVariant),

    createProduct: (product, now) => createProduct(collections, product, now),
    updateProduct: async (id, expectedVersion, { status, ...content }, write) => {
      const { categoryId } = content;
      // Words come from several fields: the others are those of the version that is expected.
      const current = await products.findOne({ _id: id, version: expectedVersion });
      const category = categoryId == null ? null : await categories.findOne({ _id: categoryId });
      const outcome = await versionedUpdate<ProductDocument>(products, {
        id,
        expectedVersion,
        where: { status: { $in: VISIBLE } },
        set: {
          ...toContentFields(content),
          ...(current !== null && { words: searchWordsOf({ ...current, ...content }) }),
          ...(categoryId === null && { categoryPath: [] }),
          ...(category !== null && {
            categoryPath: category.path,
            pathVersion: category.pathVersion,
            pathPending: true as const,
          }),
          ...(status !== undefined && { status }),
          ...untold(),
          updatedAt: write.at,
        },
        writeId: write.id,
      });
      if (outcome.kind === 'updated' && category !== null) await settleProductPath(collections, id);
      return mapUpdated(outcome, toProduct);
    },
    createVariant: async ({ id, kind }, variant, now) => {
      const taken = await insertVariants(collections, { id, kind, variants: [variant] }, now, {
        summaryPending: true,
        opening: variant.onHand,
      });
      if (taken !== undefined) return 'duplicate-sku';
      await refreshSummary(collections, id);
      return 'created';
    },
    updateVariant: async (id, expectedVersion, { prices, compareAtPrices, ...content }, write) => {
      const { trackInventory, backorderLimit } = content;
      const isSummarised = [prices, trackInventory, backorderLimit].some((field) => field !== undefined);
      const outcome = await versionedUpdate<VariantDocument>(variants, {
        id,
        expectedVersion,
        set: {
          ...content,
          ...(isSummarised && { summaryPending: true as const }),
          ...(prices !== undefined && { prices: toStoredPrices(prices) }),
          ...(compareAtPrices !== undefined && { compareAtPrices: toStoredPrices(compareAtPrices) }),
          updatedAt: write.at,
        },
        writeId: write.id,
      });
      if (outcome.kind === 'updated' && isSummarised) {
        await refreshSummary(collections, outcome.value.productId);
      }
      return mapUpdated(outcome, toVariant);
    },

    attributesByCodes: async (codes) =>
      (await attributeDefinitions.find({ _id: { $in: [...codes] } }).toArray()).map(toAttributeDefinition),
    attributes: async () =>
      (await attributeDefinitions.find({}).sort({ nameKey: 1, _id: 1 }).toArray()).map(toAttributeDefinition),
    upsertAttribute: (definition) => upsertAttribute(collections, definition),

    categoriesByIds: async (ids) =>
      (await categories.find({ _id: { $in: [...ids] } }).toArray()).map(toCategory),
    categoryBySlug: async (slug) => {
      const document = await categories.findOne({ slug });
      return document === null ? null : toCategory(document);
    },
    categories: async (rootsOnly) =>
      (
        await categories
          .find(rootsOnly ? { parentId: null } : {})
          .sort({ nameKey: 1, _id: 1 })
          .toArray()
      ).map(toCategory),
    categoriesOfParents: async (parentIds) =>
      (
        await categories
          .find({ parentId: { $in: [...parentIds] } })
          .sort({ nameKey: 1, _id: 1 })
          .toArray()
      ).map(toCategory),
    createCategory: (category, now) => createCategory(collections, category, now),
    updateCategory: async (id, expectedVersion, content, write) => {
      const current = await categories.findOne({ _id: id });
      if (current === null) return { kind: 'not-found' };
      if (current.parentId !== content.parentId)
        return moveCategory(collections, id, expectedVersion, content, write);
      const outcome = await versionedUpdate(categories, {
        id,
        expectedVersion,
        set: { slug: content.slug, name: content.name, nameKey: toSortKey(content.name) },
        writeId: write.id,
      });
      return outcome.kind === 'updated' ? { kind: 'updated', value: toCategory(outcome.value) } : outcome;
    },

    removeAbandonedCreations: (startedBefore) =>
      removeAbandonedCreations(collections, startedBefore, REPAIR_LIMIT),
    repairSummaries: () => repairSummaries(collections, REPAIR_LIMIT),
    repairPaths: async () =>
      (await finishMove(collections)) + (await settlePendingPaths(collections, REPAIR_LIMIT)),
  };
}

function mapUpdated<D, T>(outcome: Versioned<D>, map: (document: D) => T | null): Versioned<T> {
  if (outcome.kind !== 'updated') return outcome;
  const value = map(outcome.value);
  return value === null ? { kind: 'not-found' } : { kind: 'updated', value };
}
