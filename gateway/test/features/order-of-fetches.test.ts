import { describe, expect, it } from '@jest/globals';
import { distinct, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('what is required', () => {
  it('is there before it is sent, also where a key has to be fetched first for both', async () => {
    const item = (fields = {}) => ({ Item: entity(fields) });
    const graph = await start({
      shop: {
        sdl: 'type Query { item: Item } type Item @key(fields: "code") { code: Int! }',
        resolvers: { Query: { item: () => ({ code: 7 }) } },
      },
      codes: {
        sdl: `
          type Item @key(fields: "code") @key(fields: "ref { no }") { code: Int! ref: Ref! }
          type Ref { no: Int! }
        `,
        resolvers: item({ ref: ({ code }: { code: number }) => ({ no: code * 10 }) }),
      },
      depot: {
        sdl: `
          type Item @key(fields: "id") @key(fields: "code", resolvable: false) @key(fields: "ref { no }") {
            id: ID!
            code: Int!
            ref: Ref!
            price(currency: String!): Int
          }
          type Ref { no: Int! }
        `,
        resolvers: item({
          id: ({ id, ref }: { id?: string; ref?: { no: number } }) => id ?? `i${ref?.no ?? ''}`,
          price: () => 5,
        }),
      },
      labels: {
        sdl: `
          type Item @key(fields: "id") {
            id: ID!
            price(currency: String!): Int @external
            label: String @requires(fields: "price(currency: \\"EUR\\")")
          }
        `,
        resolvers: item({ label: ({ price }: { price?: number }) => `costs ${price ?? 'nothing'}` }),
      },
    });

    const { data, errors } = await graph.query('{ item { label } }');

    expect(errors).toBeUndefined();
    expect(data.item).toEqual({ label: 'costs 5' });
    expect(distinct(graph.requests().labels)).toEqual([{ __typename: 'Item', id: 'i70', price: 5 }]);
  });
});
