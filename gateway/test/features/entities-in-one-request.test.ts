import { describe, expect, it } from '@jest/globals';
import { entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const things = (of: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: `${of}${index}` }));

const subgraphs = (count: number) => ({
  lists: {
    sdl: 'type Query { x: [Thing] y: [Thing] } type Thing @key(fields: "id") { id: ID! }',
    resolvers: { Query: { x: () => things('x', count), y: () => things('y', count) } },
  },
  details: {
    sdl: 'type Thing @key(fields: "id") { id: ID! size: Int weight: Int }',
    resolvers: {
      Thing: entity({
        size: () => 1,
        weight: () => {
          throw new Error('no scales');
        },
      }),
    },
  },
});

/** How many entities each request asked for. */
const entitiesOf = (
  requests: readonly { readonly variables: Readonly<Record<string, unknown>> }[],
): number[] =>
  requests.map(
    ({ variables }) =>
      Object.values(variables)
        .filter((value): value is unknown[] => Array.isArray(value))
        .flat().length,
  );

describe('entities of several fetches in one request', () => {
  it('have their errors at their own places only', async () => {
    const graph = await start(subgraphs(1));

    const { data, errors } = await graph.query('{ x { size } y { weight } }');

    expect(data).toEqual({ x: [{ size: 1 }], y: [{ weight: null }] });
    expect(errors?.map(({ path }) => path)).toEqual([['y', 0, 'weight']]);
    expect(graph.subgraphs.details.requests).toHaveLength(1);
  });

  it.each(['{ x { size } y { size } }', '{ x { size } y { size weight } }'])(
    'are no more than a request may ask for: %s',
    async (query) => {
      const graph = await start(subgraphs(7), { maxEntitiesPerRequest: 3 });

      const { data } = await graph.query(query);

      expect(data.y).toMatchObject(things('y', 7).map(() => ({ size: 1 })));
      // Seven are 3, 3 and 1: what is left of each travels together.
      expect(entitiesOf(graph.subgraphs.details.requests).sort()).toEqual([2, 3, 3, 3, 3]);
    },
  );
});
