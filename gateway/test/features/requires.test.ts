/** What @requires does where Apollo's planner does it well; where not: planner-mends.test.ts. */
import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

/** A resolver that tells what was sent along. */
const sent = ({ __typename, ...rest }: { __typename?: string }) => JSON.stringify(rest);

describe('@requires', () => {
  it('waits for the subgraphs that know what is required, one after the other', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { order: Order } type Order @key(fields: "id") { id: ID! weight: Int }',
        resolvers: { Query: { order: () => ({ id: '1', weight: 3 }) } },
      },
      b: {
        sdl: 'type Order @key(fields: "id") { id: ID! weight: Int @external size: Int @requires(fields: "weight") }',
        resolvers: { Order: entity({ size: ({ weight }: { weight: number }) => weight * 2 }) },
      },
      c: {
        sdl: `
          type Order @key(fields: "id") {
            id: ID!
            size: Int @external
            weight: Int @external
            cost: String @requires(fields: "size weight")
          }
        `,
        resolvers: { Order: entity({ cost: sent }) },
      },
    });

    const { data } = await graph.query('{ order { cost } }');

    expect(JSON.parse(data.order.cost)).toEqual({ id: '1', weight: 3, size: 6 });
    expect(graph.requests()).toEqual({
      a: [DOCUMENT],
      b: [[{ __typename: 'Order', id: '1', weight: 3 }]],
      c: [[{ __typename: 'Order', id: '1', weight: 3, size: 6 }]],
    });
  });

  it('sends fields of nested objects, lists and nulls, and only those required', async () => {
    const graph = await start({
      a: {
        sdl: `
          type Query { boxes: [Box!]! }
          type Box @key(fields: "id") { id: ID! sides: [Side] label: Label name: String }
          type Side { length: Int! unit: String }
          type Label { text: String author: Author }
          type Author { name: String age: Int }
        `,
        resolvers: {
          Query: {
            boxes: () => [
              { id: '1', sides: [{ length: 1, unit: 'm' }, null], label: { text: 't', author: null } },
              { id: '2', sides: null, label: { text: null, author: { name: 'n', age: 1 } } },
              { id: '3', sides: [], label: null },
            ],
          },
        },
      },
      b: {
        sdl: `
          type Box @key(fields: "id") {
            id: ID!
            sides: [Side] @external
            label: Label @external
            summary: String @requires(fields: "sides { length } label { author { name } }")
          }
          type Side @external { length: Int! }
          type Label @external { author: Author }
          type Author @external { name: String }
        `,
        resolvers: { Box: entity({ summary: sent }) },
      },
    });

    const { data, errors } = await graph.query('{ boxes { name summary sides { unit } } }');

    expect(errors).toBeUndefined();
    expect(data.boxes[0].sides).toEqual([{ unit: 'm' }, null]);
    expect(graph.requests().b).toEqual([
      [
        { __typename: 'Box', id: '1', sides: [{ length: 1 }, null], label: { author: null } },
        { __typename: 'Box', id: '2', sides: null, label: { author: { name: 'n' } } },
        { __typename: 'Box', id: '3', sides: [], label: null },
      ],
    ]);
  });

  it('reaches through another entity into a third subgraph', async () => {
    const graph = await start({
      books: {
        sdl: `
          type Query { book: Book }
          type Book @key(fields: "id") { id: ID! author: Author }
          type Author @key(fields: "id") { id: ID! }
        `,
        resolvers: { Query: { book: () => ({ id: 'b', author: { id: 'a' } }) } },
      },
      authors: {
        sdl: 'type Author @key(fields: "id") { id: ID! name: String }',
        resolvers: { Author: entity({ name: () => 'Ann' }) },
      },
      covers: {
        sdl: `
          type Book @key(fields: "id") {
            id: ID!
            author: Author @external
            cover: String @requires(fields: "author { name }")
          }
          type Author @key(fields: "id") { id: ID! name: String @external }
        `,
        resolvers: { Book: entity({ cover: sent }) },
      },
    });

    const { data } = await graph.query('{ book { cover } }');

    expect(JSON.parse(data.book.cover)).toEqual({ id: 'b', author: { name: 'Ann' } });
    expect(graph.requests()).toEqual({
      books: [DOCUMENT],
      authors: [[{ __typename: 'Author', id: 'a' }]],
      covers: [[{ __typename: 'Book', id: 'b', author: { name: 'Ann' } }]],
    });
  });

  it('asks with the arguments it names', async () => {
    const graph = await start({
      a: {
        sdl: `
          enum Unit { CM INCH }
          input Format { unit: Unit! digits: Int = 2 }
          type Query { thing: Thing }
          type Thing @key(fields: "id") { id: ID! size(format: Format): String }
        `,
        resolvers: {
          Query: { thing: () => ({ id: '1' }) },
          Thing: {
            size: (_: unknown, { format }: { format: { unit: string; digits: number } }) =>
              `${format.digits} digits of ${format.unit}`,
          },
        },
      },
      b: {
        sdl: `
          enum Unit { CM INCH }
          input Format { unit: Unit! digits: Int = 2 }
          type Thing @key(fields: "id") {
            id: ID!
            size(format: Format): String @external
            note: String @requires(fields: "size(format: { unit: INCH })")
          }
        `,
        resolvers: { Thing: entity({ note: ({ size }: { size: string }) => size }) },
      },
    });

    expect((await graph.query('{ thing { note } }')).data.thing.note).toBe('2 digits of INCH');
    expect(graph.requests().b).toEqual([[{ __typename: 'Thing', id: '1', size: '2 digits of INCH' }]]);
  });

  it('of one kind of a union sends what that kind has', async () => {
    const graph = await start({
      a: {
        sdl: `
          type Query { shelf: Shelf }
          type Shelf @key(fields: "id") { id: ID! items: [Item!]! }
          union Item = Book | Toy
          type Book { pages: Int }
          type Toy { minAge: Int }
        `.replaceAll(/type (Book|Toy) /g, 'type $1 @shareable '),
        resolvers: {
          Query: {
            shelf: () => ({
              id: 's',
              items: [
                { __typename: 'Book', pages: 9 },
                { __typename: 'Toy', minAge: 3 },
              ],
            }),
          },
        },
      },
      b: {
        sdl: `
          type Shelf @key(fields: "id") {
            id: ID!
            items: [Item!]! @external
            sum: String @requires(fields: "items { ... on Book { pages } ... on Toy { minAge } }")
          }
          union Item = Book | Toy
          type Book @shareable { pages: Int }
          type Toy @shareable { minAge: Int }
        `,
        resolvers: { Shelf: entity({ sum: sent }) },
      },
    });

    const { data, errors } = await graph.query('{ shelf { sum } }');

    expect(errors).toBeUndefined();
    expect(JSON.parse(data.shelf.sum).items).toMatchObject([{ pages: 9 }, { minAge: 3 }]);
  });

  it('is asked for once when several fields need the same', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! w: Int h: Int }',
        resolvers: { Query: { thing: () => ({ id: '1', w: 2, h: 3 }) } },
      },
      b: {
        sdl: `
          type Thing @key(fields: "id") {
            id: ID!
            w: Int @external
            h: Int @external
            area: Int @requires(fields: "w h")
            wide: Boolean @requires(fields: "w")
            color: String
          }
        `,
        resolvers: {
          Thing: entity({
            area: ({ w, h }: { w: number; h: number }) => w * h,
            wide: ({ w }: { w: number }) => w > 1,
            color: () => 'red',
          }),
        },
      },
    });

    const { data } = await graph.query('{ thing { area wide color } }');

    expect(data.thing).toEqual({ area: 6, wide: true, color: 'red' });
    expect((graph.requests().b ?? []).flat()).toContainEqual({ __typename: 'Thing', id: '1', w: 2, h: 3 });
  });
});
