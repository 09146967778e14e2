/**
 * Many products in few round trips, by the protocol of `createProduct`: first the products as CREATING, then
 * variants and stock, then all of them become visible. Repeated with the same ids after an interruption it goes
 * on where it stopped.
 */
import type { NewProduct, ProductStatus } from '../../domain/model.ts';
import {
  abandon,
  freeSkus,
  insertMissing,
  openStock,
  toProductDocument,
  toVariantDocument,
} from './create-product.ts';
import type { Collections } from './database.ts';
import { VISIBLE } from './product-mapping.ts';
import { settleProductPath } from './settle-paths.ts';
import { untold } from './untold.ts';

export interface ProductToImport {
  readonly product: NewProduct;
  readonly status: ProductStatus;
}

export type ImportOutcome =
  | { readonly kind: 'created' }
  | { readonly kind: 'duplicate-slug' }
  | { readonly kind: 'duplicate-sku'; readonly sku: string }
  /** It took longer than the sweep waits, and was undone. */
  | { readonly kind: 'abandoned' };

/**
 * @param now The time of this call: what is older and incomplete the sweep undoes.
 * @returns What became of each, in the order given.
 */
export async function importProducts(
  collections: Collections,
  items: readonly ProductToImport[],
  now: Date,
): Promise<readonly ImportOutcome[]> {
  if (items.length === 0) return [];
  const { products, variants } = collections;
  const documents = items.map(({ product }) => toProductDocument(product, 'CREATING', now));
  const ids = documents.map(({ _id }) => _id);
  if (!(await insertMissing(() => products.insertMany(documents, { ordered: false })))) {
    // Those of an interrupted run may be about to count as stalled.
    const stale = { _id: { $in: ids }, status: 'CREATING', createdAt: { $lt: now } } as const;
    await products.updateMany(stale, { $set: { createdAt: now } });
  }
  const mine = await idsOf(products.find({ _id: { $in: ids } }, IDS));
  const begun = items.filter(({ product }) => mine.has(product.id));

  const rows = begun.flatMap(({ product }) =>
    product.variants.map((variant) => toVariantDocument(product, variant, now)),
  );
  const insertRows = () => insertMissing(() => variants.insertMany(rows, { ordered: false }));
  if (rows.length > 0 && !(await insertRows())) {
    await freeSkus(collections, rows);
    await insertRows();
  }
  const stored = await idsOf(variants.find({ _id: { $in: rows.map(({ _id }) => _id) } }, IDS));
  const outcomes = items.map(({ product }): ImportOutcome => {
    if (!mine.has(product.id)) return { kind: 'duplicate-slug' };
    const missing = product.variants.find(({ id }) => !stored.has(id));
    return missing === undefined ? { kind: 'created' } : { kind: 'duplicate-sku', sku: missing.sku };
  });
  const complete = items.filter((_, index) => outcomes[index]?.kind === 'created');
  for (const [index, { product }] of items.entries()) {
    if (outcomes[index]?.kind === 'duplicate-sku') await abandon(collections, product.id);
  }

  // All of them, also those that have a level already: a process may have stopped before the movement.
  const opened = complete.flatMap(({ product }) =>
    product.variants.map((variant) => ({ productId: product.id, variant })),
  );
  await openStock(collections, opened, now);
  for (const status of new Set(complete.map((item) => item.status))) {
    const ready = complete.filter((item) => item.status === status).map(({ product }) => product.id);
    await products.updateMany({ _id: { $in: ready }, status: 'CREATING' }, { $set: { status, ...untold() } });
  }
  const completeIds = complete.map(({ product }) => product.id);
  const there = await idsOf(products.find({ _id: { $in: completeIds }, status: { $in: VISIBLE } }, IDS));
  const undone = new Set(completeIds.filter((id) => !there.has(id)));
  for (const id of undone) await abandon(collections, id);
  await settlePaths(
    collections,
    complete.filter(({ product }) => there.has(product.id)),
  );
  return outcomes.map((outcome, index) =>
    undone.has(items[index]?.product.id ?? '') ? { kind: 'abandoned' } : outcome,
  );
}

/** All at once for those whose category is still where it was. */
async function settlePaths(collections: Collections, items: readonly ProductToImport[]): Promise<void> {
  const { products, categories } = collections;
  const categoryIds = [...new Set(items.map(({ product }) => product.categoryId))];
  const rows = await categories.find({ _id: { $in: categoryIds.filter((id) => id !== null) } }).toArray();
  for (const { _id, path, pathVersion } of rows) {
    const inCategory = items.filter(({ product }) => product.categoryId === _id);
    const isSettled = ({ product }: ProductToImport): boolean => product.categoryPath.join() === path.join();
    const settled = inCategory.filter(isSettled).map(({ product }) => product.id);
    const untouched = { _id: { $in: settled }, version: 1 };
    await products.updateMany({ ...untouched, pathVersion: { $lt: pathVersion } }, { $set: { pathVersion } });
    await products.updateMany(untouched, { $unset: { pathPending: '' } });
    for (const item of inCategory) {
      if (!isSettled(item)) await settleProductPath(collections, item.product.id);
    }
  }
}

const IDS = { projection: { _id: 1 } } as const;

async function idsOf(cursor: {
  toArray(): Promise<readonly { readonly _id: string }[]>;
}): Promise<ReadonlySet<string>> {
  return new Set((await cursor.toArray()).map(({ _id }) => _id));
}
