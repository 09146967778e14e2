import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../src/testing/federate.ts';

describe('operations', () => {
  let graph: Federation<'a' | 'b'>;
  const log: string[] = [];

  beforeAll(async () => {
    const write =
      (name: string) =>
      async (_root: unknown, { value }: { value: number }) => {
        // The later mutation would win a race.
        await new Promise((resolve) => setTimeout(resolve, name === 'a' ? 20 : 0));
        log.push(`${name}${value}`);
        return value;
      };
    graph = await federate({
      a: {
        sdl: `
          type Query { a(value: Int = 7, text: String): A big: Int float: Float id: ID list: [Int!] strict: A! named: Named }
          type Mutation { writeA(value: Int!): Int }
          interface Named { name: String! }
          type A implements Named @key(fields: "id") { id: ID! name: String! value: Int text: String self: A }
        `,
        resolvers: {
          Query: {
            a: (_root: unknown, { value, text }: { value: number; text?: string }) => ({
              id: '1',
              name: 'a',
              value,
              text,
            }),
            id: () => 12,
            list: () => [1, 2],
            strict: () => null,
            named: () => ({ __typename: 'A', id: '1', name: 'named' }),
          },
          A: { self: (source: object) => source },
          Mutation: { writeA: write('a') },
        },
      },
      b: {
        sdl: `
          type Mutation { writeB(value: Int!): Int }
          type A @key(fields: "id") { id: ID! extra(times: Int = 1): String }
        `,
        resolvers: {
          A: {
            __resolveReference: (reference: object) => reference,
            extra: (_source: unknown, { times }: { times: number }) => 'x'.repeat(times),
          },
          Mutation: { writeB: write('b') },
        },
      },
    });
  });

  afterAll(() => graph.stop());

  it('run mutations one after the other, across subgraphs', async () => {
    const { data } = await graph.query(
      'mutation { one: writeA(value: 1) two: writeB(value: 2) three: writeA(value: 3) }',
    );

    expect(data).toEqual({ one: 1, two: 2, three: 3 });
    expect(log).toEqual(['a1', 'b2', 'a3']);
  });

  it('leave out what @skip and @include leave out, and do not ask for it', async () => {
    const query =
      'query ($yes: Boolean!, $no: Boolean = false) { a { name @skip(if: $yes) value @include(if: $yes) extra @include(if: $no) } }';

    graph.requests();
    expect((await graph.query(query, { yes: true })).data.a).toEqual({ value: 7 });
    expect(Object.keys(graph.requests())).toEqual(['a']);
    expect((await graph.query(query, { yes: false, no: true })).data.a).toEqual({ name: 'a', extra: 'x' });
  });

  it('tell a variable that is null from one that is not there', async () => {
    const query =
      'query ($value: Int, $text: String = "default") { a(value: $value, text: $text) { value text } }';

    expect((await graph.query(query)).data.a).toEqual({ value: 7, text: 'default' });
    expect((await graph.query(query, { value: null, text: null })).data.a).toEqual({
      value: null,
      text: null,
    });
  });

  it('keep fields apart that differ only in arguments', async () => {
    const { data } = await graph.query('{ a { once: extra twice: extra(times: 2) extra(times: 3) } }');

    expect(data.a).toEqual({ once: 'x', twice: 'xx', extra: 'xxx' });
  });

  it('merge what fragments ask of one field', async () => {
    const { data } = await graph.query(`
      { a { self { name } ...F ... on Named { called: name @skip(if: true) } } named { ...N __typename } }
      fragment F on A { self { value ...G } }
      fragment G on A { self { extra } }
      fragment N on Named { name ... on A { id } }
    `);

    expect(data).toEqual({
      a: { self: { name: 'a', value: 7, self: { extra: 'x' } } },
      named: { name: 'named', id: '1', __typename: 'A' },
    });
  });

  it('answer introspection with data, under aliases and in fragments', async () => {
    const { data } = await graph.query(
      `
      query ($type: String!) { kind: __typename t: __type(name: $type) { name } ...S a { __typename } }
      fragment S on Query { __schema { queryType { name } } }
    `,
      { type: 'A' },
    );

    expect(data).toEqual({
      kind: 'Query',
      t: { name: 'A' },
      __schema: { queryType: { name: 'Query' } },
      a: { __typename: 'A' },
    });
  });

  it('are not confused by names that every object has', async () => {
    const { data } = await graph.query(
      '{ a { constructor: name toString: value __proto__: text hasOwnProperty: id } valueOf: id }',
    );

    expect(JSON.stringify(data)).toBe(
      '{"a":{"constructor":"a","toString":7,"__proto__":null,"hasOwnProperty":"1"},"valueOf":"12"}',
    );
    expect(({} as { text?: unknown }).text).toBeUndefined();
  });

  it('refuse variables of the wrong shape', async () => {
    const { status, errors } = await graph.query(
      'query ($text: String! = "",\n $value: Int) { a(value: $value, text: $text) { value } }',
      { value: 'seven' },
    );

    expect(status).toBe(400);
    expect(errors).toMatchObject([
      { locations: [{ line: 2, column: 2 }], extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it('null everything when a root field may not be null', async () => {
    const { data, errors } = await graph.query('{ id strict { name } }');

    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['strict'], extensions: { service: 'a' } }]);
  });
});

describe('answers that are not of their type', () => {
  const VALUES: [string, unknown, unknown][] = [
    ['number', 'text', null],
    ['number', 2 ** 31, null],
    ['number', 1.5, null],
    ['text', 5, null],
    ['list', 'no list', null],
    ['list', [1, 'two'], null],
    ['object', 'no object', null],
    ['object', [{ text: 'in a list' }], null],
    ['any', { constructor: { prototype: 1 } }, { constructor: { prototype: 1 } }],
  ];

  it.each(VALUES)('%s: %j becomes %j, with a note', async (field, sent, received) => {
    const graph = await federate({
      odd: {
        sdl: 'scalar Any type Query { number: Int text: String list: [Int!] object: Thing any: Any } type Thing { text: String }',
      },
    });
    graph.subgraphs.odd.respondWith((response) => {
      response.end(JSON.stringify({ data: { [field]: sent } }));
    });
    const selection = field === 'object' ? 'object { text }' : field;

    const { data, errors } = await graph.query(`{ ${selection} }`);

    expect(errors).toBeUndefined();
    expect(data).toEqual({ [field]: received });
    await graph.stop();
  });
});
