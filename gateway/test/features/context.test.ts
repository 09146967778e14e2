import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const offer = (id: string) => ({ id, notes: [{ id: `n${id}` }] });

const shops = {
  sdl: `
    type Query { shops: [Shop!]! }
    type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String! locale: Locale offers: [Offer!]! top: Offer }
    type Locale { language: String }
    type Offer @key(fields: "id") {
      id: ID!
      price(currency: String @fromContext(field: "$shop { currency }"), digits: Int): String
      notes: [Note!]!
    }
    type Note @key(fields: "id") {
      id: ID!
      text(language: String @fromContext(field: "$shop { locale { language } }")): String
    }
  `,
  resolvers: {
    Query: {
      shops: () => [
        {
          id: 's1',
          currency: 'EUR',
          locale: { language: 'fi' },
          offers: [offer('o1'), offer('o2')],
          top: offer('o2'),
        },
        { id: 's2', currency: 'USD', locale: null, offers: [offer('o1')], top: offer('o1') },
      ],
    },
    Offer: entity({
      price: ({ id }: { id: string }, { currency, digits }: { currency: string; digits?: number }) =>
        `${id} in ${currency}${digits === undefined ? '' : ` with ${digits} digits`}`,
    }),
    Note: entity({
      text: ({ id }: { id: string }, { language }: { language?: string }) => `${id} in ${String(language)}`,
    }),
  },
};

/** Composition wants one subgraph more than the one that declares a context. */
const others = {
  sdl: 'type Query { unused: Int } type Offer @key(fields: "id") { id: ID! stock: Int ofId(id: ID!): Boolean }',
  resolvers: {
    Offer: entity({ stock: () => 1, ofId: ({ id }: { id: string }, of: { id: string }) => id === of.id }),
  },
};

describe('@fromContext', () => {
  it('gives a field values of the objects around it, each its own', async () => {
    const graph = await start({ shops, others });
    const { data, errors } = await graph.query('{ shops { offers { price stock } } }');

    expect(errors).toBeUndefined();
    expect(data.shops).toEqual([
      {
        offers: [
          { price: 'o1 in EUR', stock: 1 },
          { price: 'o2 in EUR', stock: 1 },
        ],
      },
      { offers: [{ price: 'o1 in USD', stock: 1 }] },
    ]);
    const { shops: asked, ...rest } = graph.requests();
    expect(asked?.[0]).toEqual(DOCUMENT);
    expect(rest).toEqual({
      others: [
        [
          { __typename: 'Offer', id: 'o1' },
          { __typename: 'Offer', id: 'o2' },
        ],
      ],
    });
  });

  it('gives each its own where objects are reached by several ways', async () => {
    const graph = await start({ shops, others });

    const { data, errors } = await graph.query('{ shops { offers { price } top { id price(digits: 2) } } }');

    expect(errors).toBeUndefined();
    expect(data.shops).toEqual([
      {
        offers: [{ price: 'o1 in EUR' }, { price: 'o2 in EUR' }],
        top: { id: 'o2', price: 'o2 in EUR with 2 digits' },
      },
      { offers: [{ price: 'o1 in USD' }], top: { id: 'o1', price: 'o1 in USD with 2 digits' } },
    ]);
    // The shops themselves, and a request for each currency.
    expect(graph.subgraphs.shops.requests).toHaveLength(3);
  });

  it('goes with variables of the client that are called as those the gateway makes', async () => {
    const graph = await start({ shops, others });
    const { data, errors } = await graph.query(
      `query ($contextualArgument_2_0: Int, $representations: ID!, $representations_1: ID = "o2") {
        shops { offers { price(digits: $contextualArgument_2_0) ofId(id: $representations) or: ofId(id: $representations_1) stock } }
      }`,
      { contextualArgument_2_0: 3, representations: 'o1' },
    );

    expect(errors).toBeUndefined();
    expect(data.shops[1]).toEqual({
      offers: [{ price: 'o1 in USD with 3 digits', ofId: true, or: false, stock: 1 }],
    });
  });

  it('goes with arguments of the client', async () => {
    const graph = await start({ shops, others });

    const { data } = await graph.query(
      'query ($n: Int) { shops { offers { a: price(digits: 2) b: price(digits: $n) } } }',
      { n: 3 },
    );

    expect(data.shops[1].offers).toEqual([{ a: 'o1 in USD with 2 digits', b: 'o1 in USD with 3 digits' }]);
  });

  it('reaches up several levels, into objects and nulls', async () => {
    const graph = await start({ shops, others });

    const { data, errors } = await graph.query('{ shops { offers { notes { text } } } }');

    expect(errors).toBeUndefined();
    expect(data.shops[0].offers[1].notes).toEqual([{ text: 'no2 in fi' }]);
    expect(data.shops[1].offers[0].notes).toEqual([{ text: 'no1 in null' }]);
  });

  it('is not confused by what the client calls the fields around', async () => {
    const graph = await start({ shops, others });

    const { data } = await graph.query('{ shops { currency: id list: offers { cost: price } } }');

    expect(data.shops[1]).toEqual({ currency: 's2', list: [{ cost: 'o1 in USD' }] });
  });
});
