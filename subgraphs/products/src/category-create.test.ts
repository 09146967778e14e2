import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCategory } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
beforeAll(async () => {
  products = await startTestProducts();
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

describe('categoryCreate', () => {
  const MUTATION = `mutation ($input: CategoryInput!) {
    categoryCreate(input: $input) { category { id name parent { id } ancestors { id } } userErrors { code field } }
  }`;

  it('makes a category below another', async () => {
    const root = await createCategory(products);
    const middle = await createCategory(products, { parentId: root.id });
    const { data } = await products.askAdmin(MUTATION, {
      input: { slug: `${root.slug}-leaf`, name: ' Leaf ', parentId: middle.id },
    });
    expect(data.categoryCreate).toMatchObject({
      userErrors: [],
      category: { name: 'Leaf', parent: { id: middle.id }, ancestors: [{ id: root.id }, { id: middle.id }] },
    });
  });

  it('refuses a taken slug, an unknown parent, an empty name and a tree that is too deep', async () => {
    const root = await createCategory(products);
    const errorsOf = async (input: Readonly<Record<string, unknown>>) =>
      (await products.askAdmin(MUTATION, { input })).data.categoryCreate.userErrors;
    expect(await errorsOf({ slug: root.slug, name: 'x' })).toEqual([
      { code: 'DUPLICATE_SLUG', field: ['input', 'slug'] },
    ]);
    expect(await errorsOf({ slug: 'free-slug', name: '', parentId: 'cat_x' })).toEqual([
      { code: 'NOT_FOUND', field: ['input', 'parentId'] },
      { code: 'REQUIRED', field: ['input', 'name'] },
    ]);
    let parent = root;
    for (let depth = 2; depth <= 8; depth += 1)
      parent = await createCategory(products, { parentId: parent.id });
    expect(await errorsOf({ slug: 'too-deep', name: 'x', parentId: parent.id })).toEqual([
      { code: 'LIMIT_EXCEEDED', field: ['input', 'parentId'] },
    ]);
  });
});
