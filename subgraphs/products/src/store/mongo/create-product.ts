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
import { Long } from 'mongodb';
import type { NewProduct, NewVariant } from '../../domain/model.ts';
import { searchWordsOf } from '../../domain/search-words.ts';
import { summarise } from '../../domain/summarise.ts';
import type { CreateProductOutcome } from '../catalog-store.ts';
import type { Collections } from './database.ts';
import {
  NEVER,
  toStoredPrices,
  type InventoryDocument,
  type MovementDocument,
  type ProductDocument,
  type VariantDocument,
} from './documents.ts';
import { isDuplicateKey, isOnlyDuplicates } from './mongo-errors.ts';
import { toContentFields } from './product-mapping.ts';
import { settleProductPath } from './settle-paths.ts';
import { untold } from './untold.ts';

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
  if (product.categoryId !== null) await settleProductPath(collections, product.id);
  await products.updateOne(
    { _id: product.id, status: 'CREATING' },
    { $set: { status: 'DRAFT', ...untold() } },
  );
  const created = await products.findOne({ _id: product.id }, { projection: { status: 1 } });
  if (created !== null && created.status !== 'ABANDONED') return { kind: 'created' };
  await abandon(collections, product.id);
  throw new Error('the creation of a product took so long that it was abandoned');
}

/**
 * Variants whose SKUs are free, with their stock.
 *
 * @param marks Further fields of their records.
 * @returns The SKU another product has, if there is one.
 */
export async function insertVariants(
  collections: Collections,
  product: Pick<NewProduct, 'id' | 'kind' | 'variants'>,
  now: Date,
  marks: Partial<VariantDocument> = {},
): Promise<string | undefined> {
  const documents = product.variants.map((variant) => ({
    ...toVariantDocument(product, variant, now),
    ...marks,
  }));
  if (!(await insertMissing(() => collections.variants.insertMany(documents, { ordered: false })))) {
    const ids = new Set(documents.map(({ _id }) => _id));
    const [taken] = await freeSkus(collections, documents);
    if (taken !== undefined) return taken.sku;
    await insertMissing(() => collections.variants.insertMany(documents, { ordered: false }));
    const stored = await collections.variants
      .find({ _id: { $in: [...ids] } }, { projection: { _id: 1 } })
      .toArray();
    const storedIds = new Set(stored.map(({ _id }) => _id));
    const missing = documents.find(({ _id }) => !storedIds.has(_id));
    if (missing !== undefined) return missing.sku;
  }
  const opened = product.variants.map((variant) => ({ productId: product.id, variant }));
  await openStock(collections, opened, now);
  return undefined;
}

/** Takes their SKUs from dead variants (see above). @returns The living that have one. */
export async function freeSkus(
  collections: Collections,
  documents: readonly VariantDocument[],
): Promise<readonly VariantDocument[]> {
  const { variants } = collections;
  const ids = new Set(documents.map(({ _id }) => _id));
  const holders = await variants.find({ sku: { $in: documents.map(({ sku }) => sku) } }).toArray();
  const others = holders.filter(({ _id }) => !ids.has(_id));
  const living = await livingOf(collections, others);
  const dead = others.filter((holder) => !living.includes(holder)).map(({ _id }) => _id);
  await variants.deleteMany({ _id: { $in: dead } });
  return living;
}

/** Those whose product is there. */
export async function livingOf(
  { products }: Collections,
  variants: readonly VariantDocument[],
): Promise<readonly VariantDocument[]> {
  if (variants.length === 0) return [];
  const ids = variants.map(({ productId }) => productId);
  const rows = await products.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
  const found = new Set(rows.map(({ _id }) => _id));
  return variants.filter(({ productId }) => found.has(productId));
}

/** What the stock record of a new variant is made of. */
type Opening = Pick<NewVariant, 'id' | 'onHand' | 'backorderLimit'>;

/** The stock records of new variants, and where their stock came from. */
export async function openStock(
  { inventory, movements }: Collections,
  opened: readonly { readonly productId: string; readonly variant: Opening }[],
  now: Date,
): Promise<void> {
  if (opened.length === 0) return;
  const levels = opened.map(({ productId, variant }) => toInventoryDocument({ id: productId }, variant, now));
  await insertMissing(() => inventory.insertMany(levels, { ordered: false }));
  const receipts = opened.flatMap(({ variant }) => toOpeningMovement(variant, now) ?? []);
  if (receipts.length > 0) await insertMissing(() => movements.insertMany(receipts, { ordered: false }));
}

/** @returns False when some were there already, by id or by another unique key. */
export async function insertMissing(insert: () => Promise<unknown>): Promise<boolean> {
  try {
    await insert();
    return true;
  } catch (error) {
    if (isOnlyDuplicates(error)) return false;
    throw error;
  }
}

/** Undoes a creation, unless it was completed. */
export async function abandon(collections: Collections, productId: string): Promise<void> {
  const { products, variants, inventory, movements } = collections;
  await products.updateOne({ _id: productId, status: 'CREATING' }, { $set: { status: 'ABANDONED' } });
  const product = await products.findOne({ _id: productId }, { projection: { status: 1 } });
  if (product !== null && product.status !== 'ABANDONED') return;
  const created = await inventory.find({ productId }, { projection: { _id: 1 } }).toArray();
  await movements.deleteMany({ variantId: { $in: created.map(({ _id }) => _id) } });
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
    product.variants.map(({ onHand, backorderLimit }) => ({ sellable: onHand + backorderLimit })),
  );
  const { variants: _variants, id, kind, ...content } = product;
  return {
    _id: id,
    kind,
    status,
    ...(toContentFields(content) as Pick<
      ProductDocument,
      keyof typeof content | 'titleKey' | 'brandKey' | 'facets' | 'numbers'
    >),
    words: searchWordsOf(product),
    minPrice: toStoredPrices(summary.minPrice),
    maxPrice: toStoredPrices(summary.maxPrice),
    inStock: summary.inStock,
    pathVersion: 0,
    ...(product.categoryId !== null && { pathPending: true as const }),
    summaryVersion: 0,
    ratingSum: Long.ZERO,
    ratingCount: 0,
    ratingAverage: 0,
    ratingVersion: 0,
    version: 1,
    writeId: id,
    createdAt: now,
    updatedAt: now,
  };
}

export function toVariantDocument(
  product: Pick<NewProduct, 'id' | 'kind'>,
  { id, onHand: _onHand, prices, compareAtPrices, ...content }: NewVariant,
  now: Date,
): VariantDocument {
  return {
    _id: id,
    productId: product.id,
    ...content,
    prices: toStoredPrices(prices),
    compareAtPrices: toStoredPrices(compareAtPrices),
    requiresShipping: product.kind === 'PHYSICAL',
    version: 1,
    writeId: id,
    updatedAt: now,
  };
}

export function toInventoryDocument(
  product: Pick<NewProduct, 'id'>,
  { id, onHand, backorderLimit }: Opening,
  now: Date,
): InventoryDocument {
  return {
    _id: id,
    productId: product.id,
    onHand,
    reserved: 0,
    sellable: onHand + backorderLimit,
    backorderLimit,
    limitVersion: 1,
    version: 1,
    holds: [],
    ops: [],
    nextExpiry: NEVER,
    shown: onHand + backorderLimit > 0,
    shownVersion: 0,
    updatedAt: now,
  };
}

/** Nothing for a variant that begins without stock. */
export function toOpeningMovement(
  { id, onHand }: Pick<NewVariant, 'id' | 'onHand'>,
  at: Date,
): MovementDocument | undefined {
  if (onHand === 0) return undefined;
  return {
    _id: `ini_${id}`,
    type: 'RECEIPT',
    variantId: id,
    delta: onHand,
    reason: 'opening stock',
    reference: null,
    actorId: null,
    state: 'APPLIED',
    available: null,
    at,
  };
}
