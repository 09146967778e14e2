import type { Category } from '../../domain/model.ts';
import { toSortKey } from '../../domain/sort-key.ts';
import type { Collections } from './database.ts';
import type { CategoryDocument } from './documents.ts';
import { isDuplicateKey } from './mongo-errors.ts';
import { settleCategoryPath } from './settle-paths.ts';

export async function createCategory(
  collections: Collections,
  category: Category,
  now: Date,
): Promise<'created' | 'duplicate-slug'> {
  const { categories } = collections;
  const parent = category.parentId === null ? null : await categories.findOne({ _id: category.parentId });
  try {
    await categories.insertOne({
      ...toCategoryDocument(category, now),
      ...(parent !== null && {
        path: [...parent.path, category.id],
        pathVersion: parent.pathVersion,
        pathPending: true as const,
      }),
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    if ((await categories.findOne({ _id: category.id })) === null) return 'duplicate-slug';
  }
  await settleCategoryPath(collections, category.id);
  return 'created';
}

export function toCategoryDocument({ id, ...category }: Category, now: Date): CategoryDocument {
  return {
    _id: id,
    ...category,
    nameKey: toSortKey(category.name),
    pathVersion: 0,
    writeId: id,
    createdAt: now,
  };
}

export function toCategory({ _id, slug, name, parentId, path, version }: CategoryDocument): Category {
  return { id: _id, slug, name, parentId, path, version };
}
