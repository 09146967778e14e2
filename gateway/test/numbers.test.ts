import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { federate, type Federation } from '../src/testing/federate.ts';

const NUMBERS =
  '[9007199254740993,123456789012345678901234567890,1e400,0.1000000000000000055,-1.50e-400,1.1,3]';

describe('numbers that JavaScript cannot hold', () => {
  let graph: Federation<'a' | 'b'>;

  beforeAll(async () => {
    graph = await federate({
      a: {
        sdl: `
          scalar Any
          type Query { any: Any thing: Thing float: Float int: Int echo(value: Any): Any near(of: Float): Float
            byId(id: ID, ids: [ID!], of: Ids): String byLong(n: Long, all: [Long!], of: Longs): String }
          input Ids { id: ID }
          input Longs { n: Long other: Long }
          type Thing @key(fields: "big") { big: Long! }
          scalar Long
        `,
      },
      b: { sdl: 'scalar Long type Thing @key(fields: "big") { big: Long! size: Int }' },
    });
  });

  afterAll(() => graph.stop());

  const post = async (body: string): Promise<string> => {
    const response = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    return response.text();
  };

  it('pass through custom scalars and floats digit for digit', async () => {
    graph.subgraphs.a.respondWith((response) => {
      response.end(
        `{"data":{"any":{"numbers":${NUMBERS},"text":"9007199254740993, 1e400"},"float":0.1000000000000000055}}`,
      );
    });

    expect(await post('{"query":"{ any float }"}')).toBe(
      `{"data":{"any":{"numbers":${NUMBERS},"text":"9007199254740993, 1e400"},"float":0.1000000000000000055}}\n`,
    );
  });

  it('are the nearest that there are in what subgraphs say of errors', async () => {
    graph.subgraphs.a.respondWith((response) => {
      response.end(
        '{"data":{"int":null},"errors":[{"message":"no","path":["int"],"extensions":{"order":12345678901234567890}}]}',
      );
    });

    const { errors } = JSON.parse(await post('{"query":"{ int }"}')) as { errors: unknown[] };
    expect(errors).toMatchObject([{ extensions: { order: 12345678901234567000 } }]);
  });

  it('may be variables of an operation that asks for the schema, too', async () => {
    graph.subgraphs.a.respondWith((response) => {
      response.end('{"data":{"near":0.5}}');
    });

    expect(
      await post(
        '{"query":"query ($n: Float) { __schema { queryType { name } } near(of: $n) }","variables":{"n":0.12345678901234567890}}',
      ),
    ).toBe('{"data":{"__schema":{"queryType":{"name":"Query"}},"near":0.5}}\n');
  });

  it('are no Int', async () => {
    graph.subgraphs.a.respondWith((response) => {
      response.end('{"data":{"int":9007199254740993}}');
    });

    expect(await post('{"query":"{ int }"}')).toContain('{"data":{"int":null}');
  });

  it('are keys of entities', async () => {
    graph.subgraphs.a.respondWith((response) => {
      response.end('{"data":{"thing":{"__typename":"Thing","big":9007199254740993}}}');
    });
    graph.subgraphs.b.respondWith((response) => {
      response.end('{"data":{"_entities":[{"size":1}]}}');
    });

    expect(await post('{"query":"{ thing { big size } }"}')).toBe(
      '{"data":{"thing":{"big":9007199254740993,"size":1}}}\n',
    );
    expect(graph.subgraphs.b.requests.at(-1)?.text).toContain('"big":9007199254740993}');
  });

  it('reach subgraphs from variables', async () => {
    graph.subgraphs.a.respondWith((response) => {
      response.end('{"data":{"echo":1}}');
    });

    await post(
      '{"query":"query ($v: Any) { echo(value: $v) }","variables":{"v":{"n":12345678901234567890}}}',
    );

    expect(graph.subgraphs.a.requests.at(-1)?.text).toContain('"variables":{"v":{"n":12345678901234567890}}');
  });

  it.each([
    ['{ byId(id: 12345678901234567890) }', ['"12345678901234567890"']],
    [
      '{ byId(ids: [9007199254740993, 7], of: { id: 9007199254740993 }) }',
      ['["9007199254740993","7"]', '{"id":"9007199254740993"}'],
    ],
  ])('are IDs in a document: %s', async (query, values) => {
    graph.subgraphs.a.respondWith((response) => {
      response.end('{"data":{"byId":"x"}}');
    });

    await post(JSON.stringify({ query }));

    const text = graph.subgraphs.a.requests.at(-1)?.text;
    for (const value of values) expect(text).toContain(value);
  });

  it.each([
    ['{ byLong(n: 9007199254740993) }', ['(n:$literal0)', '"literal0":9007199254740993}']],
    ['{ byLong(n: 7) }', ['(n:7)']],
    ['{ byLong(all: [7, 9007199254740993]) }', ['(all:[7$literal0])', '"literal0":9007199254740993}']],
    ['{ byLong(all: 9007199254740993) }', ['(all:[$literal0])', '"literal0":9007199254740993}']],
    [
      'query ($o: Long) { byLong(of: { n: 9007199254740993, other: $o }) }',
      ['(of:{n:$literal0 other:$o})', '"literal0":9007199254740993}'],
    ],
    [
      '{ echo(value: { a: [0.1000000000000000055, "x", null, true] }) }',
      ['(value:$literal0)', '"literal0":{"a":[0.1000000000000000055,"x",null,true]}}'],
    ],
    // An enum value has no JSON of its own, and a variable cannot be in the variables.
    ['{ echo(value: [A, 9007199254740993]) }', ['(value:[']],
  ])('are values of custom scalars in a document: %s', async (query, texts) => {
    graph.subgraphs.a.respondWith((response) => {
      response.end('{"data":{"byLong":"x","echo":1}}');
    });

    await post(JSON.stringify({ query }));

    const text = graph.subgraphs.a.requests.at(-1)?.text;
    for (const each of texts) expect(text).toContain(each);
  });
});
