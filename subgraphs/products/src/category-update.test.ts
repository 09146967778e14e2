import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRandom } from './seed/random.ts';
import { createCategory, createDraft, createOnSale, uniqueName } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const UPDATE = `mutation ($id: ID!, $input: CategoryInput!, $version: Int!) {
  categoryUpdate(id: $id, input: $input, expectedVersion: $version) {
    category { slug name version parent { id } ancestors { id } }
    userErrors { code field }
  }
}`;
const update = async (
  { id, slug }: { readonly id: string; readonly slug: string },
  version: number,
  changes: Readonly<Record<string, unknown>> = {},
) => {
  const { data, errors } = await products.askAdmin(UPDATE, {
    id,
    version,
    input: { slug, name: 'Name', ...changes },
  });
  expect(errors).toBeUndefined();
  return data.categoryUpdate;
};

/** What is wrong with the forest: nothing, when every path leads from a root through all parents. */
async function treeProblems(): Promise<readonly string[]> {
  const { categories, products: stored } = products.database.collections;
  const byId = new Map((await categories.find({}).toArray()).map((category) => [category._id, category]));
  const pathOf = (id: string, seen: readonly string[] = []): readonly string[] => {
    if (seen.includes(id)) return ['a cycle'];
    const parentId = byId.get(id)?.parentId ?? null;
    return parentId === null ? [id] : [...pathOf(parentId, [...seen, id]), id];
  };
  const wrong = (path: readonly string[], id: string): boolean => path.join() !== pathOf(id).join();
  return [
    ...[...byId.values()].filter(({ _id, path }) => wrong(path, _id)),
    ...(await stored.find({ categoryId: { $ne: null } }).toArray()).filter(({ categoryId, categoryPath }) =>
      wrong(categoryPath, categoryId ?? ''),
    ),
  ].map(({ _id }) => _id);
}

describe('categoryUpdate', () => {
  it('renames, and refuses an old version, a taken slug and an unknown category', async () => {
    const category = await createCategory(products);
    const other = await createCategory(products);
    const slug = `renamed-${uniqueName()}`;
    expect(await update(category, 1, { slug, name: 'New' })).toMatchObject({
      userErrors: [],
      category: { slug, name: 'New', version: 2, parent: null },
    });
    expect(await update(category, 1, { slug })).toMatchObject({ userErrors: [{ code: 'VERSION_MISMATCH' }] });
    expect(await update(category, 2, { slug: other.slug })).toMatchObject({
      userErrors: [{ code: 'DUPLICATE_SLUG', field: ['input', 'slug'] }],
    });
    for (const id of ['nonsense', 'cat_00000000000000000000000000']) {
      expect(await update({ id, slug }, 1)).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    }
  });

  it('moves a category with everything below it', async () => {
    const [from, to] = [await createCategory(products), await createCategory(products)];
    const moved = await createCategory(products, { parentId: from.id });
    const leaf = await createCategory(products, { parentId: moved.id });
    const { slug } = await createOnSale(products, { categoryId: leaf.id });
    expect(await update(moved, 1, { parentId: to.id })).toMatchObject({
      userErrors: [],
      category: { parent: { id: to.id }, ancestors: [{ id: to.id }], version: 2 },
    });
    const listed = async (categoryId: string) =>
      (
        await products.ask('query ($id: ID!) { products(filter: { categoryId: $id }) { nodes { slug } } }', {
          id: categoryId,
        })
      ).data.products.nodes;
    expect(await listed(from.id)).toEqual([]);
    expect(await listed(to.id)).toEqual([{ slug }]);
    expect(await listed(leaf.id)).toEqual([{ slug }]);
    expect(await treeProblems()).toEqual([]);
    expect(await update(moved, 2, {})).toMatchObject({ category: { parent: null, ancestors: [] } });
  });

  it('refuses cycles, unknown parents, taken slugs and too deep trees, and leaves all as it was', async () => {
    const root = await createCategory(products);
    const child = await createCategory(products, { parentId: root.id });
    const other = await createCategory(products);
    const parentId = ['input', 'parentId'];
    for (const below of [root, child]) {
      expect(await update(root, 1, { parentId: below.id })).toMatchObject({
        userErrors: [{ code: 'CATEGORY_CYCLE', field: parentId }],
      });
    }
    expect(await update(root, 1, { parentId: 'cat_00000000000000000000000000' })).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', field: parentId }],
    });
    expect(await update(child, 9, { parentId: other.id })).toMatchObject({
      userErrors: [{ code: 'VERSION_MISMATCH' }],
    });
    let deep = other;
    for (let level = 1; level < 7; level += 1) deep = await createCategory(products, { parentId: deep.id });
    expect(await update(root, 1, { parentId: deep.id })).toMatchObject({
      userErrors: [{ code: 'LIMIT_EXCEEDED', field: parentId }],
    });
    expect(await update(child, 1, { parentId: other.id, slug: other.slug })).toMatchObject({
      userErrors: [{ code: 'DUPLICATE_SLUG' }],
    });
    expect(await treeProblems()).toEqual([]);
  });

  it('lets one of two editors win whose moves together would make a cycle', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await createCategory(products), await createCategory(products)];
      const payloads = await Promise.all([
        update(a, 1, { parentId: b.id }),
        update(b, 1, { parentId: a.id }),
      ]);
      const codes = payloads.flatMap(({ userErrors }) =>
        userErrors.map(({ code }: { code: string }) => code),
      );
      expect(codes).toEqual(['CATEGORY_CYCLE']);
    }
    expect(await treeProblems()).toEqual([]);
  });

  it('keeps every path right while many move, create and assign at once', async () => {
    const random = createRandom('category moves');
    const forest = await Promise.all(Array.from({ length: 7 }, () => createCategory(products)));
    const shelf = await Promise.all(Array.from({ length: 4 }, () => createDraft(products)));
    const any = () => random.pick(forest);
    const versionOf = async (id: string): Promise<number> =>
      (await products.database.collections.categories.findOne({ _id: id }))?.version ?? 0;
    const act = async (): Promise<unknown> => {
      switch (random.between(0, 3)) {
        case 0:
          return createCategory(products, { parentId: any().id });
        case 1: {
          const { id } = random.pick(shelf);
          const stored = await products.database.collections.products.findOne({ _id: id });
          return products.askAdmin(
            `mutation ($id: ID!, $version: Int!, $categoryId: ID) {
              productUpdate(id: $id, expectedVersion: $version, input: { categoryId: $categoryId }) { userErrors { code } }
            }`,
            { id, version: stored?.version, categoryId: any().id },
          );
        }
        default: {
          const category = any();
          const parentId = random.next() < 0.2 ? null : any().id;
          return update(category, await versionOf(category.id), { parentId });
        }
      }
    };
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(Array.from({ length: 5 }, () => act()));
    }
    expect(await treeProblems()).toEqual([]);
    expect(await products.database.collections.products.countDocuments({ pathPending: true })).toBe(0);
  });

  it('carries out in the end what a process began that died', async () => {
    const [root, other] = [await createCategory(products), await createCategory(products)];
    const child = await createCategory(products, { parentId: root.id });
    await createOnSale(products, { categoryId: child.id });
    const { categoryTree, categories, products: stored } = products.database.collections;
    const move = {
      categoryId: root.id,
      expectedVersion: 1,
      writeId: 'dead',
      slug: root.slug,
      name: 'Moved',
      parentId: other.id,
      path: [other.id, root.id],
    };
    await categoryTree.updateOne({ _id: 'tree' }, { $set: { move }, $inc: { version: 1 } });
    // And one more that stopped between a product and its path.
    await stored.updateOne(
      { categoryId: child.id },
      { $set: { categoryPath: [], pathVersion: -1, pathPending: true } },
    );
    await products.service.sweep();
    await products.service.sweep();
    expect(await treeProblems()).toEqual([]);
    expect((await categories.findOne({ _id: child.id }))?.path).toEqual([other.id, root.id, child.id]);
    expect(await categoryTree.findOne({ _id: 'tree' })).toMatchObject({ move: null });
  });
});
