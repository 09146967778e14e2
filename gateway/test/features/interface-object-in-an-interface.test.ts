import { describe, expect, it } from '@jest/globals';
import { entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const film = { __typename: 'Film', id: 'f', title: 'F', minutes: 90 };

describe('an interface object that implements another interface', () => {
  const rated = {
    media: {
      sdl: `
        type Query { media: [Media] }
        interface Rated { id: ID! }
        interface Media implements Rated @key(fields: "id") { id: ID! title: String }
        type Film implements Media & Rated @key(fields: "id") { id: ID! title: String minutes: Int }
      `,
      resolvers: {
        Query: { media: () => [film] },
        Media: { __resolveReference: () => film },
      },
    },
    reviews: {
      sdl: `
        type Query { rated: [Rated] }
        interface Rated { id: ID! }
        type Media implements Rated @key(fields: "id") @interfaceObject { id: ID! stars: Int }
        type Shop implements Rated @key(fields: "id") { id: ID! city: String }
      `,
      resolvers: {
        Query: {
          rated: () => [
            { __typename: 'Media', id: 'f', stars: 3 },
            { __typename: 'Shop', id: 'x', city: 'Oslo' },
          ],
        },
        Media: entity({ stars: () => 3 }),
        Shop: entity(),
      },
    },
  };

  it.each([
    ['{ rated { id } }', [{ id: 'f' }, { id: 'x' }]],
    ['{ rated { id ... on Media { stars } } }', [{ id: 'f', stars: 3 }, { id: 'x' }]],
    ['{ rated { id ... on Shop { city } } }', [{ id: 'f' }, { id: 'x', city: 'Oslo' }]],
  ])('stands where that one does: %s', async (query, expected) => {
    const graph = await start(rated);

    const { data, errors } = await graph.query(query);

    expect({ data, errors }).toEqual({ data: { rated: expected }, errors: undefined });
  });

  it('gives an error for a field of one kind that the planner asks nobody for', async () => {
    const graph = await start(rated);

    const { data, errors } = await graph.query('{ rated { id ... on Film { minutes } } }');

    expect(data.rated).toEqual([null, { id: 'x' }]);
    expect(errors).toMatchObject([
      { path: ['rated', 'minutes'], extensions: { code: 'FIELD_NOT_REACHABLE' } },
    ]);
  });
});
