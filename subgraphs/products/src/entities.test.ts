import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userViewer } from '@tributary/testkit';
import {
  createCategory,
  createDraft,
  createOnSale,
  type TestProduct,
} from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
let onSale: readonly TestProduct[];
let categoryIds: readonly string[];

beforeAll(async () => {
  products = await startTestProducts();
  const root = await createCategory(products);
  const categories = await Promise.all([1, 2, 3].map(() => createCategory(products, { parentId: root.id })));
  categoryIds = categories.map(({ id }) => id);
  onSale = await Promise.all(
    Array.from({ length: 12 }, (_, n) => createOnSale(products, { categoryId: categoryIds[n % 3] })),
  );
  for (const [index, { id }] of onSale.entries()) {
    await products.askAs(userViewer(`usr_${index % 3}`))(
      'mutation ($input: ProductReviewCreateInput!) { productReviewCreate(input: $input) { userErrors { code } } }',
      { input: { productId: id, rating: 4 } },
    );
  }
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const ENTITIES = (selection: string): string =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ${selection} } }`;
const resolve = (representations: readonly object[], selection: string, ask = products.ask) =>
  ask(ENTITIES(selection), { representations });
const ALL = `... on Product { id title } ... on ProductVariant { id sku } ... on Category { id } ... on ProductReview { id } ... on User { id }`;

describe('references', () => {
  it('resolve in order, null for what is unknown, malformed or of another kind', async () => {
    const [first, second] = onSale;
    const { data, errors } = await resolve(
      [
        { __typename: 'Product', id: second?.id },
        { __typename: 'PhysicalProduct', id: first?.id },
        { __typename: 'Product', id: 'prd_00000000000000000000000000' },
        { __typename: 'Product', id: 'nonsense' },
        { __typename: 'ProductVariant', sku: first?.variants[0]?.sku },
        { __typename: 'ProductVariant', id: second?.variants[0]?.id },
        { __typename: 'ProductVariant', sku: 'unknown' },
        { __typename: 'Category', id: categoryIds[0] },
        { __typename: 'Category', id: 'cat_' },
        { __typename: 'ProductReview', id: 'rev_00000000000000000000000000' },
        { __typename: 'User', id: 'usr_1' },
        { __typename: 'Product', id: first?.variants[0]?.id },
        { __typename: 'ProductVariant', id: first?.id },
        { __typename: 'Category', id: first?.id },
      ],
      ALL,
    );
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      { __typename: 'PhysicalProduct', id: second?.id, title: expect.any(String) },
      { __typename: 'PhysicalProduct', id: first?.id, title: expect.any(String) },
      null,
      null,
      { __typename: 'ProductVariant', id: first?.variants[0]?.id, sku: first?.variants[0]?.sku },
      { __typename: 'ProductVariant', id: second?.variants[0]?.id, sku: second?.variants[0]?.sku },
      null,
      { __typename: 'Category', id: categoryIds[0] },
      null,
      null,
      { __typename: 'User', id: 'usr_1' },
      ...[null, null, null],
    ]);
  });

  it('show archived products to everybody and drafts to staff', async () => {
    const archived = await createOnSale(products);
    await products.askAdmin(
      `mutation { productArchive(id: "${archived.id}", expectedVersion: ${archived.version}) { userErrors { code } } }`,
    );
    const draft = await createDraft(products);
    const representations = [
      { __typename: 'Product', id: archived.id },
      { __typename: 'ProductVariant', id: archived.variants[0]?.id },
      { __typename: 'Product', id: draft.id },
      { __typename: 'ProductVariant', sku: draft.variants[0]?.sku },
    ];
    const everybody = await resolve(representations, ALL);
    expect(everybody.data._entities.map((entity: unknown) => entity !== null)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const staff = await resolve(representations, ALL, products.askAdmin);
    expect(staff.data._entities.map((entity: unknown) => entity !== null)).toEqual([true, true, true, true]);
  });

  it('need the scope inventory:reserve for reservations', async () => {
    const representations = [{ __typename: 'InventoryReservation', id: 'chk_unknown' }];
    const selection = '... on InventoryReservation { id }';
    const stranger = await resolve(representations, selection);
    expect(stranger.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    expect((await resolve(representations, selection, products.askPayments)).data._entities).toEqual([null]);
  });
});

describe('store queries', () => {
  it('are one for many references of one type', async () => {
    const byId = onSale.map(({ id }) => ({ __typename: 'Product', id }));
    expect(await products.commandsOf(() => resolve(byId, '... on Product { id }'))).toEqual([
      'find products',
    ]);
    const bySku = onSale.map(({ variants }) => ({ __typename: 'ProductVariant', sku: variants[0]?.sku }));
    expect(await products.commandsOf(() => resolve(bySku, '... on ProductVariant { id }'))).toEqual([
      'find variants',
      'find products',
    ]);
  });

  it('stay few however deep and long the lists are', async () => {
    const commands = await products.commandsOf(async () => {
      const { errors, data } = await products.ask(`{
        categories {
          children { ancestors { name } products(first: 4) { totalCount nodes {
            title rating { average count } category { name parent { name } }
            variants { nodes { stockStatus availableForSale product { slug } } }
            reviews(first: 2) { totalCount nodes { rating author { id reviews(first: 2) { totalCount nodes { product { slug } } } } } }
          } } }
        }
      }`);
      expect(errors).toBeUndefined();
      const [root] = data.categories;
      expect(
        root.children.map(({ products: page }: { products: { totalCount: number } }) => page.totalCount),
      ).toEqual([4, 4, 4]);
      expect(root.children[0].products.nodes[0].reviews.nodes[0].author.reviews).toMatchObject({
        totalCount: 4,
        nodes: [{}, {}],
      });
    });
    expect([...commands].sort()).toEqual([
      'aggregate products',
      'aggregate reviews',
      'aggregate reviews',
      'aggregate reviews',
      'aggregate reviews',
      'find categories',
      'find categories',
      'find categories',
      'find inventory',
      // Of each category, up to its page.
      'find products',
      'find products',
      'find products',
      'find variants',
    ]);
  });
});
