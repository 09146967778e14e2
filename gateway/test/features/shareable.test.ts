import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('@shareable', () => {
  const price = { amount: 5, currency: 'EUR' };
  const definitions = {
    shop: {
      sdl: `
        type Query { offer: Product version: String @shareable }
        type Product @key(fields: "id") { id: ID! name: String @shareable price: Price @shareable size: Int }
        type Price { amount: Int @shareable currency: String @shareable }
      `,
      resolvers: {
        Query: { offer: () => ({ id: '1', name: 'from shop', price, size: 3 }), version: () => '1' },
        Product: entity({ size: () => 3 }),
      },
    },
    catalog: {
      sdl: `
        type Query { product: Product version: String @shareable }
        type Product @key(fields: "id") { id: ID! name: String @shareable price: Price @shareable weight: Int }
        type Price { amount: Int @shareable discount: Int }
      `,
      resolvers: {
        Query: { product: () => ({ id: '1', name: 'from catalog', price, weight: 7 }), version: () => '1' },
        Product: entity({ price: () => ({ amount: 5, discount: 1 }), weight: () => 7 }),
      },
    },
  };

  it('takes a field from the subgraph that is asked anyway', async () => {
    const graph = await start(definitions);

    expect((await graph.query('{ offer { name size } version }')).data).toEqual({
      offer: { name: 'from shop', size: 3 },
      version: '1',
    });
    expect(graph.requests()).toEqual({ shop: [DOCUMENT] });

    expect((await graph.query('{ product { name weight } version }')).data.product.name).toBe('from catalog');
    expect(graph.requests()).toEqual({ catalog: [DOCUMENT] });
  });

  it('joins what two subgraphs know of one object', async () => {
    const graph = await start(definitions);

    const { data } = await graph.query('{ offer { price { amount currency discount } } }');

    expect(data.offer.price).toEqual({ amount: 5, currency: 'EUR', discount: 1 });
    expect(graph.requests()).toEqual({
      shop: [DOCUMENT],
      catalog: [[{ __typename: 'Product', id: '1' }]],
    });
  });
});

describe('a value type that every subgraph knows', () => {
  it('joins lists of it element by element, with entities in it', async () => {
    const point = (known: object) => ({ x: 1, ...known });
    const graph = await start({
      a: {
        sdl: `
          type Query { line: Line }
          type Line @key(fields: "id") { id: ID! points: [Point]! @shareable }
          type Point { x: Int @shareable y: Int at: Place @shareable }
          type Place @key(fields: "id") { id: ID! }
        `,
        resolvers: {
          Query: { line: () => ({ id: 'l', points: [point({ y: 2, at: { id: 'p' } }), null] }) },
        },
      },
      b: {
        sdl: `
          type Line @key(fields: "id") { id: ID! points: [Point]! @shareable }
          type Point { x: Int @shareable z: Int at: Place @shareable }
          type Place @key(fields: "id") { id: ID! name: String }
        `,
        resolvers: {
          Line: entity({ points: () => [point({ z: 3, at: { id: 'p', name: 'Rome' } }), null] }),
          Place: entity({ name: () => 'Rome' }),
        },
      },
    });

    const { data } = await graph.query('{ line { points { x y z at { name } } } }');

    expect(data.line.points).toEqual([{ x: 1, y: 2, z: 3, at: { name: 'Rome' } }, null]);
  });
});
