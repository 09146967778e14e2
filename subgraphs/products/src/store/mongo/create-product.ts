/**
 * Several documents, all or nothing, without a transaction:
 *
 * 1. the product with status CREATING: it takes the slug and is invisible;
 * 2. the variants (each takes its SKU) and their stock, invisible because their product is;
 * 3. CREATING -> DRAFT by compare-and-set: the one moment at which all of it comes into being.
 *
 * A creation that fails or stops is undone by: CREATING -> ABANDONED, after which step 3 can never happen;
 * delete stock, delete variants, delete the product. The creator does it for itself, the sweep for creators
 * that died. Because the product comes first and goes last, a variant whose product is missing is dead for
 * good, and whoever finds one in the way of its SKU may delete it (a creator that stalled before step 2 for
 * longer than the sweep waits, and then died, leaves such a one).
 */
import type { NewProduct } from '../../domain/model.ts';
import { summarise } from '../../domain/summarise.ts';
import type { CreateProductOutcome } from '../catalog-store.ts';
import type { Collections } from './database.ts';
import { Long } from 'mongodb';
import {
  NEVER,
  toStoredPrices,
  type InventoryDocument,
  type ProductDocument,
  type VariantDocument,
} from './documents.ts';
import { isDuplicateKey, isOnlyDuplicates } from './mongo-errors.ts';
import { toContentFields } from './product-mapping.ts';

export async function createProduct(
  collections: Collections,
  product: NewProduct,
  now: Date,
): Promise<CreateProductOutcome> {
  const { products } = collections;
  try {
    await products.insertOne(toProductDocument(product, 'CREATING', now));
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    const own = await products.findOne({ _id: product.id });
    if (own === null) return { kind: 'duplicate-slug' };
    // This call runs again after a lost answer: the first run may have come this far or further.
    if (own.status === 'DRAFT') return { kind: 'created' };
  }
  const takenSku = await insertVariants(collections, product, now);
  if (takenSku !== undefined) {
    await abandon(collections, product.id);
    return { kind: 'duplicate-sku', sku: takenSku };
  }
  await products.updateOne({ _id: product.id, status: 'CREATING' }, { $set: { status: 'DRAFT' } });
  const created = await products.findOne({ _id: product.id }, { projection: { status: 1 } });
  if (created !== null && created.status !== 'ABANDONED') return { kind: 'created' };
  await abandon(collections, product.id);
  throw new Error('the creation of a product took so long that it was abandoned');
}

/** @returns The SKU another product has, if there is one. */
async function insertVariants(
  collections: Collections,
  product: NewProduct,
  now: Date,
): Promise<string | undefined> {
  const documents = product.variants.map((variant) => toVariantDocument(product, variant, now));
  if (!(await insertMissing(() => collections.variants.insertMany(documents, { ordered: false })))) {
    const ids = new Set(documents.map(({ _id }) => _id));
    const holders = await collections.variants
      .find({ sku: { $in: documents.map(({ sku }) => sku) } })
      .toArray();
    const others = holders.filter(({ _id }) => !ids.has(_id));
    const living = await productsOf(collections, others);
    const taken = others.find(({ productId }) => living.has(productId));
    if (taken !== undefined) return taken.sku;
    await collections.variants.deleteMany({ _id: { $in: others.map(({ _id }) => _id) } });
    await insertMissing(() => collections.variants.insertMany(documents, { ordered: false }));
    const stored = await collections.variants
      .find({ productId: product.id }, { projection: { _id: 1 } })
      .toArray();
    const storedIds = new Set(stored.map(({ _id }) => _id));
    const missing = documents.find(({ _id }) => !storedIds.has(_id));
    if (missing !== undefined) return missing.sku;
  }
  const levels = product.variants.map((variant) => toInventoryDocument(product, variant, now));
  await insertMissing(() => collections.inventory.insertMany(levels, { ordered: false }));
  return undefined;
}

/** @returns False when some were there already, by id or by another unique key. */
async function insertMissing(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (isOnlyDuplicates(error)) return false;
    throw error;
  }
}

async function productsOf(
  { products }: Collections,
  variants: readonly VariantDocument[],
): Promise<ReadonlySet<string>> {
  const ids = variants.map(({ productId }) => productId);
  const rows = await products.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
  return new Set(rows.map(({ _id }) => _id));
}

/** Undoes a creation, unless it was completed. */
async function abandon({ products, variants, inventory }: Collections, productId: string): Promise<void> {
  await products.updateOne({ _id: productId, status: 'CREATING' }, { $set: { status: 'ABANDONED' } });
  const product = await products.findOne({ _id: productId }, { projection: { status: 1 } });
  if (product !== null && product.status !== 'ABANDONED') return;
  await inventory.deleteMany({ productId });
  await variants.deleteMany({ productId });
  await products.deleteOne({ _id: productId, status: 'ABANDONED' });
}

/** @returns How many creations that began before then were undone. */
export async function removeAbandonedCreations(
  collections: Collections,
  startedBefore: Date,
  limit: number,
): Promise<number> {
  const rows = await collections.products
    .find(
      { status: { $in: ['CREATING', 'ABANDONED'] }, createdAt: { $lt: startedBefore } },
      { projection: { _id: 1 }, limit },
    )
    .toArray();
  for (const { _id } of rows) await abandon(collections, _id);
  return rows.length;
}

export function toProductDocument(
  product: NewProduct,
  status: ProductDocument['status'],
  now: Date,
): ProductDocument {
  const summary = summarise(
    product.variants,
    product.variants.map(({ onHand }) => ({ sellable: onHand })),
  );
  const { variants: _variants, id, kind, downloadLimit, ...content } = product;
  return {
    _id: id,
    kind,
    status,
    downloadLimit,
    ...(toContentFields(content) as Pick<ProductDocument, keyof typeof content | 'titleKey' | 'brandKey'>),
    minPrice: toStoredPrices(summary.minPrice),
    maxPrice: toStoredPrices(summary.maxPrice),
    inStock: summary.inStock,
    summaryVersion: 0,
    ratingSum: Long.ZERO,
    ratingCount: 0,
    ratingVersion: 0,
    version: 1,
    writeId: id,
    createdAt: now,
    updatedAt: now,
  };
}

export function toVariantDocument(
  product: Pick<NewProduct, 'id' | 'kind'>,
  { id, sku, title, options, prices }: NewProduct['variants'][number],
  now: Date,
): VariantDocument {
  return {
    _id: id,
    productId: product.id,
    sku,
    title,
    options,
    prices: toStoredPrices(prices),
    requiresShipping: product.kind === 'PHYSICAL',
    version: 1,
    writeId: id,
    updatedAt: now,
  };
}

export function toInventoryDocument(
  product: Pick<NewProduct, 'id'>,
  { id, onHand }: NewProduct['variants'][number],
  now: Date,
): InventoryDocument {
  return {
    _id: id,
    productId: product.id,
    onHand,
    reserved: 0,
    sellable: onHand,
    version: 1,
    holds: [],
    ops: [],
    nextExpiry: NEVER,
    shown: onHand > 0,
    shownVersion: 0,
    updatedAt: now,
  };
}
