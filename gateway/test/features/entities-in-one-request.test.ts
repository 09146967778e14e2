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

describe('entities of several fetches in one request', () => {
  it('have their errors at their own places only', async () => {
    const graph = await start(subgraphs(1));

    const { data, errors } = await graph.query('{ x { size } y { weight } }');

    expect(data).toEqual({ x: [{ size: 1 }], y: [{ weight: null }] });
    expect(errors?.map(({ path }) => path)).toEqual([['y', 0, 'weight']]);
    expect(graph.subgraphs.details.requests).toHaveLength(1);
  });
});
