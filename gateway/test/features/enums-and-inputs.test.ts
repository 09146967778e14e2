import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();
const echo = (_source: unknown, args: unknown) => JSON.stringify(args);

describe('an enum that differs between subgraphs', () => {
  it('has the values of all of them when it is only answered', async () => {
    const graph = await start({
      a: {
        sdl: 'enum Color { RED GREEN } type Query { color: Color }',
        resolvers: { Query: { color: () => 'GREEN' } },
      },
      b: {
        sdl: 'enum Color { RED BLUE } type Query { colors: [Color!]! }',
        resolvers: { Query: { colors: () => ['RED', 'BLUE'] } },
      },
    });

    expect((await graph.query('{ color colors }')).data).toEqual({ color: 'GREEN', colors: ['RED', 'BLUE'] });
    const { data } = await graph.query('{ __type(name: "Color") { enumValues { name } } }');
    expect(data.__type.enumValues.map(({ name }: { name: string }) => name).sort()).toEqual([
      'BLUE',
      'GREEN',
      'RED',
    ]);
  });

  it('has the values that all of them take when it is only asked with', async () => {
    const graph = await start({
      a: { sdl: 'enum Size { S M } type Query { a(size: Size): String }', resolvers: { Query: { a: echo } } },
      b: { sdl: 'enum Size { M L } type Query { b(size: Size): String }', resolvers: { Query: { b: echo } } },
    });

    const { data } = await graph.query('query ($size: Size) { a(size: M) b(size: $size) }', { size: 'M' });
    expect(data).toEqual({ a: '{"size":"M"}', b: '{"size":"M"}' });
    expect((await graph.query('{ a(size: S) }')).status).toBe(400);
    expect((await graph.query('query ($size: Size) { b(size: $size) }', { size: 'L' })).status).toBe(400);
  });

  it('does not let a value through that the subgraph made up', async () => {
    const graph = await start({
      a: { sdl: 'enum Color { RED } type Query { color: Color colors: [Color] }' },
    });
    graph.subgraphs.a.respondWith((response) => {
      response.end('{"data":{"color":"PINK","colors":["RED","PINK"]}}');
    });

    expect((await graph.query('{ color colors }')).data).toEqual({ color: null, colors: ['RED', null] });
  });
});

describe('an input type that differs between subgraphs', () => {
  it('has the fields that all of them know', async () => {
    const graph = await start({
      a: {
        sdl: 'input Filter { text: String! limit: Int old: Boolean } type Query { a(filter: Filter): String }',
        resolvers: { Query: { a: echo } },
      },
      b: {
        sdl: 'input Filter { text: String limit: Int tag: ID } type Query { b(filter: Filter): String }',
        resolvers: { Query: { b: echo } },
      },
    });
    const query = 'query ($filter: Filter) { a(filter: $filter) b(filter: { text: "y", limit: 2 }) }';

    expect((await graph.query(query, { filter: { text: 'x' } })).data).toEqual({
      a: '{"filter":{"text":"x"}}',
      b: '{"filter":{"text":"y","limit":2}}',
    });
    expect((await graph.query('{ a(filter: { text: "x", old: true }) }')).status).toBe(400);
    expect((await graph.query('{ b(filter: { limit: 1 }) }')).status).toBe(400);
  });

  it('has an argument that only some subgraphs know of a shared field only where it is known', async () => {
    const graph = await start({
      a: {
        sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! name(case: String): String @shareable }',
        resolvers: { Query: { thing: () => ({ id: '1' }) }, Thing: { name: echo } },
      },
      b: {
        sdl: 'type Thing @key(fields: "id") { id: ID! name: String @shareable size: Int }',
        resolvers: { Thing: entity({ name: echo, size: () => 1 }) },
      },
    });

    expect((await graph.query('{ thing { name size } }')).data.thing).toEqual({ name: '{}', size: 1 });
    expect((await graph.query('{ thing { name(case: "up") } }')).status).toBe(400);
  });
});

describe('arguments', () => {
  const graphOfEcho = () =>
    start({
      a: {
        sdl: `
          enum Unit { CM INCH }
          input Range { from: Int = 1 to: Int unit: Unit = CM inner: Range list: [Range!] }
          type Query { thing: Thing }
          type Thing @key(fields: "id") { id: ID! }
        `,
        resolvers: { Query: { thing: () => ({ id: '1' }) } },
      },
      b: {
        sdl: `
          enum Unit { CM INCH }
          input Range { from: Int = 1 to: Int unit: Unit = CM inner: Range list: [Range!] }
          type Thing @key(fields: "id") { id: ID! echo(range: Range, ids: [ID!], flag: Boolean = true): String }
        `,
        resolvers: { Thing: entity({ echo }) },
      },
    });

  it.each([
    ['{ thing { echo } }', {}, { flag: true }],
    ['{ thing { echo(flag: null, ids: 7) } }', {}, { ids: ['7'], flag: null }],
    [
      '{ thing { echo(range: { to: 5, inner: { unit: INCH }, list: { from: null } }) } }',
      {},
      {
        range: {
          from: 1,
          to: 5,
          unit: 'CM',
          inner: { from: 1, unit: 'INCH' },
          list: [{ from: null, unit: 'CM' }],
        },
        flag: true,
      },
    ],
    [
      'query ($to: Int, $unit: Unit = INCH, $flag: Boolean) { thing { echo(range: { to: $to, unit: $unit }, flag: $flag) } }',
      {},
      { range: { from: 1, unit: 'INCH' }, flag: true },
    ],
    [
      'query ($to: Int, $unit: Unit = INCH, $flag: Boolean) { thing { echo(range: { to: $to, unit: $unit }, flag: $flag) } }',
      { to: null, unit: null, flag: null },
      { range: { from: 1, to: null, unit: null }, flag: null },
    ],
    [
      'query ($range: Range = { to: 9 }, $ids: [ID!]) { thing { echo(range: $range, ids: $ids) } }',
      { ids: [1, 'two'] },
      { range: { from: 1, to: 9, unit: 'CM' }, ids: ['1', 'two'], flag: true },
    ],
  ])('reach a subgraph behind an entity as they are: %s %j', async (query, variables, expected) => {
    const graph = await graphOfEcho();

    const { data, errors } = await graph.query(query, variables);

    expect(errors).toBeUndefined();
    expect(JSON.parse(data.thing.echo)).toEqual(expected);
    expect(graph.requests()).toEqual({ a: [DOCUMENT], b: [[{ __typename: 'Thing', id: '1' }]] });
  });
});
