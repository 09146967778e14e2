/**
 * A path (ids of the categories from the root down) is copied from the parent when a category is made or a
 * product is put into one, and a move of the parent may pass by in between. So the write that copies it also
 * marks the copy as pending, and here it is compared with the parent's path as of after that write: a move
 * changes parents before it looks for their children, so one that is not seen here yet finds the child itself.
 */
import type { Collections } from './database.ts';

export async function settleProductPath(
  { products, categories }: Collections,
  productId: string,
): Promise<void> {
  const product = await products.findOne(
    { _id: productId },
    { projection: { categoryId: 1, version: 1, pathPending: 1 } },
  );
  if (product?.pathPending !== true) return;
  const { categoryId, version } = product;
  const category = categoryId === null ? null : await categories.findOne({ _id: categoryId });
  if (category !== null) {
    await products.updateOne(
      { _id: productId, categoryId: category._id, pathVersion: { $lt: category.pathVersion } },
      { $set: { categoryPath: category.path, pathVersion: category.pathVersion } },
    );
  }
  // Another version may have another category, and has its own mark.
  await products.updateOne({ _id: productId, version }, { $unset: { pathPending: '' } });
}

export async function settleCategoryPath({ categories }: Collections, categoryId: string): Promise<void> {
  const category = await categories.findOne({ _id: categoryId });
  if (category?.pathPending !== true) return;
  const parent = category.parentId === null ? null : await categories.findOne({ _id: category.parentId });
  if (parent !== null) {
    await categories.updateOne(
      { _id: categoryId, parentId: parent._id, pathVersion: { $lt: parent.pathVersion } },
      { $set: { path: [...parent.path, categoryId], pathVersion: parent.pathVersion } },
    );
  }
  await categories.updateOne({ _id: categoryId, version: category.version }, { $unset: { pathPending: '' } });
}

/** @returns How many paths were looked at that a stopped process had left pending. */
export async function settlePendingPaths(collections: Collections, limit: number): Promise<number> {
  const options = { projection: { _id: 1 }, limit } as const;
  const [categories, products] = await Promise.all([
    collections.categories.find({ pathPending: true }, options).toArray(),
    collections.products.find({ pathPending: true }, options).toArray(),
  ]);
  for (const { _id } of categories) await settleCategoryPath(collections, _id);
  for (const { _id } of products) await settleProductPath(collections, _id);
  return categories.length + products.length;
}
