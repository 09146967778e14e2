import { describe, expect, it } from '@jest/globals';
import { DOCUMENT, entity } from '../testing/entity.ts';
import { graphsOfATest } from '../testing/graphs-of-a-test.ts';

const start = graphsOfATest();

/** Two subgraphs with one log; a write of the first takes longer, so that it would lose a race. */
function definitions() {
  const log: string[] = [];
  const write =
    (name: string, delayMs: number) =>
    async (_: unknown, { value }: { value: number }) => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (value < 0) throw new Error(`${name} refuses`);
      log.push(`${name}${value}`);
      return { id: `${name}${value}`, value };
    };
  const subgraphs = {
    a: {
      sdl: `
        type Query { log: [String] }
        type Mutation { writeA(value: Int!): Entry strictA(value: Int!): Entry! }
        type Entry @key(fields: "id") { id: ID! value: Int @shareable }
      `,
      resolvers: { Mutation: { writeA: write('a', 20), strictA: write('a', 20) } },
    },
    b: {
      sdl: `
        type Mutation { writeB(value: Int!): Entry }
        type Entry @key(fields: "id") { id: ID! value: Int @shareable seen: [String!]! }
      `,
      resolvers: { Mutation: { writeB: write('b', 0) }, Entry: entity({ seen: () => [...log] }) },
    },
  };
  return { log, subgraphs };
}

describe('mutations', () => {
  it('run one after the other, across subgraphs', async () => {
    const { log, subgraphs } = definitions();
    const graph = await start(subgraphs);

    const { data } = await graph.query(
      'mutation { one: writeA(value: 1) { value } two: writeB(value: 2) { value } three: writeA(value: 3) { value } }',
    );

    expect(data).toEqual({ one: { value: 1 }, two: { value: 2 }, three: { value: 3 } });
    expect(log).toEqual(['a1', 'b2', 'a3']);
    expect(graph.requests()).toEqual({ a: [DOCUMENT, DOCUMENT], b: [DOCUMENT] });
  });

  it.each([
    ['literals', 'mutation', '1', '2'],
    ['variables', 'mutation ($a: Int = 1, $b: Int = 2)', '$a', '$b'],
    ['objects of a custom scalar', 'mutation', '"1"', '"2"'],
  ])('are one when their arguments differ in the order of fields only: %s', async (kind, operation, a, b) => {
    let runs = 0;
    const pay = (): object => ({ id: String((runs += 1)), name: 'x' });
    const graph = await start({
      a: {
        sdl: `
          scalar Any
          input Pair { a: Int b: Int }
          type Query { n: Int }
          type Mutation { pay(in: [Pair!]): Payment note(in: Any): Payment }
          type Payment { id: ID! name: String }
        `,
        resolvers: { Mutation: { pay, note: pay } },
      },
    });
    const field = kind.startsWith('objects') ? 'note' : 'pay';

    const { data, errors } = await graph.query(
      `${operation} { ${field}(in: {a: ${a}, b: ${b}}) { id } ${field}(in: {b: ${b}, a: ${a}}) { name } }`,
    );

    expect(errors).toBeUndefined();
    expect(data).toEqual({ [field]: { id: '1', name: 'x' } });
    expect(runs).toBe(1);
  });

  it('are asked for together when they follow each other in one subgraph', async () => {
    const { log, subgraphs } = definitions();
    const graph = await start(subgraphs);

    await graph.query(
      'mutation { one: writeA(value: 1) { id } two: writeA(value: 2) { id } three: writeB(value: 3) { id } }',
    );

    expect(log).toEqual(['a1', 'a2', 'b3']);
    expect(graph.requests()).toEqual({ a: [DOCUMENT], b: [DOCUMENT] });
  });

  it('have what other subgraphs know of their answer', async () => {
    const { subgraphs } = definitions();
    const graph = await start(subgraphs);

    const { data } = await graph.query('mutation { one: writeA(value: 1) { value seen } }');

    expect(data).toEqual({ one: { value: 1, seen: ['a1'] } });
    expect(graph.requests()).toEqual({ a: [DOCUMENT], b: [[{ __typename: 'Entry', id: 'a1' }]] });
  });

  it('go on after one that failed', async () => {
    const { log, subgraphs } = definitions();
    const graph = await start(subgraphs);

    const { data, errors } = await graph.query(
      'mutation { one: writeA(value: -1) { value } two: writeB(value: 2) { value } }',
    );

    expect(data).toEqual({ one: null, two: { value: 2 } });
    expect(errors).toMatchObject([{ message: 'a refuses', path: ['one'], extensions: { service: 'a' } }]);
    expect(log).toEqual(['b2']);
  });

  it('are left out where @skip and @include say so', async () => {
    const { log, subgraphs } = definitions();
    const graph = await start(subgraphs);
    const query =
      'mutation ($no: Boolean!) { writeA(value: 1) @include(if: $no) { id } writeB(value: 2) { id } ... @skip(if: $no) { two: writeB(value: 3) { id } } }';

    expect((await graph.query(query, { no: false })).data).toEqual({
      writeB: { id: 'b2' },
      two: { id: 'b3' },
    });
    expect(log).toEqual(['b2', 'b3']);
  });

  it('with a null that may not be leave no data, and have run', async () => {
    const { log, subgraphs } = definitions();
    const graph = await start(subgraphs);

    const { data, errors } = await graph.query(
      'mutation { writeB(value: 1) { id } strictA(value: -1) { id } }',
    );

    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['strictA'] }]);
    expect(log).toEqual(['b1']);
  });
});
