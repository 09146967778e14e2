import type { CatalogStore, Versioned } from '../catalog-store.ts';
import { createCategory, toCategory } from './categories.ts';
import { createProduct, removeAbandonedCreations } from './create-product.ts';
import type { Collections } from './database.ts';
import { toStoredPrices, type ProductDocument } from './documents.ts';
import {
  countProducts,
  countProductsOfCategories,
  listProducts,
  productsOfCategories,
} from './find-products.ts';
import { toContentFields, toProduct, toProducts, toVariant, VISIBLE } from './product-mapping.ts';
import { refreshSummary, repairSummaries } from './refresh-summary.ts';
import { versionedUpdate } from './versioned-update.ts';

/** How much of each kind one sweep repairs. */
const REPAIR_LIMIT = 100;

export function createMongoCatalogStore(collections: Collections): CatalogStore {
  const { products, variants, categories } = collections;
  return {
    productsByIds: async (ids) => toProducts(await products.find({ _id: { $in: [...ids] } }).toArray()),
    productBySlug: async (slug) => {
      const document = await products.findOne({ slug });
      return document === null ? null : toProduct(document);
    },
    listProducts: (filter, order, page, position) => listProducts(collections, filter, order, page, position),
    countProducts: (filter, order) => countProducts(collections, filter, order),
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
      const outcome = await versionedUpdate<ProductDocument>(products, {
        id,
        expectedVersion,
        where: { status: { $in: VISIBLE } },
        set: { ...toContentFields(content), ...(status !== undefined && { status }), updatedAt: write.at },
        writeId: write.id,
      });
      return mapUpdated(outcome, toProduct);
    },
    setVariantPrices: async (id, expectedVersion, prices, write) => {
      const outcome = await versionedUpdate(variants, {
        id,
        expectedVersion,
        set: { prices: toStoredPrices(prices), summaryPending: true, updatedAt: write.at },
        writeId: write.id,
      });
      if (outcome.kind === 'updated') await refreshSummary(collections, outcome.value.productId);
      return mapUpdated(outcome, toVariant);
    },

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

    removeAbandonedCreations: (startedBefore) =>
      removeAbandonedCreations(collections, startedBefore, REPAIR_LIMIT),
    repairSummaries: () => repairSummaries(collections, REPAIR_LIMIT),
  };
}

function mapUpdated<D, T>(outcome: Versioned<D>, map: (document: D) => T | null): Versioned<T> {
  if (outcome.kind !== 'updated') return outcome;
  const value = map(outcome.value);
  return value === null ? { kind: 'not-found' } : { kind: 'updated', value };
}
