import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('@override', () => {
  const definitions = (label: string) => ({
    old: {
      sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! size: Int }',
      resolvers: { Query: { thing: () => ({ id: '1', size: 1 }) } },
    },
    new: {
      sdl: `type Thing @key(fields: "id") { id: ID! size: Int @override(from: "old"${label}) }`,
      resolvers: { Thing: entity({ size: () => 2 }) },
    },
  });
  const moved = { old: [DOCUMENT], new: [[{ __typename: 'Thing', id: '1' }]] };

  it.each([
    ['', 2],
    [', label: "percent(100)"', 2],
    [', label: "percent(0)"', 1],
    [', label: "beta"', 1],
  ])('with%s resolves the field where it belongs', async (label, size) => {
    const graph = await start(definitions(label));

    expect((await graph.query('{ thing { size } }')).data.thing.size).toBe(size);
    expect(graph.requests()).toEqual(size === 2 ? moved : { old: [DOCUMENT] });
  });

  it('with a percentage sends that share of requests', async () => {
    const graph = await start(definitions(', label: "percent(50)"'));
    const sizes = [];
    for (let i = 0; i < 40; i += 1) sizes.push((await graph.query('{ thing { size } }')).data.thing.size);

    // Once in half a billion runs they are all the same.
    expect(new Set(sizes)).toEqual(new Set([1, 2]));
  });

  it('moves a root field', async () => {
    const graph = await start({
      old: {
        sdl: 'type Query { now: String here: Int }',
        resolvers: { Query: { now: () => 'old', here: () => 1 } },
      },
      new: {
        sdl: 'type Query { now: String @override(from: "old") }',
        resolvers: { Query: { now: () => 'new' } },
      },
    });

    expect((await graph.query('{ now here }')).data).toEqual({ now: 'new', here: 1 });
  });

  it('moves a field that another one requires', async () => {
    const { old, new: taker } = definitions('');
    const graph = await start({
      old,
      new: taker,
      third: {
        sdl: 'type Thing @key(fields: "id") { id: ID! size: Int @external double: Int @requires(fields: "size") }',
        resolvers: { Thing: entity({ double: ({ size }: { size: number }) => size * 2 }) },
      },
    });

    expect((await graph.query('{ thing { double } }')).data.thing).toEqual({ double: 4 });
    expect(graph.requests()).toEqual({ ...moved, third: [[{ __typename: 'Thing', id: '1', size: 2 }]] });
  });
});
