import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { federate, type Federation } from '../../src/testing/federate.ts';
import { createPlannerPool } from '../../src/planning/planner-pool.ts';
import { startTestGateway } from '../../src/testing/start-test-gateway.ts';

const MEGABYTE = 1_000_000;

describe('hostile operations', () => {
  let graph: Federation<'a' | 'b'>;

  beforeAll(async () => {
    graph = await federate(
      {
        a: {
          sdl: `
            type Query { n: Int me: User }
            type User @key(fields: "id") { id: ID! friend: User f(a: Int): Int }
          `,
          resolvers: { Query: { n: () => 1, me: () => ({ id: '1' }) } },
        },
        b: { sdl: 'type User @key(fields: "id") { id: ID! name: String g(a: Int): Int }' },
      },
      { maxBodyBytes: 2 * MEGABYTE },
    );
  });

  afterAll(() => graph.stop());

  const HOSTILE: readonly (readonly [string, string, string])[] = [
    ['nested without end', '{ me '.repeat(20_000), 'GRAPHQL_PARSE_FAILED'],
    [
      'nested deeply',
      `{ me ${'{ friend '.repeat(4_000)} { id } ${'}'.repeat(4_001)}`,
      'GRAPHQL_PARSE_FAILED',
    ],
    [
      'ten thousand aliases',
      `{ ${Array.from({ length: 10_000 }, (_, n) => `a${n}: n`).join(' ')} }`,
      'GRAPHQL_PARSE_FAILED',
    ],
    ['a megabyte of fields', `{ ${'n '.repeat(MEGABYTE / 2)} }`, 'GRAPHQL_PARSE_FAILED'],
    ['a megabyte of text', `{ n(x: "${'x'.repeat(MEGABYTE)}") }`, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'fragments that contain each other',
      '{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['no operation', 'fragment A on User { id }', 'GRAPHQL_VALIDATION_FAILED'],
    ['nothing but a comment', '# nothing', 'GRAPHQL_PARSE_FAILED'],
  ];

  it.each(HOSTILE)('are refused with a code: %s', async (_name, query, code) => {
    const { errors } = await graph.query(query);

    expect(errors?.[0]?.extensions?.code).toBe(code);
    expect((await graph.query('{ n }')).data).toEqual({ n: 1 });
  });

  it('may be valid and large', async () => {
    const aliases = Array.from({ length: 2_000 }, (_, n) => `a${n}: n`).join(' ');

    const { data, errors } = await graph.query(`{ ${aliases} }`);

    expect(errors).toBeUndefined();
    expect(Object.keys(data)).toHaveLength(2_000);
  });

  it('that take long to plan are given up, and delay nobody else', async () => {
    const planners = createPlannerPool({ timeoutMs: 1_500 });
    const gateway = await startTestGateway(Object.values(graph.subgraphs), {
      planners,
      closeSubgraphs: false,
      maxBodyBytes: MEGABYTE,
    });
    const ask = async (query: string): Promise<void> => {
      expect((await gateway.query(query)).data).toEqual({ n: 1 });
    };
    await ask('{ n }');
    const depth = 490;
    const slow = gateway.query(
      `{ me ${'{ name g(a: 1) h: g(a: 2) f(a: 3) friend '.repeat(depth)} { name } ${'}'.repeat(depth)} }`,
    );
    const state = { isOver: false, planned: 0, known: 0 };
    void slow.then(() => {
      state.isOver = true;
    });
    // New ones as well: they wait for no thread that is kept.
    const newOnes = (async () => {
      for (; !state.isOver; state.planned += 1) await ask(`query Q${state.planned} { n }`);
    })();
    for (; !state.isOver; state.known += 1) await ask('{ n }');
    await newOnes;

    const { status, errors } = await slow;
    expect(errors?.[0]?.extensions?.code).toBe('QUERY_PLANNING_TIMEOUT');
    expect(status).toBe(400);
    expect(state.known).toBeGreaterThan(1);
    expect(state.planned).toBeGreaterThan(0);
    await gateway.stop();
    await planners.close();
  });

  it.each([
    ['a list', []],
    ['text', 'x'],
    ['a number', 7],
  ])('are refused with variables that are %s', async (_name, variables) => {
    const response = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ n }', variables }),
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('are refused when they are no UTF-8', async () => {
    const response = await fetch(`${graph.gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  it('cannot alter what every object inherits', async () => {
    graph.subgraphs.a.respondWith((response) => {
      response.end(
        '{"data":{"n":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}}',
      );
    });

    const { data } = await graph.query('{ n __proto__: n constructor: n }', { __proto__: { x: 1 } });
    graph.subgraphs.a.respondWith(undefined);

    expect(data.n).toBe(1);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('that never end do not keep their connection', async () => {
    const { port } = new URL(graph.gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    socket.destroy();

    expect((await graph.query('{ n }')).data).toEqual({ n: 1 });
  });
});
