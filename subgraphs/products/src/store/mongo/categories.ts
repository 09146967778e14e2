import type { Category } from '../../domain/model.ts';
import { toSortKey } from '../../domain/sort-key.ts';
import type { Collections } from './database.ts';
import type { CategoryDocument } from './documents.ts';
import { isDuplicateKey } from './mongo-errors.ts';

export async function createCategory(
  { categories }: Collections,
  category: Category,
  now: Date,
): Promise<'created' | 'duplicate-slug'> {
  try {
    await categories.insertOne(toCategoryDocument(category, now));
    return 'created';
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return (await categories.findOne({ _id: category.id })) === null ? 'duplicate-slug' : 'created';
  }
}

export function toCategoryDocument({ id, ...category }: Category, now: Date): CategoryDocument {
  return { _id: id, ...category, nameKey: toSortKey(category.name), createdAt: now };
}

export function toCategory({ _id, slug, name, parentId, path }: CategoryDocument): Category {
  return { id: _id, slug, name, parentId, path };
}
