import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FakeSubgraph } from '@tributary/testkit';
import { federate, type Federation } from '../src/testing/federate.ts';

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('what is asked twice at the same time', () => {
  let graph: Federation<'a' | 'b'>;
  let value: number;

  beforeEach(async () => {
    value = 1;
    graph = await federate({
      a: {
        sdl: 'type Query { value: Int thing: Thing } type Mutation { set(to: Int!): Int } type Thing @key(fields: "id") { id: ID! }',
        resolvers: {
          Query: {
            value: async () => {
              const before = value;
              await delay(60);
              return before;
            },
            thing: () => ({ id: '1' }),
          },
          Mutation: {
            set: async (_: unknown, { to }: { to: number }) => {
              await delay(20);
              value = to;
              return to;
            },
          },
        },
      },
      b: {
        sdl: 'type Thing @key(fields: "id") { id: ID! size: Int }',
        resolvers: {
          Thing: {
            __resolveReference: (thing: object) => thing,
            size: () => delay(30).then(() => 5),
          },
        },
      },
    });
  });

  afterEach(() => graph.stop());

  const times = <T>(count: number, run: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => run(index)));

  it('by anonymous clients is answered once', async () => {
    await graph.query('{ value }');
    graph.requests();

    const answers = await times(10, () => graph.query('{ value }'));

    expect(answers.map(({ data }) => data)).toEqual(Array(10).fill({ value: 1 }));
    expect(graph.requests().a).toHaveLength(1);
  });

  it('by one signed-in caller in other words is read once, and by another caller again', async () => {
    const ask = (caller: string, alias: string) =>
      graph.query(`{ thing { ${alias}: __typename size } }`, {}, { authorization: caller });
    await ask('ada', 'one');
    await ask('ada', 'two');
    graph.requests();

    await Promise.all([ask('ada', 'one'), ask('ada', 'two'), ask('bob', 'one')]);

    expect(graph.requests().b).toHaveLength(2);
  });

  it('is read once by operations of other names, of the root and of entities', async () => {
    const ask = (name: string, alias: string) =>
      graph.query(`query ${name} { ${alias}: __typename value thing { size } }`);
    const asked = ({ requests }: FakeSubgraph) =>
      requests.splice(0).map(({ query }) => /^query (\w+)/.exec(query)?.[1]);
    const { a, b } = graph.subgraphs;
    await ask('One', 'one');
    await ask('Two', 'two');
    expect(asked(a)).toEqual(['One__a__0', 'Two__a__0']);
    expect(asked(b)).toEqual(['One__b__1', 'Two__b__1']);

    const answers = await Promise.all([ask('One', 'one'), ask('Two', 'two')]);

    expect(answers.map(({ data }) => data)).toEqual([
      { one: 'Query', value: 1, thing: { size: 5 } },
      { two: 'Query', value: 1, thing: { size: 5 } },
    ]);
    // By the name of whichever came first.
    expect(asked(a)).toHaveLength(1);
    expect(asked(b)).toHaveLength(1);
  });

  it('is answered separately for callers, headers of the caller included', async () => {
    await graph.query('{ value }');
    graph.requests();

    await times(3, (index) => graph.query('{ value }', {}, { authorization: `user ${index}` }));
    await times(2, (index) => graph.query('{ value }', {}, { cookie: `session=${index}` }));

    expect(graph.requests().a?.length).toBeGreaterThanOrEqual(4);
  });

  it('is never a mutation', async () => {
    await times(5, () => graph.query('mutation { set(to: 2) }'));

    expect(graph.requests().a).toHaveLength(5);
  });

  it('is asked anew after a write, so that whoever wrote sees it', async () => {
    await graph.query('{ value }');
    const before = graph.query('{ value }');
    await delay(10);
    await graph.query('mutation { set(to: 9) }');

    const after = await graph.query('{ value }');

    expect((await before).data).toEqual({ value: 1 });
    expect(after.data).toEqual({ value: 9 });
  });

  it('goes on for the others when one client leaves, and ends when all have left', async () => {
    await graph.query('{ value }');
    const leaving = new AbortController();
    const body = JSON.stringify({ query: '{ value }', variables: {} });
    const ask = (signal?: AbortSignal) =>
      fetch(`${graph.gateway.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        ...(signal === undefined ? {} : { signal }),
      });
    const left = ask(leaving.signal).catch(() => 'left');
    const stayed = ask();
    await delay(15);

    leaving.abort();

    expect(await left).toBe('left');
    expect(await (await stayed).json()).toEqual({ data: { value: 1 } });
  });
});
