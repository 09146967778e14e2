/**
 * Operations that Apollo's planner plans wrongly: what @requires asks for has the response name of something else, of
 * which it keeps one. More of its mistakes: response-names.test.ts, resolvable-false.test.ts.
 */
import { describe, expect, it } from '@jest/globals';
import { distinct, DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const comments = (_post: unknown, { limit }: { limit?: number | null }) =>
  Array.from({ length: limit ?? 5 }, (_, index) => `c${index}`);

/** A post whose score needs three of its comments. */
const POSTS = {
  posts: {
    sdl: `
      type Query { post: Post posts: [Post!]! }
      type Post @key(fields: "id") { id: ID! title: String comments(limit: Int): [String!]! }
    `,
    resolvers: {
      Query: { post: () => ({ id: 'p', title: 'T' }), posts: () => [{ id: 'p' }, { id: 'q' }] },
      Post: { comments },
    },
  },
  ranks: {
    sdl: `
      type Post @key(fields: "id") {
        id: ID!
        comments(limit: Int): [String!]! @external
        score: String @requires(fields: "comments(limit: 3)")
      }
    `,
    resolvers: {
      Post: entity({
        score: (post: { id: string; comments?: string[] }) => `${post.id}: ${post.comments?.join(' ')}`,
      }),
    },
  },
};

const FOR_SCORE = { __typename: 'Post', id: 'p', comments: ['c0', 'c1', 'c2'] };

describe('a field that @requires asks for with arguments', () => {
  const score = 'p: c0 c1 c2';

  it.each([
    ['other arguments', '{ post { comments(limit: 1) score } }', { comments: ['c0'], score }],
    [
      'other arguments, behind the field',
      '{ post { score comments(limit: 1) } }',
      { score, comments: ['c0'] },
    ],
    ['the same arguments', '{ post { comments(limit: 3) score } }', { comments: ['c0', 'c1', 'c2'], score }],
    ['no arguments', '{ post { comments score } }', { comments: ['c0', 'c1', 'c2', 'c3', 'c4'], score }],
    ['a variable', 'query ($n: Int = 1) { post { comments(limit: $n) score } }', { comments: ['c0'], score }],
    ['an alias', '{ post { few: comments(limit: 1) score } }', { few: ['c0'], score }],
    [
      'an alias and the same arguments',
      '{ post { three: comments(limit: 3) score } }',
      { three: ['c0', 'c1', 'c2'], score },
    ],
    [
      'several aliases',
      '{ post { a: comments(limit: 1) b: comments(limit: 2) comments(limit: 0) score } }',
      { a: ['c0'], b: ['c0', 'c1'], comments: [], score },
    ],
    ['@skip on other arguments', '{ post { comments(limit: 1) @skip(if: true) score } }', { score }],
    ['its name for another field', '{ post { comments: title score } }', { comments: 'T', score }],
    [
      'its name for another field, in a fragment',
      '{ post { ...F score } } fragment F on Post { comments: title }',
      { comments: 'T', score },
    ],
    [
      'its name for the field that needs it',
      '{ post { comments: score title } }',
      { comments: score, title: 'T' },
    ],
    ['its name for a key', '{ post { comments: id score } }', { comments: 'p', score }],
  ])('may be asked for by the client with %s', async (_title, query, expected) => {
    const graph = await start(POSTS);

    const { data, errors } = await graph.query(query);

    expect(errors).toBeUndefined();
    expect(data.post).toEqual(expected);
    expect(graph.requests()).toEqual({ posts: [DOCUMENT], ranks: [[FOR_SCORE]] });
  });

  it('may be asked for with other arguments at another place of the same entity', async () => {
    const graph = await start(POSTS);

    const { data } = await graph.query('{ post { score } posts { comments(limit: 1) score } }');

    expect(data).toEqual({
      post: { score },
      posts: [
        { comments: ['c0'], score },
        { comments: ['c0'], score: 'q: c0 c1 c2' },
      ],
    });
  });

  it('may be asked for with a condition', async () => {
    const graph = await start(POSTS);
    const query =
      'query ($all: Boolean!) { post { comments(limit: 1) @include(if: $all) score @skip(if: $all) } }';

    expect((await graph.query(query, { all: true })).data.post).toEqual({ comments: ['c0'] });
    expect((await graph.query(query, { all: false })).data.post).toEqual({ score });
  });

  it('may be nested, and asked for by the client with other arguments at each level', async () => {
    const graph = await start({
      catalog: {
        sdl: `
          type Query { product: Product }
          type Product @key(fields: "id") { id: ID! size(unit: String): Size }
          type Size { height(round: Boolean): String unit: String }
        `,
        resolvers: {
          Query: { product: () => ({ id: '1' }) },
          Product: { size: (_source: unknown, { unit }: { unit?: string }) => ({ unit: unit ?? 'm' }) },
          Size: {
            height: ({ unit }: { unit: string }, { round }: { round?: boolean }) =>
              round === true ? `2 ${unit}` : `1.9 ${unit}`,
          },
        },
      },
      shipping: {
        sdl: `
          type Product @key(fields: "id") {
            id: ID!
            size(unit: String): Size @external
            parcel: String @requires(fields: "size(unit: \\"cm\\") { height(round: true) }")
          }
          type Size @external { height(round: Boolean): String }
        `,
        resolvers: {
          Product: entity({
            parcel: ({ size }: { size?: { height?: string } }) => `for ${size?.height ?? 'nothing'}`,
          }),
        },
      },
    });
    const parcel = 'for 2 cm';

    for (const [selection, size] of [
      ['size { height }', { height: '1.9 m' }],
      ['size(unit: "cm") { height }', { height: '1.9 cm' }],
      ['size(unit: "in") { height(round: true) unit }', { height: '2 in', unit: 'in' }],
      ['size(unit: "cm") { height: unit }', { height: 'cm' }],
    ]) {
      const { data } = await graph.query(`{ product { parcel ${selection as string} } }`);

      expect(data.product).toEqual({ parcel, size });
      expect(graph.requests().shipping).toEqual([
        [{ __typename: 'Product', id: '1', size: { height: '2 cm' } }],
      ]);
    }
  });
});

describe('two fields that @requires asks one field for with different arguments', () => {
  const price = (_product: unknown, { currency }: { currency: string }) => (currency === 'EUR' ? 2 : 1);
  const catalog = {
    sdl: `
      type Query { product: Product }
      type Product @key(fields: "id") { id: ID! name: String price(currency: String!): Int }
    `,
    resolvers: { Query: { product: () => ({ id: '1', name: 'N' }) }, Product: { price } },
  };
  const shop = (fields: string) => ({
    sdl: `type Product @key(fields: "id") { id: ID! price(currency: String!): Int @external ${fields} }`,
    resolvers: {
      Product: entity(
        Object.fromEntries(
          [...fields.matchAll(/(\w+): String/g)].map(([, name = '']) => [
            name,
            ({ price: given }: { price?: number }) => `${name} for ${given ?? 'nothing'}`,
          ]),
        ),
      ),
    },
  });
  const EUR = 'eur: String @requires(fields: "price(currency: \\"EUR\\")")';
  const USD = 'usd: String @requires(fields: "price(currency: \\"USD\\")")';
  const given = (value: number) => ({ __typename: 'Product', id: '1', price: value });

  it('get what each needs, in one subgraph', async () => {
    const graph = await start({ catalog, shop: shop(`${EUR} ${USD}`) });

    const { data, errors } = await graph.query('{ product { name eur usd } }');

    expect(errors).toBeUndefined();
    expect(data.product).toEqual({ name: 'N', eur: 'eur for 2', usd: 'usd for 1' });
    const { shop: asked, ...others } = graph.requests();
    expect(distinct(asked)).toEqual([given(1), given(2)]);
    expect(others).toEqual({ catalog: [DOCUMENT] });
  });

  it('get what each needs, in two subgraphs', async () => {
    const graph = await start({ catalog, shop: shop(EUR), bank: shop(USD) });

    const { data, errors } = await graph.query('{ product { usd eur } }');

    expect(errors).toBeUndefined();
    expect(data.product).toEqual({ eur: 'eur for 2', usd: 'usd for 1' });
    expect(graph.requests()).toEqual({ catalog: [DOCUMENT], shop: [[given(2)]], bank: [[given(1)]] });
  });

  it('leave the client its own arguments', async () => {
    const graph = await start({ catalog, shop: shop(`${EUR} ${USD}`) });

    const { data } = await graph.query(
      '{ product { e: eur u: usd price(currency: "EUR") usd: price(currency: "USD") eur: name } }',
    );

    expect(data.product).toEqual({ e: 'eur for 2', u: 'usd for 1', price: 2, usd: 1, eur: 'N' });
  });

  it('are asked for together when their arguments are equal', async () => {
    const graph = await start({ catalog, shop: shop(`${EUR} ${EUR.replace('eur', 'euro')}`) });

    const { data } = await graph.query('{ product { eur euro } }');

    expect(data.product).toEqual({ eur: 'eur for 2', euro: 'euro for 2' });
    expect(graph.requests()).toEqual({ catalog: [DOCUMENT], shop: [[given(2)]] });
  });

  it('get what each needs when one needs the other', async () => {
    const graph = await start({
      catalog,
      shop: shop(EUR),
      bank: shop(`eur: String @external
        both: String @requires(fields: "price(currency: \\"USD\\") eur")`),
    });

    const { data } = await graph.query('{ product { both } }');

    expect(data.product).toEqual({ both: 'both for 1' });
    expect(graph.requests()).toEqual({
      catalog: [DOCUMENT],
      shop: [[given(2)]],
      bank: [[{ ...given(1), eur: 'eur for 2' }]],
    });
  });
});

describe('a field that is required and requires something itself', () => {
  const told = (name: string) => (sent: object) => `${name} of ${JSON.stringify(sent)}`;
  const graphOfChain = () =>
    start({
      a: {
        sdl: `
          type Query { thing: Thing }
          type Thing @key(fields: "id") { id: ID! raw: Int @external cooked: String @requires(fields: "raw") }
        `,
        resolvers: {
          Query: { thing: () => ({ id: '1' }) },
          Thing: entity({ cooked: ({ raw }: { raw?: number }) => `cooked of ${raw ?? 'nothing'}` }),
        },
      },
      b: {
        sdl: `
          type Thing @key(fields: "id") {
            id: ID!
            raw: Int
            cooked: String @external
            served: String @requires(fields: "cooked")
          }
        `,
        resolvers: { Thing: entity({ raw: () => 7, served: told('served') }) },
      },
    });

  it.each(['{ thing { served } }', '{ thing { served cooked } }', '{ thing { raw cooked served } }'])(
    'goes to and fro between two subgraphs: %s',
    async (query) => {
      const graph = await graphOfChain();

      const { data, errors } = await graph.query(query);

      expect(errors).toBeUndefined();
      expect(data.thing.served).toContain('"cooked":"cooked of 7"');
      const { a, b } = graph.requests();
      expect(a).toEqual([DOCUMENT, [{ __typename: 'Thing', id: '1', raw: 7 }]]);
      expect(distinct(b)).toEqual(
        [
          { __typename: 'Thing', id: '1' },
          { __typename: 'Thing', id: '1', cooked: 'cooked of 7' },
        ].sort((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1)),
      );
    },
  );

  it('is not asked of a subgraph where it is external, on the way to a key', async () => {
    const graph = await start({
      notes: {
        sdl: 'type Thing @key(fields: "code") { code: Int! note: String }',
        resolvers: { Thing: entity({ note: ({ code }: { code: number }) => `note on ${code}` }) },
      },
      root: {
        sdl: `
          type Query { thing: Thing }
          type Thing @key(fields: "tag") { tag: String! code: Int! @external fromCode: String @requires(fields: "code") }
        `,
        resolvers: {
          Query: { thing: () => ({ tag: 't' }) },
          Thing: entity({ fromCode: ({ code }: { code?: number }) => `from ${code ?? 'nothing'}` }),
        },
      },
      codes: {
        sdl: `
          type Thing @key(fields: "tag") @key(fields: "code") {
            tag: String!
            code: Int!
            note: String @external
            fromNote: String @requires(fields: "note")
          }
        `,
        resolvers: {
          Thing: entity({
            code: () => 9,
            fromNote: ({ note }: { note?: string }) => `from ${note ?? 'nothing'}`,
          }),
        },
      },
    });

    const { data, errors } = await graph.query('{ thing { fromNote fromCode } }');

    expect(errors).toBeUndefined();
    expect(data.thing).toEqual({ fromNote: 'from note on 9', fromCode: 'from 9' });
  });
});

describe('a field that cannot be asked for', () => {
  it('because its entity came without the key is an error, not a silent null', async () => {
    const graph = await start(POSTS);
    graph.subgraphs.posts.respondWith((response) => {
      response.end(JSON.stringify({ data: { post: { __typename: 'Post', title: 'T', comments: [] } } }));
    });

    const { data, errors } = await graph.query('{ post { title score } }');

    expect(data.post).toEqual({ title: 'T', score: null });
    expect(errors).toMatchObject([{ path: ['post', 'score'] }]);
  });
});
