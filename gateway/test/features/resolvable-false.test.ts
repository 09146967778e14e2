import { describe, expect, it } from '@jest/globals';
import { distinct, DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('an entity that a subgraph only refers to', () => {
  const users = {
    sdl: 'type User @key(fields: "id") { id: ID! name: String }',
    resolvers: { User: entity({ name: ({ id }: { id: string }) => `user ${id}` }) },
  };
  const orders = {
    sdl: `
      type Query { orders: [Order!]! }
      type Order { buyer: User seller: User }
      type User @key(fields: "id", resolvable: false) { id: ID! }
    `,
    resolvers: {
      Query: {
        orders: () => [
          { buyer: { id: 'a' }, seller: { id: 'b' } },
          { buyer: null, seller: { id: 'a' } },
        ],
      },
    },
  };

  it('is asked for where it is known', async () => {
    const graph = await start({ users, orders });

    const { data } = await graph.query('{ orders { buyer { id name } seller { name } } }');

    expect(data.orders).toEqual([
      { buyer: { id: 'a', name: 'user a' }, seller: { name: 'user b' } },
      { buyer: null, seller: { name: 'user a' } },
    ]);
    const { users: asked, ...others } = graph.requests();
    expect(others).toEqual({ orders: [DOCUMENT] });
    expect(distinct(asked)).toEqual([
      { __typename: 'User', id: 'a' },
      { __typename: 'User', id: 'b' },
    ]);
  });

  it('is not asked for when its key is all the client wants', async () => {
    const graph = await start({ users, orders });

    const { data } = await graph.query('{ orders { seller { __typename id } } }');

    expect(data.orders[0]).toEqual({ seller: { __typename: 'User', id: 'b' } });
    expect(graph.requests()).toEqual({ orders: [DOCUMENT] });
  });
});

describe('a key that a subgraph does not resolve', () => {
  const product = { id: '1', upc: 'u1', name: 'N', weight: 7 };
  const stock = {
    sdl: `
      type Query { stocked: Product }
      type Product @key(fields: "id", resolvable: false) @key(fields: "upc") {
        id: ID!
        upc: ID!
        count: Int
        weight: Int @external
        cost: String @requires(fields: "weight")
      }
    `,
    resolvers: {
      Query: { stocked: () => ({ id: '1', upc: 'u1', count: 3 }) },
      Product: {
        __resolveReference: (reference: { upc?: string }) => {
          if (reference.upc === undefined) throw new Error('only upc is resolved here');
          return { ...reference, count: 3 };
        },
        cost: ({ weight }: { weight?: number }) => `cost of ${weight ?? 'nothing'}`,
      },
    },
  };
  const catalog = {
    sdl: `
      type Query { product: Product }
      type Product @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! name: String }
    `,
    resolvers: { Query: { product: () => product }, Product: entity({ name: () => 'N' }) },
  };
  const scales = {
    sdl: 'type Product @key(fields: "id") { id: ID! weight: Int }',
    resolvers: { Product: entity({ weight: () => 7 }) },
  };

  it('is not used to come back to the subgraph the entity is from', async () => {
    const graph = await start({ catalog, stock, scales });

    const { data, errors } = await graph.query('{ stocked { cost } }');

    expect(errors).toBeUndefined();
    expect(data.stocked).toEqual({ cost: 'cost of 7' });
    expect(graph.requests()).toEqual({
      stock: [DOCUMENT, [{ __typename: 'Product', upc: 'u1', weight: 7 }]],
      scales: [[{ __typename: 'Product', id: '1' }]],
    });
  });

  it('is not used to come to the subgraph from another', async () => {
    const graph = await start({ catalog, stock, scales });

    const { data, errors } = await graph.query('{ product { name count cost } }');

    expect(errors).toBeUndefined();
    expect(data.product).toEqual({ name: 'N', count: 3, cost: 'cost of 7' });
    for (const representation of (graph.requests().stock ?? []).flat())
      expect(representation).toMatchObject({ upc: 'u1' });
  });

  it('is not used when the key that is resolved is compound and shares fields with those that are not', async () => {
    const ids = { one: '1', two: '2', three: '3' };
    const graph = await start({
      a: {
        sdl: `
          type Query { a: A }
          type A @key(fields: "id") @key(fields: "pId") @key(fields: "ids { one two }") @key(fields: "id ids { two three }") {
            id: ID!
            pId: ID!
            ids: Ids!
            name: String!
          }
          type Ids @shareable { one: ID! two: ID! three: ID! }
        `,
        resolvers: {
          Query: { a: () => ({ id: 'a', pId: 'p', ids, name: 'A' }) },
          A: entity({ name: () => 'A' }),
        },
      },
      b: {
        sdl: `
          type Query { b: [A!]! }
          type A
            @key(fields: "id", resolvable: false)
            @key(fields: "pId", resolvable: false)
            @key(fields: "ids { one two }", resolvable: false)
            @key(fields: "id ids { two three }") {
            id: ID!
            pId: ID!
            ids: Ids!
            name: String! @external
            nameInB: String! @requires(fields: "name")
          }
          type Ids @shareable { one: ID! two: ID! three: ID! }
        `,
        resolvers: {
          Query: { b: () => [{ id: 'a', pId: 'p', ids }] },
          A: entity({ nameInB: ({ name }: { name?: string }) => `${name ?? 'nobody'} in b` }),
        },
      },
    });

    const { data, errors } = await graph.query('{ b { id name nameInB } }');

    expect(errors).toBeUndefined();
    expect(data.b).toEqual([{ id: 'a', name: 'A', nameInB: 'A in b' }]);
    expect(graph.requests().b?.[1]).toEqual([
      { __typename: 'A', id: 'a', ids: { two: '2', three: '3' }, name: 'A' },
    ]);
  });

  it('of an @interfaceObject is not used to come back for one kind', async () => {
    const graph = await start({
      nodes: {
        sdl: `
          type Query { nothing: Int }
          interface Node @key(fields: "id") { id: ID! }
          type Product implements Node @key(fields: "id") { id: ID! name: String }
          type User implements Node @key(fields: "id") { id: ID! }
        `,
        resolvers: {
          Node: {
            __resolveReference: ({ id }: { id: string }) => ({
              __typename: id === 'p' ? 'Product' : 'User',
              id,
              name: 'P',
            }),
          },
        },
      },
      notes: {
        sdl: `
          type Query { noted: [Node!]! }
          type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! note: String }
        `,
        resolvers: {
          Query: {
            noted: () => [
              { id: 'p', note: 'on p' },
              { id: 'u', note: 'on u' },
            ],
          },
        },
      },
    });

    const { data, errors } = await graph.query('{ noted { id ... on Product { name note } } }');

    expect(errors).toBeUndefined();
    expect(data.noted).toEqual([{ id: 'p', name: 'P', note: 'on p' }, { id: 'u' }]);
    expect(graph.requests()).toEqual({
      notes: [DOCUMENT],
      nodes: [
        [
          { __typename: 'Node', id: 'p' },
          { __typename: 'Node', id: 'u' },
        ],
      ],
    });
  });
});
