/**
 * Many products in few round trips, by the protocol of `createProduct`: first the products as CREATING, then
 * variants and stock, then all of them become visible. Repeated with the same ids after an interruption it goes
 * on where it stopped.
 */
import type { NewProduct, ProductStatus } from '../../domain/model.ts';
import { abandon, openStock, toProductDocument, toVariantDocument } from './create-product.ts';
import type { Collections } from './database.ts';
import { isOnlyDuplicates } from './mongo-errors.ts';
import { settleProductPath } from './settle-paths.ts';
import { untold } from './untold.ts';

export interface ProductToImport {
  readonly product: NewProduct;
  readonly status: ProductStatus;
}

export type ImportOutcome =
  | { readonly kind: 'created' }
  | { readonly kind: 'duplicate-slug' }
  | { readonly kind: 'duplicate-sku'; readonly sku: string };

/** @returns What became of each, in the order given. */
export async function importProducts(
  collections: Collections,
  items: readonly ProductToImport[],
  now: Date,
): Promise<readonly ImportOutcome[]> {
  if (items.length === 0) return [];
  const { products, variants } = collections;
  const documents = items.map(({ product }) => toProductDocument(product, 'CREATING', now));
  await ignoreDuplicates(() => products.insertMany(documents, { ordered: false }));
  const mine = await idsOf(products.find({ _id: { $in: documents.map(({ _id }) => _id) } }, IDS));
  const begun = items.filter(({ product }) => mine.has(product.id));

  const rows = begun.flatMap(({ product }) =>
    product.variants.map((variant) => toVariantDocument(product, variant, now)),
  );
  if (rows.length > 0) await ignoreDuplicates(() => variants.insertMany(rows, { ordered: false }));
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
    const ids = complete.filter((item) => item.status === status).map(({ product }) => product.id);
    await products.updateMany({ _id: { $in: ids }, status: 'CREATING' }, { $set: { status, ...untold() } });
  }
  await settlePaths(collections, complete);
  return outcomes;
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

async function ignoreDuplicates(insert: () => Promise<unknown>): Promise<void> {
  await insert().catch((error: unknown) => {
    if (!isOnlyDuplicates(error)) throw error;
  });
}
