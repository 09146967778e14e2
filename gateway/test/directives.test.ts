import { afterEach, describe, expect, it } from '@jest/globals';
import { federate } from '../src/testing/federate.ts';

let stop: (() => Promise<void>) | undefined;
const start: typeof federate = async (definitions) => {
  const graph = await federate(definitions);
  stop = graph.stop;
  return graph;
};

afterEach(async () => {
  await stop?.();
  stop = undefined;
});

const stubs = (value: unknown) => ({
  __resolveReference: (reference: object) => ({ ...reference, ...(value as object) }),
});

describe('@interfaceObject', () => {
  it('adds a field to every kind without knowing the kinds', async () => {
    const graph = await start({
      media: {
        sdl: `
          type Query { media: [Media] }
          interface Media @key(fields: "id") { id: ID! title: String }
          type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
          type Song implements Media @key(fields: "id") { id: ID! title: String }
        `,
        resolvers: {
          Query: {
            media: () => [
              { __typename: 'Film', id: 'f', title: 'F', minutes: 90 },
              { __typename: 'Song', id: 's', title: 'S' },
            ],
          },
          Media: {
            __resolveReference: ({ id }: { id: string }) => ({
              __typename: id === 'f' ? 'Film' : 'Song',
              id,
              title: id.toUpperCase(),
            }),
          },
        },
      },
      reviews: {
        sdl: `
          type Query { best: Media }
          type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int }
        `,
        resolvers: { Query: { best: () => ({ id: 's', stars: 4 }) }, Media: stubs({ stars: 4 }) },
      },
    });

    const { data } = await graph.query('{ media { __typename title stars ... on Film { minutes } } }');
    expect(data.media).toEqual([
      { __typename: 'Film', title: 'F', stars: 4, minutes: 90 },
      { __typename: 'Song', title: 'S', stars: 4 },
    ]);
    expect(graph.requests().reviews).toEqual([
      [
        { __typename: 'Media', id: 'f' },
        { __typename: 'Media', id: 's' },
      ],
    ]);

    const best = await graph.query('{ best { __typename title stars } }');
    expect(best.data.best).toEqual({ __typename: 'Song', title: 'S', stars: 4 });
  });
});

describe('@override', () => {
  const definitions = (label: string) => ({
    old: {
      sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! size: Int }',
      resolvers: { Query: { thing: () => ({ id: '1', size: 1 }) }, Thing: stubs({ size: 1 }) },
    },
    new: {
      sdl: `type Thing @key(fields: "id") { id: ID! size: Int @override(from: "old"${label}) }`,
      resolvers: { Thing: stubs({ size: 2 }) },
    },
  });

  it.each([
    ['', 2],
    [', label: "percent(100)"', 2],
    [', label: "percent(0)"', 1],
    [', label: "beta"', 1],
  ])('with%s resolves the field where it belongs', async (label, size) => {
    const graph = await start(definitions(label));

    expect((await graph.query('{ thing { size } }')).data.thing.size).toBe(size);
  });
});

describe('@context', () => {
  it('gives a field values of the objects around it, each its own', async () => {
    const graph = await start({
      shops: {
        sdl: `
          type Query { shops: [Shop!]! }
          type Shop @key(fields: "id") @context(name: "shop") { id: ID! currency: String! offers: [Offer!]! }
          type Offer @key(fields: "id") {
            id: ID!
            price(currency: String @fromContext(field: "$shop { currency }")): String
          }
        `,
        resolvers: {
          Query: {
            shops: () => [
              { id: 's1', currency: 'EUR', offers: [{ id: 'o1' }, { id: 'o2' }] },
              { id: 's2', currency: 'USD', offers: [{ id: 'o1' }] },
            ],
          },
          Offer: {
            ...stubs({}),
            price: ({ id }: { id: string }, { currency }: { currency: string }) => `${id} in ${currency}`,
          },
        },
      },
      extra: { sdl: 'type Query { unused: Int }' },
    });
    const { data, errors } = await graph.query('{ shops { offers { price } } }');

    expect(errors).toBeUndefined();
    expect(data.shops).toEqual([
      { offers: [{ price: 'o1 in EUR' }, { price: 'o2 in EUR' }] },
      { offers: [{ price: 'o1 in USD' }] },
    ]);
  });
});

describe('@inaccessible', () => {
  it('keeps hidden enum values and types out of answers', async () => {
    const graph = await start({
      things: {
        sdl: `
          type Query { color: Color colors: [Color] thing: Thing strict: Color! }
          enum Color { RED SECRET @inaccessible }
          interface Thing { id: ID! }
          type Known implements Thing { id: ID! }
          type Hidden implements Thing @inaccessible { id: ID! }
        `,
        resolvers: {
          Query: {
            color: () => 'SECRET',
            colors: () => ['RED', 'SECRET'],
            thing: () => ({ __typename: 'Hidden', id: '1' }),
            strict: () => 'SECRET',
          },
        },
      },
    });

    const { data, errors } = await graph.query('{ color colors thing { id } }');
    expect(data).toEqual({ color: null, colors: ['RED', null], thing: null });
    expect(errors).toBeUndefined();
    expect((await graph.query('{ strict }')).data).toBeNull();
    expect(
      JSON.stringify(await graph.query('{ __type(name: "Color") { enumValues { name } } }')),
    ).not.toContain('SECRET');
  });
});

describe('directives that a supergraph may demand to be understood', () => {
  it('do not keep it from being served', async () => {
    const graph = await start({
      secured: {
        sdl: `
          type Query {
            open: String
            mine: String @authenticated
            scoped: String @requiresScopes(scopes: [["a"]])
            ruled: String @policy(policies: [["p"]])
            costly(first: Int): [String] @cost(weight: 5) @listSize(slicingArguments: ["first"])
            cached: Cached
          }
          type Cached @key(fields: "id") @cacheTag(format: "cached-{$key.id}") { id: ID! }
        `,
        resolvers: { Query: { open: () => 'sesame' }, Cached: stubs({}) },
      },
    });

    expect((await graph.query('{ open }')).data).toEqual({ open: 'sesame' });
  });
});
