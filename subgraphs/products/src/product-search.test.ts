import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userViewer } from '@tributary/testkit';
import { createRandom } from './seed/random.ts';
import { createCategory, createOnSale, defineAttribute } from './testing/create-test-product.ts';
import { SETUP_TIMEOUT_MS, startTestProducts, type TestProducts } from './testing/start-test-products.ts';

let products: TestProducts;
let categoryId: string;
beforeAll(async () => {
  products = await startTestProducts();
  categoryId = (await createCategory(products)).id;
  await defineAttribute(products, {
    code: 'colour',
    name: 'Colour',
    type: 'OPTION',
    options: ['red', 'blue', 'green'],
  });
  await defineAttribute(products, { code: 'drop', name: 'Drop', type: 'NUMBER', unit: 'mm' });
  await defineAttribute(products, { code: 'note', name: 'Note', type: 'TEXT', filterable: false });
  const add = (title: string, colour: string, drop: string, brand = 'Kestrel') =>
    createOnSale(products, {
      title,
      brand,
      categoryId,
      attributes: [
        { code: 'colour', value: colour },
        { code: 'drop', value: drop },
        { code: 'note', value: 'x' },
      ],
    });
  await add('Trail Shoe', 'red', '4');
  await add('Road Shoe', 'blue', '8');
  await add('Café Racer', 'red', '10.5', 'Nordlauf');
  await add('Trail Sock', 'green', '0');
}, SETUP_TIMEOUT_MS);
afterAll(() => products.stop());

const LIST = `query ($filter: ProductFilter, $sortKey: ProductSortKey, $first: Int, $after: String) {
  products(filter: $filter, sortKey: $sortKey, first: $first, after: $after) {
    nodes { id title } totalCount pageInfo { hasNextPage endCursor }
    facets { definition { code } buckets { value label count } }
  }
}`;
type Variables = Readonly<Record<string, unknown>>;
const search = async (filter: Variables, variables: Variables = {}) => {
  const { data, errors } = await products.ask(LIST, {
    filter: { categoryId, ...filter },
    sortKey: 'TITLE',
    ...variables,
  });
  expect(errors).toBeUndefined();
  return data.products;
};
const titles = async (filter: Variables): Promise<readonly string[]> =>
  (await search(filter)).nodes.map(({ title }: { title: string }) => title);

describe('a search', () => {
  it.each([
    ['a word', { query: 'shoe' }, ['Road Shoe', 'Trail Shoe']],
    ['the beginning of words, all of them', { query: 'tra  SHO' }, ['Trail Shoe']],
    ['words without their accents', { query: 'cafe' }, ['Café Racer']],
    ['a brand', { query: 'nordlauf' }, ['Café Racer']],
    ['the value of an attribute', { query: 'green' }, ['Trail Sock']],
    ['nothing there is', { query: 'bicycle' }, []],
    ['no words', { query: ' -- ' }, ['Café Racer', 'Road Shoe', 'Trail Shoe', 'Trail Sock']],
    ['an option', { attributes: [{ code: 'colour', in: ['red'] }] }, ['Café Racer', 'Trail Shoe']],
    [
      'one of several options',
      { attributes: [{ code: 'colour', in: ['red', 'green'] }] },
      ['Café Racer', 'Trail Shoe', 'Trail Sock'],
    ],
    ['a number', { attributes: [{ code: 'drop', min: 4, max: 8 }] }, ['Road Shoe', 'Trail Shoe']],
    ['a lowest number', { attributes: [{ code: 'drop', min: 8.5 }] }, ['Café Racer']],
    [
      'several attributes',
      {
        attributes: [
          { code: 'colour', in: ['red', 'blue'] },
          { code: 'drop', max: 8 },
        ],
      },
      ['Road Shoe', 'Trail Shoe'],
    ],
    [
      'no condition on an attribute',
      { attributes: [{ code: 'colour', in: [] }], query: 'road' },
      ['Road Shoe'],
    ],
  ])('finds by %s', async (_, filter, expected) => {
    expect(await titles(filter)).toEqual(expected);
    expect((await search(filter)).totalCount).toBe(expected.length);
  });

  it('finds by what stands last in a long title and a long value', async () => {
    const filler = 'of the very long kind that goes on and on '.repeat(4);
    const { id } = await createOnSale(products, {
      title: `Thing ${filler}titletail`,
      attributes: [{ code: 'note', value: `Note ${filler}valuetail` }],
    });
    for (const query of ['titletail', 'valuetail', `${'thing '.repeat(30)}titletail`]) {
      expect((await products.ask(LIST, { filter: { query } })).data.products.nodes).toMatchObject([{ id }]);
    }
  });

  it('finds a product by its new words once it was renamed', async () => {
    const { id, version } = await createOnSale(products, { title: 'Oldname', brand: 'Kept' });
    await products.askAdmin(
      `mutation ($id: ID!, $version: Int!) {
        productUpdate(id: $id, expectedVersion: $version, input: { title: "Newname" }) { product { id } }
      }`,
      { id, version },
    );
    const found = async (query: string) =>
      (await products.ask(LIST, { filter: { query } })).data.products.nodes;
    expect(await found('newname')).toMatchObject([{ id }]);
    expect(await found('kept')).toMatchObject([{ id }]);
    expect(await found('oldname')).toEqual([]);
  });

  it('counts the values of each attribute, and what choosing another value would find', async () => {
    const facets = async (filter: Variables) => (await search(filter)).facets;
    expect(await facets({})).toEqual([
      {
        definition: { code: 'colour' },
        buckets: [
          { value: 'red', label: 'red', count: 2 },
          { value: 'blue', label: 'blue', count: 1 },
          { value: 'green', label: 'green', count: 1 },
        ],
      },
      {
        definition: { code: 'drop' },
        buckets: ['0', '10.5', '4', '8'].map((value) => ({ value, label: `${value} mm`, count: 1 })),
      },
    ]);
    const [colours, drops] = await facets({ attributes: [{ code: 'colour', in: ['blue'] }] });
    expect(colours.buckets).toHaveLength(3);
    expect(drops.buckets).toMatchObject([{ value: '8', count: 1 }]);
    const { data } = await products.ask(
      'query ($id: ID!) { category(id: $id) { products { facets { buckets { count } } } } }',
      { id: categoryId },
    );
    expect(data.category.products.facets).toHaveLength(2);
  });

  it('sorts by rating, best first', async () => {
    const category = (await createCategory(products)).id;
    for (const [title, rating] of [
      ['good', 4],
      ['none', 0],
      ['best', 5],
    ] as const) {
      const { id } = await createOnSale(products, { title, categoryId: category });
      if (rating === 0) continue;
      for (const [author, less] of [
        ['usr_a', 0],
        ['usr_b', 1],
      ] as const) {
        await products.askAs(userViewer(author))(
          'mutation ($input: ProductReviewCreateInput!) { productReviewCreate(input: $input) { review { id } } }',
          { input: { productId: id, rating: rating - less } },
        );
      }
    }
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await search({ categoryId: category }, { sortKey: 'RATING', first: 1, after });
      seen.push(...page.nodes.map(({ title }: { title: string }) => title));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(['best', 'good', 'none']);
  });

  it('neither skips nor repeats rows while others come, go and change places', async () => {
    const random = createRandom('moving pages');
    const category = (await createCategory(products)).id;
    const name = (n: number): string => `Title ${String(n).padStart(3, '0')}`;
    const fixed = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        createOnSale(products, { title: name(n * 10), categoryId: category }),
      ),
    );
    const moving = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        createOnSale(products, { title: name(n * 20 + 5), categoryId: category }),
      ),
    );
    const versions = new Map(moving.map(({ id, version }) => [id, version]));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = await search({ categoryId: category }, { first: 3, after });
      seen.push(...page.nodes.map(({ id }: { id: string }) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      const { id } = random.pick(moving);
      const { data } = await products.askAdmin(
        `mutation ($id: ID!, $version: Int!, $title: String!) {
          productUpdate(id: $id, expectedVersion: $version, input: { title: $title }) { product { version } }
        }`,
        { id, version: versions.get(id), title: name(random.between(0, 119)) },
      );
      versions.set(id, data.productUpdate.product.version);
      await createOnSale(products, { title: name(random.between(0, 119)), categoryId: category });
    } while (after !== null);
    const ids = fixed.map(({ id }) => id);
    expect(seen.filter((id) => ids.includes(id))).toEqual(ids);
  });

  it.each([
    ['an operator for a text', { query: { $ne: '' } }],
    ['an operator for a value', { attributes: [{ code: 'colour', in: [{ $regex: '.*' }] }] }],
    ['an operator for an id', { categoryId: { $gt: '' } }],
    ['an attribute that is not defined', { attributes: [{ code: 'unheard', in: ['x'] }] }],
    ['an operator for a code', { attributes: [{ code: '$where', in: ['1'] }] }],
    ['a path for a code', { attributes: [{ code: 'colour.x', in: ['1'] }] }],
    ['an attribute that is not filterable', { attributes: [{ code: 'note', in: ['x'] }] }],
    ['bounds of what is no number', { attributes: [{ code: 'colour', min: 1 }] }],
    [
      'too many attributes',
      { attributes: Array.from({ length: 11 }, () => ({ code: 'colour', in: ['red'] })) },
    ],
    [
      'too many values',
      { attributes: [{ code: 'colour', in: Array.from({ length: 51 }, (_, n) => String(n)) }] },
    ],
    ['a text without end', { query: 'x'.repeat(201) }],
    ['a filter of filters', { filter: { filter: {} } }],
    ['a currency that is a path', { price: { currency: 'EUR.$x', min: 1 } }],
  ])('refuses %s', async (_, filter) => {
    const { errors } = await products.ask(LIST, { filter });
    expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it.each(['.*', '^', '(a+)+$', '[', '\\', '$ne', '{"$gt":""}', '\u0000'])(
    'takes a pattern for the text it is: %j',
    async (query) => {
      const { data, errors } = await products.ask(LIST, { filter: { categoryId, query } });
      expect(errors).toBeUndefined();
      const words = query.replace(/[^a-z]/g, '');
      expect(data.products.nodes).toHaveLength(words === '' ? 4 : 0);
    },
  );
});
