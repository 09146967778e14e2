import { describe, expect, it } from '@jest/globals';
import { entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

const fail = (message: string) => () => {
  throw new Error(message);
};

const definitions = {
  a: {
    sdl: `
      type Query { box: Box boxes: [Box!] strict: [Box!]! loose: [Box] sure: Box! grid: [[Box!]] }
      type Box @key(fields: "id") { id: ID! name: String! inner: Box near: Box! }
    `,
    resolvers: {
      Query: {
        box: () => box(1),
        boxes: () => [box(1), box(2)],
        strict: () => [box(1), box(2)],
        loose: () => [box(1), box(2), null],
        sure: () => box(2),
        grid: () => [[box(1)], [box(1), box(2)], []],
      },
      Box: entity(),
    },
  },
  b: {
    sdl: 'type Box @key(fields: "id") { id: ID! weight: Int! size: Int! note: String failing: Int }',
    resolvers: {
      Box: entity({
        weight: ({ id }: { id: string }) => (id === '2' ? null : 1),
        size: ({ id }: { id: string }) => {
          if (id === '2') throw new Error('no size');
          return 5;
        },
        note: () => 'n',
        failing: fail('always'),
      }),
    },
  },
};

function box(n: number, inner?: object): object {
  return {
    id: String(n),
    name: `box ${n}`,
    inner: inner ?? null,
    near: n === 3 ? null : { id: '2', name: 'near' },
  };
}

describe('a null where none may be', () => {
  it.each([
    ['{ box { name weight } }', { box: { name: 'box 1', weight: 1 } }, undefined],
    ['{ loose { name size } }', { loose: [{ name: 'box 1', size: 5 }, null, null] }, ['loose', 1, 'size']],
    ['{ boxes { name size } box { id } }', { boxes: null, box: { id: '1' } }, ['boxes', 1, 'size']],
    ['{ strict { size } box { id } }', null, ['strict', 1, 'size']],
    ['{ sure { size } }', null, ['sure', 'size']],
    ['{ grid { size } }', { grid: [[{ size: 5 }], null, []] }, ['grid', 1, 1, 'size']],
    ['{ box { name near { size } } }', { box: null }, ['box', 'near', 'size']],
    ['{ loose { s: size } }', { loose: [{ s: 5 }, null, null] }, ['loose', 1, 's']],
    ['{ loose { weight } }', { loose: [{ weight: 1 }, null, null] }, ['loose', 1, 'weight']],
    ['{ box { failing note } }', { box: { failing: null, note: 'n' } }, ['box', 'failing']],
  ])('takes its parent along: %s', async (query, expected, path) => {
    const graph = await start(definitions);

    const { data, errors } = await graph.query(query);

    expect(data).toEqual(expected);
    if (path === undefined) expect(errors).toBeUndefined();
    else expect(errors?.map((error) => error.path)).toContainEqual(path);
  });

  it('stays where it is when a whole subgraph is away', async () => {
    const graph = await start(definitions);
    graph.subgraphs.b.respondWith((response) => {
      response.statusCode = 503;
      response.end('away');
    });

    const loose = await graph.query('{ box { name note } }');
    expect(loose.data).toEqual({ box: { name: 'box 1', note: null } });
    expect(loose.errors).toMatchObject([{ extensions: { service: 'b' } }]);

    const strict = await graph.query('{ loose { name size } box { id } }');
    expect(strict.data).toEqual({ loose: [null, null, null], box: { id: '1' } });
    expect(strict.errors).toBeDefined();
  });

  it('is told of once for the client, with what caused it', async () => {
    const graph = await start(definitions);

    const { errors } = await graph.query('{ sure { size } }');

    expect(errors).toMatchObject([
      { message: 'no size', path: ['sure', 'size'], extensions: { service: 'b' } },
    ]);
  });
});
