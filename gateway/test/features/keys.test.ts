import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('an entity', () => {
  it('with a key of several fields is asked for by all of them', async () => {
    const graph = await start({
      flights: {
        sdl: `
          type Query { flights: [Flight!]! }
          type Flight @key(fields: "number day") { number: ID! day: String! gate: String }
        `,
        resolvers: {
          Query: {
            flights: () => [
              { number: '1', day: 'mon', gate: 'A' },
              { number: '1', day: 'tue', gate: 'B' },
            ],
          },
        },
      },
      seats: {
        sdl: 'type Flight @key(fields: "day number") { number: ID! day: String! free: Int }',
        resolvers: { Flight: entity({ free: ({ day }: { day: string }) => (day === 'mon' ? 1 : 2) }) },
      },
    });

    const { data } = await graph.query('{ flights { gate free } }');

    expect(data.flights).toEqual([
      { gate: 'A', free: 1 },
      { gate: 'B', free: 2 },
    ]);
    expect(graph.requests()).toEqual({
      flights: [DOCUMENT],
      seats: [
        [
          { __typename: 'Flight', number: '1', day: 'mon' },
          { __typename: 'Flight', number: '1', day: 'tue' },
        ],
      ],
    });
  });

  it('with a nested key is asked for by the fields of objects in it, and no others', async () => {
    const graph = await start({
      staff: {
        sdl: `
          type Query { members: [Member!]! }
          type Member @key(fields: "team { id office { code } } number") { team: Team! number: Int! name: String }
          type Team { id: ID! office: Office! title: String }
          type Office { code: ID! city: String }
        `,
        resolvers: {
          Query: {
            members: () => [
              { number: 1, name: 'A', team: { id: 't', title: 'T', office: { code: 'o', city: 'Oslo' } } },
            ],
          },
        },
      },
      desks: {
        sdl: `
          type Member @key(fields: "team { id office { code } } number") { team: Team! number: Int! desk: String }
          type Team { id: ID! office: Office! }
          type Office { code: ID! }
        `.replaceAll(/type (Team|Office) /g, 'type $1 @shareable '),
        resolvers: {
          Member: entity({
            desk: ({ number, team }: { number: number; team: { id: string; office: { code: string } } }) =>
              `${team.office.code}-${team.id}-${number}`,
          }),
        },
      },
    });

    const { data } = await graph.query('{ members { desk team { title } } }');

    expect(data.members).toEqual([{ desk: 'o-t-1', team: { title: 'T' } }]);
    expect(graph.requests().desks).toEqual([
      [{ __typename: 'Member', number: 1, team: { id: 't', office: { code: 'o' } } }],
    ]);
  });

  it('with lists in its key is asked for by all their elements', async () => {
    const graph = await start({
      recipes: {
        sdl: `
          type Query { recipes: [Recipe!]! }
          type Recipe @key(fields: "tags parts { id }") { tags: [String!]! parts: [Part!]! title: String }
          type Part @shareable { id: ID! }
        `,
        resolvers: {
          Query: { recipes: () => [{ tags: ['x', 'y'], parts: [{ id: '1' }, { id: '2' }], title: 'R' }] },
        },
      },
      votes: {
        sdl: `
          type Recipe @key(fields: "tags parts { id }") { tags: [String!]! parts: [Part!]! votes: Int }
          type Part @shareable { id: ID! }
        `,
        resolvers: { Recipe: entity({ votes: ({ parts }: { parts: unknown[] }) => parts.length }) },
      },
    });

    const { data } = await graph.query('{ recipes { title votes } }');

    expect(data.recipes).toEqual([{ title: 'R', votes: 2 }]);
    expect(graph.requests().votes).toEqual([
      [{ __typename: 'Recipe', tags: ['x', 'y'], parts: [{ id: '1' }, { id: '2' }] }],
    ]);
  });

  it('with different keys in different subgraphs is reached through one that knows both', async () => {
    const graph = await start({
      shop: {
        sdl: `
          type Query { offers: [Product!]! }
          type Product @key(fields: "sku") { sku: ID! price: Int }
        `,
        resolvers: {
          Query: {
            offers: () => [
              { sku: 's1', price: 5 },
              { sku: 's2', price: 6 },
            ],
          },
        },
      },
      catalog: {
        sdl: 'type Product @key(fields: "sku") @key(fields: "upc") { sku: ID! upc: ID! name: String }',
        resolvers: {
          Product: {
            __resolveReference: ({ sku }: { sku: string }) => ({
              sku,
              upc: `u${sku}`,
              name: `name of ${sku}`,
            }),
          },
        },
      },
      stock: {
        sdl: 'type Product @key(fields: "upc") { upc: ID! count: Int }',
        resolvers: { Product: entity({ count: ({ upc }: { upc: string }) => upc.length }) },
      },
    });

    const { data } = await graph.query('{ offers { price name count } }');

    expect(data.offers).toEqual([
      { price: 5, name: 'name of s1', count: 3 },
      { price: 6, name: 'name of s2', count: 3 },
    ]);
    expect(graph.requests()).toEqual({
      shop: [DOCUMENT],
      catalog: [
        [
          { __typename: 'Product', sku: 's1' },
          { __typename: 'Product', sku: 's2' },
        ],
      ],
      stock: [
        [
          { __typename: 'Product', upc: 'us1' },
          { __typename: 'Product', upc: 'us2' },
        ],
      ],
    });
  });

  it('with a key that is null is asked for all the same', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { things: [Thing] } type Thing @key(fields: "id") { id: ID }',
        resolvers: { Query: { things: () => [{ id: null }, { id: '1' }] } },
      },
      b: {
        sdl: 'type Thing @key(fields: "id") { id: ID size: Int }',
        resolvers: { Thing: entity({ size: ({ id }: { id: string | null }) => (id === null ? 0 : 1) }) },
      },
    });

    const { data } = await graph.query('{ things { size } }');

    expect(data.things).toEqual([{ size: 0 }, { size: 1 }]);
    expect(graph.requests().b).toEqual([
      [
        { __typename: 'Thing', id: null },
        { __typename: 'Thing', id: '1' },
      ],
    ]);
  });

  it('that a subgraph does not know has nulls for what that subgraph adds', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { things: [Thing] } type Thing @key(fields: "id") { id: ID! }',
        resolvers: { Query: { things: () => [{ id: '1' }, { id: '2' }] } },
      },
      b: {
        sdl: 'type Thing @key(fields: "id") { id: ID! size: Int }',
        resolvers: {
          Thing: { __resolveReference: ({ id }: { id: string }) => (id === '1' ? null : { id, size: 2 }) },
        },
      },
    });

    const { data, errors } = await graph.query('{ things { id size } }');

    expect(errors).toBeUndefined();
    expect(data.things).toEqual([
      { id: '1', size: null },
      { id: '2', size: 2 },
    ]);
  });
});
