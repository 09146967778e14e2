/** Names that the client gives to fields, where the gateway needs the same names for fields of its own. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../../src/testing/federate.ts';
import { DOCUMENT, entity } from '../testing/entity.ts';

const SUBGRAPHS = {
  catalog: {
    sdl: `
      type Query { product: Product products: [Product!]! search: [Item!]! shelf: Shelf }
      type Shelf { items: [Item!]! product: Product }
      union Item = Product | Magazine
      interface Named { name: String }
      type Product implements Named @key(fields: "id") @key(fields: "sku { code }") {
        id: ID!
        sku: Sku!
        name: String
        label(size: Int = 1): String
        maker: Maker
      }
      type Sku { code: ID! rest: String }
      type Magazine implements Named @key(fields: "issn") { issn: ID! name: String title: String label(size: Int): String maker: Maker }
      type Maker @key(fields: "id") { id: ID! city: String }
    `,
    resolvers: {
      Query: {
        product: () => product('1'),
        products: () => [product('1'), product('2')],
        search: () => [product('1'), magazine],
        shelf: () => ({ items: [product('1'), magazine], product: product('1') }),
      },
      Product: { label: (_: unknown, { size }: { size: number }) => `product ${size}` },
      Magazine: { label: (_: unknown, { size }: { size: number }) => `magazine ${size}` },
    },
  },
  stock: {
    sdl: `
      type Product @key(fields: "id") { id: ID! count: Int place(floor: Int): String }
      type Magazine @key(fields: "issn") { issn: ID! count: Int copies: Int place(floor: Int): String }
    `,
    resolvers: {
      Product: entity({
        count: () => 1,
        place: ({ id }: { id: string }, { floor }: { floor?: number }) => `${id} on ${floor ?? 0}`,
      }),
      Magazine: entity({
        count: () => 2,
        copies: () => 20,
        place: ({ issn }: { issn: string }, { floor }: { floor?: number }) => `${issn} on ${floor ?? 0}`,
      }),
    },
  },
  codes: {
    sdl: 'type Product @key(fields: "sku { code }") { sku: Sku! ean: String } type Sku { code: ID! }',
    resolvers: { Product: entity({ ean: ({ sku }: { sku: { code: string } }) => `ean ${sku.code}` }) },
  },
  people: {
    sdl: 'type Maker @key(fields: "id") { id: ID! name(short: Boolean): String boss: Maker }',
    resolvers: {
      Maker: entity({
        name: ({ id }: { id: string }, { short }: { short?: boolean }) =>
          short === true ? id : `maker ${id}`,
        boss: () => ({ id: 'boss' }),
      }),
    },
  },
};

function product(id: string) {
  return {
    __typename: 'Product',
    id,
    sku: { code: `c${id}`, rest: 'r' },
    name: `product ${id}`,
    maker: { id: `m${id}`, city: 'Rome' },
  };
}
const magazine = {
  __typename: 'Magazine',
  issn: 'i',
  name: 'magazine',
  title: 'M',
  maker: { id: 'm1', city: 'Oslo' },
};

describe('a response name of the client', () => {
  let graph: Federation<keyof typeof SUBGRAPHS>;

  beforeAll(async () => {
    graph = await federate(SUBGRAPHS);
  });

  afterAll(() => graph.stop());

  async function answer(query: string, variables = {}): Promise<unknown> {
    graph.requests();
    const { data, errors } = await graph.query(query, variables);
    expect({ query, errors }).toEqual({ query, errors: undefined });
    return data;
  }

  it('may be that of a key', async () => {
    expect(await answer('{ product { id: name count } }')).toEqual({
      product: { id: 'product 1', count: 1 },
    });
    expect(graph.requests()).toEqual({ catalog: [DOCUMENT], stock: [[{ __typename: 'Product', id: '1' }]] });
  });

  it.each([
    ['{ product { id: count } }', { product: { id: 1 } }],
    ['{ product { count id: count name } }', { product: { count: 1, id: 1, name: 'product 1' } }],
    ['{ product { id: __typename count } }', { product: { id: 'Product', count: 1 } }],
    [
      '{ product { count ...F } } fragment F on Named { id: name }',
      { product: { count: 1, id: 'product 1' } },
    ],
    ['{ product { name: id id: name count } }', { product: { name: '1', id: 'product 1', count: 1 } }],
    [
      '{ products { id: count name } }',
      {
        products: [
          { id: 1, name: 'product 1' },
          { id: 1, name: 'product 2' },
        ],
      },
    ],
    ['{ product { id: label(size: 3) place(floor: 2) } }', { product: { id: 'product 3', place: '1 on 2' } }],
  ])('may be that of a key: %s', async (query, expected) => {
    expect(await answer(query)).toEqual(expected);
  });

  it.each([
    ['{ product { sku { code: rest } ean } }', { sku: { code: 'r' }, ean: 'ean c1' }],
    ['{ product { sku: name ean } }', { sku: 'product 1', ean: 'ean c1' }],
    ['{ product { sku: maker { city } ean } }', { sku: { city: 'Rome' }, ean: 'ean c1' }],
    ['{ product { sku: maker { code: city } ean } }', { sku: { code: 'Rome' }, ean: 'ean c1' }],
    ['{ product { sku { kind: __typename } ean count } }', { sku: { kind: 'Sku' }, ean: 'ean c1', count: 1 }],
  ])('may be that of a nested key: %s', async (query, expected) => {
    expect(await answer(query)).toEqual({ product: expected });
    expect((graph.requests().codes ?? []).flat()).toEqual([{ __typename: 'Product', sku: { code: 'c1' } }]);
  });

  it.each([
    ['{ product { maker { id: name } } }', { product: { maker: { id: 'maker m1' } } }],
    ['{ product { maker { id: city name } } }', { product: { maker: { id: 'Rome', name: 'maker m1' } } }],
    [
      '{ product { maker { id: name boss { id: name(short: true) city: name } } } }',
      { product: { maker: { id: 'maker m1', boss: { id: 'boss', city: 'maker boss' } } } },
    ],
  ])('may be that of a key one level below an entity: %s', async (query, expected) => {
    expect(await answer(query)).toEqual(expected);
  });

  it.each([
    [
      '{ search { ... on Product { x: name } ... on Magazine { x: title } } }',
      [{ x: 'product 1' }, { x: 'M' }],
    ],
    ['{ search { ... on Product { x: count } ... on Magazine { x: copies } } }', [{ x: 1 }, { x: 20 }]],
    [
      '{ search { ... on Product { place(floor: 1) } ... on Magazine { place(floor: 2) } } }',
      [{ place: '1 on 1' }, { place: 'i on 2' }],
    ],
    [
      '{ search { ... on Product { label } ... on Magazine { label(size: 2) } } }',
      [{ label: 'product 1' }, { label: 'magazine 2' }],
    ],
    [
      '{ search { ... on Product { name } ... on Magazine { name: title } } }',
      [{ name: 'product 1' }, { name: 'M' }],
    ],
    [
      '{ search { ... on Product { issn: name count } ... on Magazine { id: name count } } }',
      [
        { issn: 'product 1', count: 1 },
        { id: 'magazine', count: 2 },
      ],
    ],
    [
      '{ search { ... on Named { name } ... on Product { text: place } ... on Magazine { text: title } } }',
      [
        { name: 'product 1', text: '1 on 0' },
        { name: 'magazine', text: 'M' },
      ],
    ],
  ])('may stand for different fields of two types: %s', async (query, expected) => {
    expect(await answer(query)).toEqual({ search: expected });
  });

  it.each([
    [
      '{ search { ... on Product { maker { x: city } } ... on Magazine { maker { x: name } } } }',
      [{ maker: { x: 'Rome' } }, { maker: { x: 'maker m1' } }],
    ],
    [
      '{ search { ... on Product { maker { name } } ... on Magazine { maker { name(short: true) } } } }',
      [{ maker: { name: 'maker m1' } }, { maker: { name: 'm1' } }],
    ],
    [
      '{ search { ... on Product { maker { boss { x: name } } } ... on Magazine { maker { boss { x: city } } } } }',
      [{ maker: { boss: { x: 'maker boss' } } }, { maker: { boss: { x: null } } }],
    ],
    [
      '{ search { ... on Product { maker { id: name } } ... on Magazine { maker { id: city name } } } }',
      [{ maker: { id: 'maker m1' } }, { maker: { id: 'Oslo', name: 'maker m1' } }],
    ],
  ])('may stand for different fields one level below two types: %s', async (query, expected) => {
    expect(await answer(query)).toEqual({ search: expected });
  });

  it('may stand for different things of one entity at two places', async () => {
    const query = `{
      product { x: name maker { x: city } id: count }
      shelf { product { x: count maker { x: name } id: name } items { ... on Product { x: place } } }
    }`;

    expect(await answer(query)).toEqual({
      product: { x: 'product 1', maker: { x: 'Rome' }, id: 1 },
      shelf: {
        product: { x: 1, maker: { x: 'maker m1' }, id: 'product 1' },
        items: [{ x: '1 on 0' }, {}],
      },
    });
  });

  it('may be that of a root field at the root of another subgraph', async () => {
    expect(await answer('{ product: products { id } products: product { count } }')).toEqual({
      product: [{ id: '1' }, { id: '2' }],
      products: { count: 1 },
    });
  });
});
