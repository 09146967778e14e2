import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../../src/testing/federate.ts';
import { distinct, DOCUMENT, entity } from '../testing/entity.ts';

const book = { __typename: 'Book', id: 'b', title: 'Book', pages: 100 };
const map = { __typename: 'Map', id: 'm', title: 'Map', pages: 1, scale: 0.5 };
const game = { __typename: 'Game', id: 'g', title: 'Game', players: 2 };

/** Two subgraphs that know different kinds, and different fields of the interface. */
const SUBGRAPHS = {
  books: {
    sdl: `
      type Query { items: [Item!]! found: [Found] one: Item shelves: [[Item]] }
      interface Item { id: ID! title: String }
      interface Printed { pages: Int }
      type Book implements Item & Printed @key(fields: "id") { id: ID! title: String pages: Int }
      type Map implements Item & Printed @key(fields: "id") { id: ID! title: String pages: Int scale: Float }
      union Found = Book | Map
    `,
    resolvers: {
      Query: {
        items: () => [book, map],
        found: () => [map, null, book],
        one: () => book,
        shelves: () => [[book, null], [map], null],
      },
      Book: { __resolveReference: () => book },
      Map: { __resolveReference: () => map },
    },
  },
  games: {
    sdl: `
      type Query { games: [Item!]! any: [Found!]! }
      interface Item { id: ID! price: Int }
      type Book implements Item @key(fields: "id") { id: ID! price: Int }
      type Map implements Item @key(fields: "id") { id: ID! price: Int }
      type Game implements Item @key(fields: "id") { id: ID! price: Int title: String players: Int }
      union Found = Book | Game
    `,
    resolvers: {
      Query: {
        games: () => [game, { __typename: 'Book', id: 'b' }],
        any: () => [game, { __typename: 'Book', id: 'b' }],
      },
      Book: entity({ price: () => 10 }),
      Map: entity({ price: () => 20 }),
      Game: entity({ price: () => 30 }),
    },
  },
};
const BOOK = { __typename: 'Book', id: 'b' };
const MAP = { __typename: 'Map', id: 'm' };

describe('an interface', () => {
  let graph: Federation<keyof typeof SUBGRAPHS>;

  beforeAll(async () => {
    graph = await federate(SUBGRAPHS);
  });

  afterAll(() => graph.stop());

  const ask = async (query: string): Promise<unknown> => {
    graph.requests();
    const { data, errors } = await graph.query(query);
    expect(errors).toBeUndefined();
    return data;
  };

  it('has fields in several subgraphs', async () => {
    expect(await ask('{ items { __typename title price } }')).toEqual({
      items: [
        { __typename: 'Book', title: 'Book', price: 10 },
        { __typename: 'Map', title: 'Map', price: 20 },
      ],
    });
    const { books, games } = graph.requests();
    expect(books).toEqual([DOCUMENT]);
    expect(distinct(games)).toEqual([BOOK, MAP]);
  });

  it('may have a kind that one subgraph does not know', async () => {
    expect(await ask('{ games { __typename title price ... on Game { players } } }')).toEqual({
      games: [
        { __typename: 'Game', title: 'Game', price: 30, players: 2 },
        { __typename: 'Book', title: 'Book', price: 10 },
      ],
    });
    expect(graph.requests()).toEqual({ games: [DOCUMENT], books: [[BOOK]] });
  });

  it('may be narrowed to another interface', async () => {
    expect(await ask('{ items { ... on Printed { pages ... on Map { scale price } } } }')).toEqual({
      items: [{ pages: 100 }, { pages: 1, scale: 0.5, price: 20 }],
    });
    expect(distinct(graph.requests().games)).toEqual([MAP]);
  });

  it('may be asked for by fragments that spread each other many times', async () => {
    const doubling = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Item { ...F${n + 1} ...F${n + 1} }`,
    );
    expect(await ask(`{ one { ...F0 } } ${doubling.join(' ')} fragment F40 on Item { title }`)).toEqual({
      one: { title: 'Book' },
    });
  });

  it('may stand alone, in lists, and in lists of lists', async () => {
    expect(await ask('{ one { price } shelves { title price } }')).toEqual({
      one: { price: 10 },
      shelves: [[{ title: 'Book', price: 10 }, null], [{ title: 'Map', price: 20 }], null],
    });
  });

  it('is empty for a kind that no fragment speaks of', async () => {
    expect(await ask('{ items { ... on Map { price } } games { ... on Map { price } } }')).toEqual({
      items: [{}, { price: 20 }],
      games: [{}, {}],
    });
  });
});

describe('a union', () => {
  let graph: Federation<keyof typeof SUBGRAPHS>;

  beforeAll(async () => {
    graph = await federate(SUBGRAPHS);
  });

  afterAll(() => graph.stop());

  it('has the members of all subgraphs', async () => {
    const { data } = await graph.query('{ __type(name: "Found") { possibleTypes { name } } }');

    expect(data.__type.possibleTypes.map(({ name }: { name: string }) => name).sort()).toEqual([
      'Book',
      'Game',
      'Map',
    ]);
  });

  it('is completed member by member, each where it is known', async () => {
    const members =
      '{ __typename ... on Item { price } ... on Printed { pages } ... on Game { players title } }';
    const { data, errors } = await graph.query(`{ found ${members} any ${members} }`);

    expect(errors).toBeUndefined();
    expect(data).toEqual({
      found: [
        { __typename: 'Map', price: 20, pages: 1 },
        null,
        { __typename: 'Book', price: 10, pages: 100 },
      ],
      any: [
        { __typename: 'Game', price: 30, players: 2, title: 'Game' },
        { __typename: 'Book', price: 10, pages: 100 },
      ],
    });
  });
});
