import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../../src/testing/federate.ts';

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
          type Book @key(fields: "isbn") { isbn: ID! stars: Int! }
          type Magazine @key(fields: "issn") { issn: ID! stars: Int! }
        `,
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
