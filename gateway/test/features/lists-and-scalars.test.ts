import { describe, expect, it } from '@jest/globals';
import { GraphQLScalarType } from 'graphql';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

describe('lists of lists', () => {
  it('have their entities completed in place, each asked for once', async () => {
    const graph = await start({
      a: {
        sdl: `
          type Query { grid: [[[Cell]]!] }
          type Cell @key(fields: "id") { id: ID! row: [[Cell!]] }
        `,
        resolvers: {
          Query: {
            grid: () => [[[{ id: '1' }, null], []], [], [null, [{ id: '2', row: [[{ id: '1' }], null] }]]],
          },
        },
      },
      b: {
        sdl: 'type Cell @key(fields: "id") { id: ID! value: Int! }',
        resolvers: { Cell: entity({ value: ({ id }: { id: string }) => Number(id) * 10 }) },
      },
    });

    const { data, errors } = await graph.query('{ grid { value row { value } } }');

    expect(errors).toBeUndefined();
    expect(data.grid).toEqual([
      [[{ value: 10, row: null }, null], []],
      [],
      [null, [{ value: 20, row: [[{ value: 10 }], null] }]],
    ]);
    const { b = [], ...others } = graph.requests();
    expect(others).toEqual({ a: [DOCUMENT] });
    expect(b).toContainEqual([
      { __typename: 'Cell', id: '1' },
      { __typename: 'Cell', id: '2' },
    ]);
  });

  it('may be what an entity adds, and what it needs', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! matrix: [[Int]!]! }',
        resolvers: { Query: { thing: () => ({ id: '1', matrix: [[1, null], []] }) } },
      },
      b: {
        sdl: `
          type Thing @key(fields: "id") {
            id: ID!
            matrix: [[Int]!]! @external
            turned: [[Int]] @requires(fields: "matrix")
          }
        `,
        resolvers: {
          Thing: entity({ turned: ({ matrix }: { matrix: unknown[] }) => [...matrix].reverse() }),
        },
      },
    });

    expect((await graph.query('{ thing { turned } }')).data.thing.turned).toEqual([[], [1, null]]);
    expect(graph.requests().b).toEqual([[{ __typename: 'Thing', id: '1', matrix: [[1, null], []] }]]);
  });
});

describe('a custom scalar', () => {
  const anything = new GraphQLScalarType({ name: 'Any' });
  const definitions = {
    a: {
      sdl: `
        scalar Any
        type Query { any(value: Any): Any anys: [Any] thing: Thing }
        type Thing @key(fields: "code") { code: Any! }
      `,
      resolvers: {
        Any: anything,
        Query: {
          any: (_: unknown, { value }: { value: unknown }) => value,
          anys: () => [1, 'two', null, { three: [3] }, false],
          thing: () => ({ code: { nested: ['c', 1] } }),
        },
      },
    },
    b: {
      sdl: 'scalar Any type Thing @key(fields: "code") { code: Any! echo(value: Any): Any }',
      resolvers: {
        Any: anything,
        Thing: entity({ echo: (_: unknown, { value }: { value: unknown }) => ({ value }) }),
      },
    },
  };

  it('passes as it is, in whatever shape', async () => {
    const graph = await start(definitions);

    const { data } = await graph.query(
      'query ($value: Any) { anys any(value: { a: [1, "x", null, true] }) variable: any(value: $value) }',
      { value: { deep: { list: [[]] } } },
    );

    expect(data).toEqual({
      anys: [1, 'two', null, { three: [3] }, false],
      any: { a: [1, 'x', null, true] },
      variable: { deep: { list: [[]] } },
    });
  });

  it('may be a key, and an argument behind an entity', async () => {
    const graph = await start(definitions);

    const { data } = await graph.query(
      'query ($value: Any = { from: "default" }) { thing { echo(value: $value) } }',
    );

    expect(data.thing.echo).toEqual({ value: { from: 'default' } });
    expect(graph.requests()).toEqual({
      a: [DOCUMENT],
      b: [[{ __typename: 'Thing', code: { nested: ['c', 1] } }]],
    });
  });
});
