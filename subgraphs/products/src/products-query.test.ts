import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userViewer } from '@tributary/testkit';
import { createCategory, createDraft, createOnSale, variantInput } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
let categoryId: string;
let leafId: string;

const priced = (amount: number, currency = 'EUR', onHand = 1) => ({
  variants: [variantInput({ prices: [{ amount, currency }], onHand })],
});

beforeAll(async () => {
  products = await startTestProducts();
  const root = await createCategory(products);
  const leaf = await createCategory(products, { parentId: root.id });
  categoryId = root.id;
  leafId = leaf.id;
  await createOnSale(products, { title: 'Ärmel', brand: 'Café', categoryId, ...priced(300) });
  await createOnSale(products, { title: 'apple', brand: 'Other', categoryId: leafId, ...priced(100) });
  await createOnSale(products, { title: 'Zebra', kind: 'DIGITAL', categoryId, ...priced(200, 'EUR', 0) });
  await createOnSale(products, { title: 'Banana', categoryId: leafId, ...priced(200) });
  await createOnSale(products, { title: 'Yen only', categoryId, ...priced(50, 'JPY') });
  await createDraft(products, { title: 'Draft', categoryId, ...priced(1) });
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const LIST = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: ProductFilter,
                     $sortKey: ProductSortKey, $reverse: Boolean, $currency: CurrencyCode) {
  products(first: $first, after: $after, last: $last, before: $before, filter: $filter,
           sortKey: $sortKey, reverse: $reverse, currency: $currency) {
    nodes { title } totalCount
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor }
  }
}`;
type Variables = Readonly<Record<string, unknown>>;
const list = async (variables: Variables = {}) => {
  const { filter = {} } = variables as { filter?: object };
  const { data, errors } = await products.ask(LIST, { ...variables, filter: { categoryId, ...filter } });
  expect(errors).toBeUndefined();
  return data.products;
};
const titles = async (variables: Variables = {}): Promise<string[]> =>
  (await list(variables)).nodes.map(({ title }: { title: string }) => title);
const codeOf = async (variables: Variables): Promise<unknown> =>
  (await products.ask(LIST, variables)).errors?.[0]?.extensions?.code;

const NEWEST = ['Yen only', 'Banana', 'Zebra', 'apple', 'Ärmel'];

describe('products', () => {
  it('lists what is on sale, newest first', async () => {
    expect(await titles()).toEqual(NEWEST);
    expect(await titles({ reverse: true })).toEqual([...NEWEST].reverse());
  });

  it('sorts by title without minding case and accents', async () => {
    expect(await titles({ sortKey: 'TITLE' })).toEqual(['apple', 'Ärmel', 'Banana', 'Yen only', 'Zebra']);
  });

  it('sorts by price in one currency, leaving out what has none, in the count too', async () => {
    const page = await list({ sortKey: 'PRICE', currency: 'EUR' });
    expect(page.nodes.map(({ title }: { title: string }) => title)).toEqual([
      'apple',
      'Zebra',
      'Banana',
      'Ärmel',
    ]);
    expect(page.totalCount).toBe(4);
    expect(await titles({ sortKey: 'PRICE', currency: 'KWD' })).toEqual([]);
    expect(await codeOf({ sortKey: 'PRICE' })).toBe('BAD_USER_INPUT');
  });

  it.each([
    ['only this category', { includeDescendants: false }, ['Yen only', 'Zebra', 'Ärmel']],
    ['kinds', { kinds: ['DIGITAL'] }, ['Zebra']],
    ['brands, however they are written', { brand: ['CAFE', 'other'] }, ['apple', 'Ärmel']],
    [
      'a price range with both bounds included',
      { price: { currency: 'EUR', min: 200, max: 300 } },
      ['Banana', 'Zebra', 'Ärmel'],
    ],
    ['a lowest price', { price: { currency: 'EUR', min: 201 } }, ['Ärmel']],
    ['what is available', { availableForSale: true }, ['Yen only', 'Banana', 'apple', 'Ärmel']],
    ['what is sold out', { availableForSale: false }, ['Zebra']],
    ['nothing, by empty conditions', { kinds: [], brand: [], status: [] }, NEWEST],
    [
      'several conditions together',
      { kinds: ['PHYSICAL'], price: { currency: 'EUR', max: 250 } },
      ['Banana', 'apple'],
    ],
  ])('filters by %s', async (_, filter, expected) => {
    expect(await titles({ filter })).toEqual(expected);
  });

  it('answers an empty list for an unknown category', async () => {
    const { data } = await products.ask(LIST, { filter: { categoryId: 'cat_nonsense' } });
    expect(data.products).toMatchObject({
      nodes: [],
      totalCount: 0,
      pageInfo: { hasNextPage: false, startCursor: null },
    });
  });

  it('shows drafts only to staff', async () => {
    const filter = { categoryId, status: ['DRAFT', 'ACTIVE'] };
    expect(await codeOf({ filter })).toBe('UNAUTHENTICATED');
    const buyer = await products.askAs(userViewer('usr_1'))(LIST, { filter });
    expect(buyer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    const { data } = await products.askAdmin(LIST, { filter });
    expect(data.products.totalCount).toBe(6);
    const forSale = await products.askAdmin(LIST, { filter: { ...filter, availableForSale: false } });
    expect(forSale.data.products.nodes).toEqual([{ title: 'Draft' }, { title: 'Zebra' }]);
  });

  it.each(
    ['CREATED_AT', 'TITLE', 'PRICE'].flatMap(
      (sortKey) =>
        [
          [sortKey, false],
          [sortKey, true],
        ] as const,
    ),
  )(
    'pages through %s (reverse: %s) forwards and backwards without gaps or repeats',
    async (sortKey, reverse) => {
      const order = { sortKey, reverse, currency: 'EUR' };
      const expected = await titles(order);
      const forwards: string[] = [];
      for (let after: string | null = null; ;) {
        const page = await list({ ...order, first: 2, after });
        forwards.push(...page.nodes.map(({ title }: { title: string }) => title));
        expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
        after = page.pageInfo.endCursor;
        if (page.pageInfo.hasNextPage !== true) break;
      }
      expect(forwards).toEqual(expected);
      const backwards: string[] = [];
      for (let before: string | null = null; ;) {
        const page = await list({ ...order, last: 2, before });
        backwards.unshift(...page.nodes.map(({ title }: { title: string }) => title));
        before = page.pageInfo.startCursor;
        if (page.pageInfo.hasPreviousPage !== true) break;
      }
      expect(backwards).toEqual(expected);
    },
  );

  it('neither repeats nor skips when products come in between two pages', async () => {
    const first = await list({ first: 2 });
    const { id, version } = await createOnSale(products, { title: 'New', categoryId });
    const rest = await titles({ after: first.pageInfo.endCursor });
    expect(rest).toEqual(NEWEST.slice(2));
    await products.askAdmin(
      `mutation { productArchive(id: "${id}", expectedVersion: ${version}) { userErrors { code } } }`,
    );
  });

  it.each([
    ['no rows', { first: 0 }],
    ['a negative number of rows', { last: -1 }],
    ['too many rows', { first: 101 }],
    ['both directions', { last: 1, after: 'x' }],
    ['too many filter values', { filter: { brand: Array.from({ length: 51 }, (_, n) => String(n)) } }],
  ])('refuses %s', async (_, variables) => {
    expect(await codeOf(variables)).toBe('BAD_USER_INPUT');
  });

  it('refuses cursors of another order and made-up ones', async () => {
    const { pageInfo } = await list({ first: 1 });
    const cursor = (values: readonly unknown[]) => Buffer.from(JSON.stringify(values)).toString('base64url');
    for (const after of [
      'nonsense',
      cursor(['CREATED_AT', 'not a date', 'prd_1']),
      cursor(['CREATED_AT', 1, 'prd_1']),
      cursor(['CREATED_AT', new Date().toISOString()]),
      cursor(['CREATED_AT', new Date().toISOString(), 1]),
    ]) {
      expect(await codeOf({ after })).toBe('INVALID_CURSOR');
    }
    expect(await codeOf({ after: pageInfo.endCursor, sortKey: 'TITLE' })).toBe('INVALID_CURSOR');
    expect(await codeOf({ after: pageInfo.endCursor, reverse: true })).toBe('INVALID_CURSOR');
    expect(await codeOf({ after: cursor(['PRICE:EUR', 'x', 'y']), sortKey: 'PRICE', currency: 'EUR' })).toBe(
      'INVALID_CURSOR',
    );
  });

  it('counts only when asked', async () => {
    const commands = await products.commandsOf(() => products.ask('{ products { nodes { id } } }'));
    expect(commands).toEqual(['find products']);
  });
});

describe('lookups', () => {
  it('find a product by id and slug, a variant by id and SKU', async () => {
    const { id, slug, variants } = await createOnSale(products);
    const [variant] = variants;
    const { data } = await products.ask(
      `query ($id: ID!, $slug: String!, $variant: ID!, $sku: String!) {
        product(id: $id) { id } productBySlug(slug: $slug) { id __typename }
        productVariant(id: $variant) { sku product { id } availableForSale inventory { onHand } price(currency: "USD") { amount } }
        productVariantBySku(sku: $sku) { id }
      }`,
      { id, slug, variant: variant?.id, sku: variant?.sku },
    );
    expect(data).toEqual({
      product: { id },
      productBySlug: { id, __typename: 'PhysicalProduct' },
      productVariant: {
        sku: variant?.sku,
        product: { id },
        availableForSale: true,
        inventory: null,
        price: null,
      },
      productVariantBySku: { id: variant?.id },
    });
  });

  it('answer null for what is unknown, malformed, of another kind or not on sale', async () => {
    const draft = await createDraft(products);
    const [variant] = draft.variants;
    const onSale = await createOnSale(products);
    for (const [id, slug, variantId, sku] of [
      ['nonsense', 'nonsense', 'nonsense', 'nonsense'],
      ['prd_00000000000000000000000000', 'a\u0000b', 'var_00000000000000000000000000', ''],
      [draft.id, draft.slug, variant?.id, variant?.sku],
      // Each in the place of the other, and in other letters.
      [onSale.variants[0]?.id, onSale.id, onSale.id, onSale.slug],
      [onSale.id.toUpperCase(), onSale.slug.toUpperCase(), `${onSale.variants[0]?.id} `, onSale.id],
    ]) {
      const { data, errors } = await products.ask(
        `query ($id: ID!, $slug: String!, $variantId: ID!, $sku: String!) {
          product(id: $id) { id } productBySlug(slug: $slug) { id }
          productVariant(id: $variantId) { id } productVariantBySku(sku: $sku) { id }
        }`,
        { id, slug, variantId, sku },
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        product: null,
        productBySlug: null,
        productVariant: null,
        productVariantBySku: null,
      });
    }
  });
});

describe('categories', () => {
  it('are found by id or slug, with their tree and products', async () => {
    const { data } = await products.ask(
      `query ($id: ID!) {
        category(id: $id) {
          slug ancestors { id } children { id parent { id } products(first: 1) { nodes { title } totalCount pageInfo { hasNextPage endCursor } } }
          products { totalCount nodes { title } }
        }
      }`,
      { id: categoryId },
    );
    expect(data.category).toMatchObject({
      ancestors: [],
      children: [
        {
          id: leafId,
          parent: { id: categoryId },
          products: { nodes: [{ title: 'Banana' }], totalCount: 2, pageInfo: { hasNextPage: true } },
        },
      ],
      products: { totalCount: 5, nodes: NEWEST.map((title) => ({ title })) },
    });
    const { endCursor } = data.category.children[0].products.pageInfo;
    const bySlug = await products.ask(
      'query ($slug: String!, $after: String) { category(slug: $slug) { id products(after: $after) { nodes { title } } } }',
      { slug: data.category.slug, after: endCursor },
    );
    expect(bySlug.data.category).toEqual({
      id: categoryId,
      products: { nodes: ['Zebra', 'apple', 'Ärmel'].map((title) => ({ title })) },
    });
  });

  it('need exactly one of id and slug, and are null when unknown', async () => {
    const query = 'query ($id: ID, $slug: String) { category(id: $id, slug: $slug) { id } }';
    expect((await products.ask(query, {})).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    expect((await products.ask(query, { id: 'a', slug: 'b' })).errors?.[0]?.extensions?.code).toBe(
      'BAD_USER_INPUT',
    );
    expect((await products.ask(query, { id: 'nonsense' })).data.category).toBeNull();
    expect((await products.ask(query, { slug: 'nonsense' })).data.category).toBeNull();
  });

  it('are listed in name order, roots only unless all are asked for', async () => {
    const { data } = await products.ask(
      '{ roots: categories { id name } all: categories(rootsOnly: false) { id name } }',
    );
    expect(data.roots.map(({ id }: { id: string }) => id)).not.toContain(leafId);
    expect(data.all.map(({ id }: { id: string }) => id)).toContain(leafId);
    const names = data.all.map(({ name }: { name: string }) => name.toLowerCase());
    expect(names).toEqual([...names].sort());
  });
});
