import type { Product, ProductContent, ProductStatus, Variant } from '../../domain/model.ts';
import { toSortKey } from '../../domain/sort-key.ts';
import { fromStoredPrices, toNumber, type ProductDocument, type VariantDocument } from './documents.ts';

const NUMBER = /^-?\d+(?:\.\d+)?$/;

export const facetKey = (code: string, value: string): string => `${code}=${value}`;

/** What readers may ever see; a product being created or abandoned does not exist for them. */
export const VISIBLE: readonly ProductStatus[] = ['DRAFT', 'ACTIVE', 'ARCHIVED'];

const isVisible = (status: ProductDocument['status']): status is ProductStatus =>
  status !== 'CREATING' && status !== 'ABANDONED';

/** Leaves out products that do not exist for readers. */
export function toProducts(documents: readonly ProductDocument[]): readonly Product[] {
  return documents.flatMap((document) => toProduct(document) ?? []);
}

export function toProduct(document: ProductDocument): Product | null {
  const { status } = document;
  if (!isVisible(status)) return null;
  return {
    id: document._id,
    kind: document.kind,
    status,
    slug: document.slug,
    title: document.title,
    description: document.description,
    brand: document.brand,
    categoryId: document.categoryId,
    categoryPath: document.categoryPath,
    attributes: document.attributes,
    media: document.media,
    shippingClass: document.shippingClass ?? null,
    countryOfOrigin: document.countryOfOrigin ?? null,
    downloadLimit: document.downloadLimit,
    licenseTermDays: document.licenseTermDays ?? null,
    minPrice: fromStoredPrices(document.minPrice),
    maxPrice: fromStoredPrices(document.maxPrice),
    inStock: document.inStock,
    ratingSum: toNumber(document.ratingSum),
    ratingCount: document.ratingCount,
    version: document.version,
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
  };
}

/** The content with the keys it is sorted and filtered by. */
export function toContentFields(content: Partial<ProductContent>): Partial<ProductDocument> {
  return {
    ...content,
    ...(content.attributes !== undefined && {
      facets: content.attributes.map(({ code, value }) => facetKey(code, value)),
      // Whether a value is a number only its definition says; one that looks like it does no harm here.
      numbers: content.attributes
        .filter(({ value }) => NUMBER.test(value))
        .map(({ code, value }) => ({ code, n: Number(value) })),
    }),
    ...(content.title !== undefined && { titleKey: toSortKey(content.title) }),
    ...(content.brand !== undefined && {
      brandKey: content.brand === null ? null : toSortKey(content.brand),
    }),
  };
}

export function toVariant(document: VariantDocument): Variant {
  return {
    id: document._id,
    productId: document.productId,
    sku: document.sku,
    title: document.title,
    options: document.options,
    prices: fromStoredPrices(document.prices),
    compareAtPrices: fromStoredPrices(document.compareAtPrices),
    taxCategory: document.taxCategory,
    barcode: document.barcode,
    weightGrams: document.weightGrams,
    trackInventory: document.trackInventory ?? true,
    backorderLimit: document.backorderLimit ?? 0,
    lowStockThreshold: document.lowStockThreshold,
    requiresShipping: document.requiresShipping,
    version: document.version,
    updatedAt: document.updatedAt,
  };
}
