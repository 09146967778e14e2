/**
 * Moves of categories, with everything below them, one at a time and without transactions.
 *
 * The record `tree` is both lock and intent log. Whoever finds no move in it looks whether the new place is
 * allowed and writes the move into it by compare-and-set on the version it looked at; so two moves that only
 * together would make a cycle cannot both begin. From then on anybody who comes along (the next mover, the
 * sweep) carries the move out: the category itself, its descendants level by level, the products of each.
 * Every step is guarded by a version that only grows, so a process that went to sleep in the middle of a move
 * and wakes up after later ones changes nothing.
 */
import type { Category, CategoryContent } from '../../domain/model.ts';
import { MAX_CATEGORY_DEPTH } from '../../domain/read-category-input.ts';
import { toSortKey } from '../../domain/sort-key.ts';
import type { CategoryOutcome, Write } from '../catalog-store.ts';
import { toCategory } from './categories.ts';
import type { Collections } from './database.ts';
import type { CategoryDocument, CategoryTreeDocument } from './documents.ts';
import { isDuplicateKey } from './mongo-errors.ts';

/** Each lost round means another editor moved something. */
const MAX_ROUNDS = 50;

export async function moveCategory(
  collections: Collections,
  id: string,
  expectedVersion: number,
  content: CategoryContent,
  write: Write,
): Promise<CategoryOutcome> {
  const { categories, categoryTree } = collections;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const tree = await readTree(collections);
    if (tree.move !== null) {
      await carryOut(collections, tree);
      continue;
    }
    const category = await categories.findOne({ _id: id });
    if (category === null) return { kind: 'not-found' };
    if (category.writeId === write.id) return { kind: 'updated', value: toCategory(category) };
    if (category.version !== expectedVersion) return { kind: 'version-mismatch' };
    const path = await newPath(collections, category, content.parentId);
    if (typeof path === 'string') return { kind: path };
    const move = { categoryId: id, expectedVersion, writeId: write.id, ...content, path };
    const { matchedCount } = await categoryTree.updateOne(
      { _id: 'tree', version: tree.version, move: null },
      { $set: { move }, $inc: { version: 1 } },
    );
    if (matchedCount === 0) continue;
    await carryOut(collections, { version: tree.version + 1, move });
    const moved = await categories.findOne({ _id: id });
    if (moved?.writeId === write.id) return { kind: 'updated', value: toCategory(moved) };
    const holder = await categories.findOne({ slug: content.slug });
    return { kind: holder !== null && holder._id !== id ? 'duplicate-slug' : 'version-mismatch' };
  }
  throw new Error('the categories kept moving while one was moved');
}

/** Carries out the move that is under way, if there is one. */
export async function finishMove(collections: Collections): Promise<number> {
  const tree = await readTree(collections);
  if (tree.move === null) return 0;
  await carryOut(collections, tree);
  return 1;
}

async function readTree({ categoryTree }: Collections): Promise<CategoryTreeDocument> {
  const tree = await categoryTree.findOne({ _id: 'tree' });
  if (tree === null) throw new Error('the category tree has no record: run the service with "migrate"');
  return tree;
}

/** Where the category would be; or why it cannot be there. */
async function newPath(
  { categories }: Collections,
  category: CategoryDocument,
  parentId: string | null,
): Promise<readonly string[] | 'no-parent' | 'cycle' | 'too-deep'> {
  const parent = parentId === null ? null : await categories.findOne({ _id: parentId });
  if (parentId !== null && parent === null) return 'no-parent';
  if (parent?.path.includes(category._id) === true) return 'cycle';
  const path = [...(parent?.path ?? []), category._id];
  const subtree = await categories.find({ path: category._id }, { projection: { path: 1 } }).toArray();
  const deepest = Math.max(0, ...subtree.map((row) => row.path.length - category.path.length));
  return path.length + deepest > MAX_CATEGORY_DEPTH ? 'too-deep' : path;
}

async function carryOut(
  collections: Collections,
  { version, move }: Pick<CategoryTreeDocument, 'version' | 'move'>,
): Promise<void> {
  if (move === null) return;
  const { categories, categoryTree } = collections;
  if (await moveItself(collections, move, version)) {
    let level: readonly Pick<Category, 'id' | 'path'>[] = [{ id: move.categoryId, path: move.path }];
    while (level.length > 0) {
      for (const { id, path } of level) await moveProducts(collections, id, path, version);
      const children = await categories
        .find({ parentId: { $in: level.map(({ id }) => id) } }, { projection: { parentId: 1 } })
        .toArray();
      const paths = new Map(level.map(({ id, path }) => [id, path]));
      level = children.map(({ _id, parentId }) => ({
        id: _id,
        path: [...(paths.get(parentId ?? '') ?? []), _id],
      }));
      for (const { id, path } of level) {
        await categories.updateOne(
          { _id: id, pathVersion: { $lt: version } },
          { $set: { path, pathVersion: version } },
        );
      }
    }
  }
  await categoryTree.updateOne({ _id: 'tree', version }, { $set: { move: null } });
}

/** @returns Whether it is in its new place: not when its slug is taken or somebody else changed it meanwhile. */
async function moveItself(
  { categories }: Collections,
  move: NonNullable<CategoryTreeDocument['move']>,
  version: number,
): Promise<boolean> {
  const { categoryId, expectedVersion, writeId, slug, name, parentId, path } = move;
  const untouched = { _id: categoryId, version: expectedVersion };
  try {
    await categories.updateOne(untouched, {
      $set: { slug, name, nameKey: toSortKey(name), parentId, path, pathVersion: version, writeId },
      $inc: { version: 1 },
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    // So that nobody who still tries to carry this move out succeeds once the slug is free.
    await categories.updateOne(untouched, { $inc: { version: 1 } });
  }
  const category = await categories.findOne({ _id: categoryId });
  return category?.writeId === writeId || category?.pathVersion === version;
}

async function moveProducts(
  { products }: Collections,
  categoryId: string,
  path: readonly string[],
  version: number,
): Promise<void> {
  await products.updateMany(
    { categoryId, pathVersion: { $lt: version } },
    { $set: { categoryPath: path, pathVersion: version } },
  );
}
