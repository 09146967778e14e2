import { describe, expect, it } from '@jest/globals';
import { distinct, DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const film = { __typename: 'Film', id: 'f', title: 'F', minutes: 90 };
const song = { __typename: 'Song', id: 's', title: 'S' };

const media = {
  sdl: `
    type Query { media: [Media] film: Film }
    interface Media @key(fields: "id") { id: ID! title: String }
    type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
    type Song implements Media @key(fields: "id") { id: ID! title: String }
  `,
  resolvers: {
    Query: { media: () => [film, song], film: () => film },
    Media: { __resolveReference: ({ id }: { id: string }) => (id === 'f' ? film : song) },
  },
};

/** The same, and an interface that only the film implements. */
const timed = {
  ...media,
  sdl: media.sdl
    .replace(
      'type Film implements Media',
      'interface Timed { id: ID! minutes: Int } type Film implements Media & Timed',
    )
    .replace('Query {', 'Query { timed: Timed'),
};

const reviews = {
  sdl: `
    type Query { best: Media reviewed: [Media!]! }
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int review(short: Boolean): Review }
    type Review { text: String subject: Media }
  `,
  resolvers: {
    Query: { best: () => ({ id: 's' }), reviewed: () => [{ id: 's' }, { id: 'f' }, { id: 's' }] },
    Media: entity({
      stars: ({ id }: { id: string }) => (id === 'f' ? 3 : 4),
      review: ({ id }: { id: string }) => ({ text: `on ${id}`, subject: { id } }),
    }),
  },
};

const FILM = { __typename: 'Media', id: 'f' };
const SONG = { __typename: 'Media', id: 's' };

describe('@interfaceObject', () => {
  it('adds a field to every kind without knowing the kinds', async () => {
    const graph = await start({ media, reviews });

    const { data } = await graph.query('{ media { __typename title stars ... on Film { minutes } } }');

    expect(data.media).toEqual([
      { __typename: 'Film', title: 'F', stars: 3, minutes: 90 },
      { __typename: 'Song', title: 'S', stars: 4 },
    ]);
    expect(graph.requests()).toEqual({ media: [DOCUMENT], reviews: [[FILM, SONG]] });
  });

  it('finds out of what kind an object is where the kinds are known', async () => {
    const graph = await start({ media, reviews });

    const { data } = await graph.query(
      '{ best { __typename title stars } reviewed { ... on Film { minutes } } }',
    );

    expect(data).toEqual({
      best: { __typename: 'Song', title: 'S', stars: 4 },
      reviewed: [{}, { minutes: 90 }, {}],
    });
    expect(distinct(graph.requests().media)).toEqual([FILM, SONG]);
  });

  it('is enough by itself when the kind does not matter', async () => {
    const graph = await start({ media, reviews });

    const { data } = await graph.query('{ best { id stars } }');

    expect(data.best).toEqual({ id: 's', stars: 4 });
    expect(graph.requests()).toEqual({ reviews: [DOCUMENT] });
  });

  it('gives its fields to one kind', async () => {
    const graph = await start({ media, reviews });

    const { data } = await graph.query('{ media { ... on Film { stars } } film { review { text } } }');

    expect(data).toEqual({ media: [{ stars: 3 }, {}], film: { review: { text: 'on f' } } });
    expect(distinct(graph.requests().reviews)).toEqual([FILM]);
  });

  it('leads back to the kinds from its own fields', async () => {
    const graph = await start({ media, reviews });

    const { data } = await graph.query(
      '{ film { review { text subject { __typename title stars ... on Film { minutes } ... on Song { id } } } } }',
    );

    expect(data.film.review.subject).toEqual({ __typename: 'Film', title: 'F', stars: 3, minutes: 90 });
  });

  it('lets a field require what the kinds have', async () => {
    const graph = await start({
      media,
      labels: {
        sdl: `
          type Media @key(fields: "id") @interfaceObject {
            id: ID!
            title: String @external
            label: String @requires(fields: "title")
          }
        `,
        resolvers: {
          Media: entity({ label: ({ title }: { title?: string }) => `label of ${title ?? 'nothing'}` }),
        },
      },
    });

    const { data } = await graph.query('{ media { label } film { label } }');

    expect(data).toEqual({
      media: [{ label: 'label of F' }, { label: 'label of S' }],
      film: { label: 'label of F' },
    });
    expect(distinct(graph.requests().labels)).toEqual([
      { ...FILM, title: 'F' },
      { ...SONG, title: 'S' },
    ]);
  });

  it('that is not resolvable is left for the kinds, and not come back to', async () => {
    const graph = await start({
      media,
      lists: {
        sdl: `
          type Query { list: [Media!]! }
          type Media @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
        `,
        resolvers: { Query: { list: () => [{ id: 's' }, { id: 'f' }] } },
      },
    });

    const { data } = await graph.query('{ list { id __typename title ... on Film { minutes } } }');

    expect(data.list).toEqual([
      { id: 's', __typename: 'Song', title: 'S' },
      { id: 'f', __typename: 'Film', title: 'F', minutes: 90 },
    ]);
    expect(graph.requests()).toEqual({ lists: [DOCUMENT], media: [[SONG, FILM]] });
  });

  it('that is not resolvable may be one that no field leads to', async () => {
    const graph = await start({
      media,
      guest: {
        sdl: `
          type Query { other: Int }
          type Unused { media: Media }
          type Media @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
        `,
        resolvers: { Query: { other: () => 1 } },
      },
    });

    const { data } = await graph.query('{ other film { id } media { title } }');

    expect(data).toEqual({ other: 1, film: { id: 'f' }, media: [{ title: 'F' }, { title: 'S' }] });
  });

  it('of two subgraphs gives the fields of both', async () => {
    const graph = await start({
      media,
      reviews,
      views: {
        sdl: 'type Media @key(fields: "id") @interfaceObject { id: ID! views: Int }',
        resolvers: { Media: entity({ views: ({ id }: { id: string }) => (id === 'f' ? 30 : 40) }) },
      },
    });

    const { data } = await graph.query('{ best { views stars } media { views } }');

    expect(data).toEqual({ best: { views: 40, stars: 4 }, media: [{ views: 30 }, { views: 40 }] });
  });

  it('keeps the kind of an object through the subgraph that does not know it', async () => {
    const graph = await start({
      media,
      lists: {
        sdl: `
          type Query { list: Media }
          type Media @key(fields: "id") @interfaceObject { id: ID! next: Media }
        `,
        resolvers: {
          Query: { list: () => ({ id: 's' }) },
          Media: entity({ next: ({ id }: { id: string }) => ({ id: id === 's' ? 'f' : 's' }) }),
        },
      },
    });

    const { data, errors } = await graph.query(
      '{ film { next { ... on Song { next { title __typename } ... on Song { __typename } title } __typename } } }',
    );

    expect(errors).toBeUndefined();
    expect(data.film.next).toEqual({
      title: 'S',
      next: { title: 'F', __typename: 'Film' },
      __typename: 'Song',
    });
  });

  it('is asked for with a key also where a field requires something for one kind', async () => {
    const graph = await start({
      media,
      labels: {
        sdl: `
          type Media @key(fields: "id") @interfaceObject {
            id: ID!
            others: [Media!]!
            title: String @external
            label: String @requires(fields: "title")
          }
        `,
        resolvers: {
          Media: entity({
            others: () => [{ id: 's' }, { id: 'f' }],
            label: ({ title }: { title?: string }) => `label of ${title ?? 'nothing'}`,
          }),
        },
      },
    });

    const { data, errors } = await graph.query('{ film { others { ... on Film { label } id } } }');

    expect(errors).toBeUndefined();
    expect(data.film.others).toEqual([{ id: 's' }, { label: 'label of F', id: 'f' }]);
    expect(distinct(graph.requests().labels)).toEqual([{ ...FILM, title: 'F' }, FILM]);
  });

  it('may be narrowed to an interface that the kinds implement elsewhere', async () => {
    const graph = await start({ media: timed, reviews });

    const { data, errors } = await graph.query(
      '{ reviewed { id ... on Timed { minutes } } best { ... on Timed { id } } }',
    );

    expect(errors).toBeUndefined();
    expect(data).toEqual({ reviewed: [{ id: 's' }, { id: 'f', minutes: 90 }, { id: 's' }], best: {} });
  });

  it('is empty, and not null, where a field of another kind is all that is asked for', async () => {
    const graph = await start({
      media,
      lists: {
        sdl: `
          type Query { list: [Media] }
          type Media @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
        `,
        resolvers: { Query: { list: () => [{ id: 's' }, { id: 'f' }] } },
      },
    });

    const { data, errors } = await graph.query('{ list { ... on Film { id } } }');

    expect(errors).toBeUndefined();
    expect(data.list).toEqual([{}, { id: 'f' }]);
  });

  it('may be narrowed to an interface for a field that it has itself', async () => {
    const graph = await start({ media: timed, reviews });

    const { data, errors } = await graph.query('{ reviewed { stars ... on Timed { id } } }');

    expect(errors).toBeUndefined();
    expect(data.reviewed).toEqual([{ stars: 4 }, { stars: 3, id: 'f' }, { stars: 4 }]);
  });

  it.each([
    ['a kind twice', '... on Film { ... on Film { id } }', [{}, { id: 'f' }]],
    ['itself below a kind', '... on Film { ... on Media { id } }', [{}, { id: 'f' }]],
    ['an interface twice', '... on Timed { ... on Timed { minutes } }', [{}, { minutes: 90 }]],
    ['what none of its kinds is', '... on Timed { ... on Race { minutes } }', [{}, {}]],
    [
      'all of it, and a kind',
      '... on Media { id ... on Film { ... on Timed { minutes } } }',
      [{ id: 's' }, { id: 'f', minutes: 90 }],
    ],
  ])('may be narrowed to %s', async (_title, selections, expected) => {
    const graph = await start({
      media: { ...timed, sdl: `${timed.sdl} type Race implements Timed { id: ID! minutes: Int }` },
      lists: {
        sdl: `
          type Query { list: [Media] }
          type Media @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
        `,
        resolvers: { Query: { list: () => [{ id: 's' }, { id: 'f' }] } },
      },
    });

    const { data, errors } = await graph.query(`{ list { ${selections} } }`);

    expect(errors).toBeUndefined();
    expect(data.list).toEqual(expected);
  });

  it.each([
    ['', '{ reviewed { ...F } } fragment F on Timed { minutes }'],
    [
      ', spread by another',
      '{ reviewed { ...M } } fragment M on Media { ...F } fragment F on Timed { minutes }',
    ],
  ])('may be narrowed by a named fragment%s', async (_title, query) => {
    const graph = await start({ media: timed, reviews });

    const { data, errors } = await graph.query(query);

    expect(errors).toBeUndefined();
    expect(data.reviewed).toEqual([{}, { minutes: 90 }, {}]);
  });

  it('is refused where named fragments would be endless when written out, and the next operation answered', async () => {
    const graph = await start({ media: timed, reviews });
    const fragments = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Media { ...F${n + 1} ...F${n + 1} }`,
    );
    const last = 'fragment F40 on Media { ... on Timed { minutes } }';

    const { data, errors } = await graph.query(`{ reviewed { ...F0 } } ${fragments.join(' ')} ${last}`);

    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      {
        message: 'We should have an edge from Media(reviews) for __typename',
        extensions: { code: 'QUERY_PLANNING_FAILED' },
      },
    ]);
    const next = await graph.query('{ best { id } }');
    expect(next.data).toEqual({ best: { id: 's' } });
  });
});
