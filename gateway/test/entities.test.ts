import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../src/testing/federate.ts';

const BOOKS = [
  { isbn: '1', title: 'One', authorId: 'a' },
  { isbn: '2', title: 'Two', authorId: 'b' },
  { isbn: '3', title: 'Three', authorId: 'a' },
];

describe('entities', () => {
  let graph: Federation<'books' | 'people' | 'ratings'>;

  beforeAll(async () => {
    graph = await federate({
      books: {
        sdl: `
          type Query { books: [Book] shelf: [[Book]] search: [Item] }
          type Book @key(fields: "isbn") { isbn: ID! title: String author: Person }
          type Magazine @key(fields: "issn") { issn: ID! title: String }
          union Item = Book | Magazine
          type Person @key(fields: "id", resolvable: false) { id: ID! }
        `,
        resolvers: {
          Query: {
            books: () => [BOOKS[0], null, BOOKS[1], BOOKS[2]],
            shelf: () => [[BOOKS[0], BOOKS[1]], null, [BOOKS[2]]],
            search: () => [
              { __typename: 'Book', ...BOOKS[0] },
              { __typename: 'Magazine', issn: 'm', title: 'Mag' },
            ],
          },
          Book: { author: ({ authorId }: { authorId: string }) => ({ id: authorId }) },
        },
      },
      people: {
        sdl: `
          type Query { nobody: Person }
          type Person @key(fields: "id") { id: ID! name: String! age: Int email: String! }
        `,
        resolvers: {
          Person: {
            __resolveReference: ({ id }: { id: string }) => (id === 'gone' ? null : { id }),
            name: ({ id }: { id: string }) => `name of ${id}`,
            age: ({ id }: { id: string }) => {
              if (id === 'b') throw new Error('unknown age');
              return 30;
            },
            email: () => null,
          },
        },
      },
      ratings: {
        sdl: `
          type Book @key(fields: "isbn") { isbn: ID! stars: Int! weight: Int @external heavy: Boolean }
          type Magazine @key(fields: "issn") { issn: ID! stars: Int! }
        `.replace('weight: Int @external ', ''),
        resolvers: {
          Book: {
            __resolveReference: (book: { isbn: string }) => book,
            stars: ({ isbn }: { isbn: string }) => Number(isbn),
          },
          Magazine: { __resolveReference: (magazine: object) => magazine, stars: () => 5 },
        },
      },
    });
  });

  afterAll(() => graph.stop());

  it('are asked for once, however often they appear', async () => {
    const { data } = await graph.query('{ books { author { name } } }');

    expect(data.books).toEqual([
      { author: { name: 'name of a' } },
      null,
      { author: { name: 'name of b' } },
      { author: { name: 'name of a' } },
    ]);
    expect(graph.requests().people).toEqual([
      [
        { __typename: 'Person', id: 'a' },
        { __typename: 'Person', id: 'b' },
      ],
    ]);
  });

  it('are completed in lists of lists', async () => {
    const { data } = await graph.query('{ shelf { stars } }');

    expect(data.shelf).toEqual([[{ stars: 1 }, { stars: 2 }], null, [{ stars: 3 }]]);
  });

  it('of different types in one list are asked for in their own shape', async () => {
    const { data } = await graph.query(
      '{ search { __typename ... on Book { stars } ... on Magazine { stars title } } }',
    );

    expect(data.search).toEqual([
      { __typename: 'Book', stars: 1 },
      { __typename: 'Magazine', stars: 5, title: 'Mag' },
    ]);
  });

  it('have their errors at every place where they stand, under the names the client gave', async () => {
    const { data, errors } = await graph.query('{ list: books { writer: author { years: age } } }');

    expect(data.list[2]).toEqual({ writer: { years: null } });
    expect(errors).toMatchObject([
      { message: 'unknown age', path: ['list', 2, 'writer', 'years'], extensions: { service: 'people' } },
    ]);
  });

  it('with a null where none may be are null themselves', async () => {
    const { data, errors } = await graph.query('{ books { title author { name email } } }');

    expect(data.books[0]).toEqual({ title: 'One', author: null });
    expect(errors?.map(({ path }) => path)).toContainEqual(['books', 0, 'author', 'email']);
  });
});

describe('@requires and @provides', () => {
  let graph: Federation<'catalog' | 'shipping'>;

  beforeAll(async () => {
    graph = await federate({
      catalog: {
        sdl: `
          type Query { products: [Product!]! }
          type Product @key(fields: "id") { id: ID! weight: Int dimensions: [Dimension!] name: String @shareable }
          type Dimension { size: Int! unit: String! }
        `,
        resolvers: {
          Query: {
            products: () => [
              { id: '1', weight: 10, dimensions: [{ size: 2, unit: 'cm' }], name: 'A' },
              { id: '2', weight: null, dimensions: null, name: 'B' },
            ],
          },
        },
      },
      shipping: {
        sdl: `
          type Query { parcel: Parcel }
          type Parcel { product: Product @provides(fields: "name") }
          type Product @key(fields: "id") {
            id: ID!
            name: String @external
            weight: Int @external
            dimensions: [Dimension!] @external
            cost: Int @requires(fields: "weight dimensions { size }")
          }
          type Dimension @shareable { size: Int! @external }
        `.replace(
          'type Dimension @shareable { size: Int! @external }',
          'type Dimension { size: Int! @external }',
        ),
        resolvers: {
          Query: { parcel: () => ({ product: { id: '1', name: 'from shipping' } }) },
          Product: {
            __resolveReference: (product: object) => product,
            cost: ({
              weight,
              dimensions,
            }: {
              weight: number | null;
              dimensions: { size: number }[] | null;
            }) => (weight === null ? null : weight + (dimensions?.[0]?.size ?? 0)),
          },
        },
      },
    });
  });

  afterAll(() => graph.stop());

  it('send what a field needs along, nested and null', async () => {
    const { data, errors } = await graph.query('{ products { cost } }');

    expect(errors).toBeUndefined();
    expect(data.products).toEqual([{ cost: 12 }, { cost: null }]);
    expect(graph.requests().shipping).toEqual([
      [
        { __typename: 'Product', id: '1', weight: 10, dimensions: [{ size: 2 }] },
        { __typename: 'Product', id: '2', weight: null, dimensions: null },
      ],
    ]);
  });

  it('save a fetch for what a path provides', async () => {
    const { data } = await graph.query('{ parcel { product { name } } }');

    expect(data.parcel.product.name).toBe('from shipping');
    expect(Object.keys(graph.requests())).toEqual(['shipping']);
  });
});
