import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { composeFakes } from '@tributary/testkit';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { StringTraits } from '../execution/json.ts';
import { createPlannerPool, type PlannerPool } from '../planning/planner-pool.ts';
import { GENEROUS_LIMITS } from '../testing/generous-limits.ts';
import type { Operations } from './operations.ts';
import { buildSnapshot, type Snapshot } from './snapshot.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** What code may take or give back meanwhile. */
const CODE_BYTES = 1_000_000;

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const supergraph = composeFakes([
  {
    name: 'a',
    url: 'http://a',
    sdl: `${LINK}
      enum Color { ${repeat(1_000, (index) => `COLOR_${index}`)} }
      type Query { one: Int me: User color: Color echo(list: [Int]): Int }
      type User @key(fields: "id") { id: ID! age: Int friend: User }`,
  },
  { name: 'b', url: 'http://b', sdl: `${LINK} type User @key(fields: "id") { id: ID! score: Int }` },
]);

function repeat(times: number, write: (index: number) => string): string {
  return Array.from({ length: times }, (_, index) => write(index)).join(' ');
}

const operation = (text: string, conditions: ReadonlyMap<string, boolean> = new Map()) => ({
  text,
  operationName: undefined,
  overridden: [],
  permissions: [],
  conditions,
});

describe('the operations of a snapshot', () => {
  let planners: PlannerPool;
  const held: Snapshot[] = [];
  const open = async (operationCacheBytes: number): Promise<Operations> => {
    const snapshot = await buildSnapshot(supergraph, {
      planners,
      introspection: true,
      limits: GENEROUS_LIMITS,
      authorization: true,
      filterIntrospection: false,
      costs: false,
      usage: false,
      operationCacheBytes,
    });
    // What nobody holds is released.
    held.push(snapshot);
    return snapshot.operations;
  };

  beforeAll(() => {
    planners = createPlannerPool({ timeoutMs: 30_000, maxThreads: 1 });
  });
  afterAll(() => planners.close());

  it('keep of the variables only those that conditions use', async () => {
    const operations = await open(1_000_000);
    const text =
      'query ($yes: Boolean!, $other: Boolean! = false) { one @include(if: $yes) me { age @skip(if: $other) } }';

    await operations.prepare(operation(text, new Map(['a', 'b', 'c', 'yes'].map((name) => [name, true]))));

    expect(operations.mostUsed(1)).toEqual([operation(text, new Map([['yes', true]]))]);
    expect(operations.find(operation(text), { yes: true })).toMatchObject({ kind: 'valid' });
  });

  const SHAPES: [string, (index: number) => string][] = [
    ['aliases', (index) => `{ ${repeat(1_000, (each) => `a${each}: one`)} b${index}: one }`],
    ['objects', (index) => `{ ${repeat(500, (each) => `a${each}: me { age }`)} b${index}: one }`],
    ['depth', (index) => `{ me { ${'friend { '.repeat(200)} b${index}: age ${'} '.repeat(201)} }`],
    [
      'fragments',
      (index) =>
        `{ me { ${repeat(300, (each) => `...F${each}`)} b${index}: age } }
        ${repeat(300, (each) => `fragment F${each} on User { f${each}: age }`)}`,
    ],
    ['fetches', (index) => `{ ${repeat(200, (each) => `a${each}: me { score }`)} b${index}: one }`],
    ['enums', (index) => `{ ${repeat(500, (each) => `a${each}: color`)} b${index}: one }`],
    ['literals', (index) => `{ echo(list: [${repeat(5_000, String)}]) b${index}: one }`],
    [
      'defaults',
      (index) => `query ($l: [Int] = [${repeat(5_000, String)}]) { echo(list: $l) b${index}: one }`,
    ],
    ['texts', (index) => `{ one } # ${'.'.repeat(100_000)} ${index}`],
    [
      'errors',
      (index) => `query ${'q'.repeat(9_999)} { ${repeat(99, (each) => `a${each}: echo(list: $v${index})`)} }`,
    ],
  ];

  it.each(SHAPES)('are counted at about what they take of memory: %s', async (_, write) => {
    const operations = await open(1_000_000_000);
    const prepare = async (from: number, to: number): Promise<void> => {
      for (let index = from; index < to; index += 1) await operations.prepare(operation(write(index)));
    };
    // What the first ones take is code.
    await prepare(100, 102);
    const countedBefore = operations.statistics.bytes;
    const before = heapUsed();

    await prepare(200, 205);

    const real = heapUsed() - before;
    const counted = operations.statistics.bytes - countedBefore;
    expect(counted).toBeGreaterThan((real - CODE_BYTES) / 2);
    expect(counted).toBeLessThan((real + CODE_BYTES) * 4);
  });

  it('count the variants of a document, each with its plan', async () => {
    const operations = await open(1_000_000_000);
    const text = `query ($c: Boolean!) { one ${repeat(500, (index) => `a${index}: one @skip(if: $c)`)} b: me { age } }`;
    await operations.prepare(operation(text, new Map([['c', true]])));
    const { bytes } = operations.statistics;

    await operations.prepare(operation(text, new Map([['c', false]])));

    expect(operations.statistics).toMatchObject({ documents: 1, plans: 2 });
    expect(operations.statistics.bytes).toBeGreaterThan(bytes + 500 * 500);
  });

  it('count what they come to remember when they run, once', async () => {
    const operations = await open(1_000_000);
    const known = await operations.prepare(operation('{ me { age } color }'));
    const run = (): number => {
      if (known.kind === 'valid')
        known.compiled.write(
          { me: { age: 1 }, color: null },
          { isShared: false, stringTraits: StringTraits.Plain },
        );
      return operations.statistics.bytes;
    };
    const { bytes } = operations.statistics;

    const after = run();

    expect(after).toBeGreaterThan(bytes);
    expect(run()).toBe(after);
  });

  it('do not keep the answer that they wrote last', async () => {
    const operations = await open(1_000_000);
    const known = await operations.prepare(operation('{ me { age friend { age } } }'));
    if (known.kind !== 'valid') throw new Error('The operation is not valid.');
    const write = (): WeakRef<object> => {
      const friend = { age: 2 };
      const source = { me: { age: 1, friend } };
      const { data } = known.compiled.write(source, { isShared: true, stringTraits: StringTraits.Plain });
      expect(data).toBe('{"me":{"age":1,"friend":{"age":2}}}');
      return new WeakRef(friend);
    };

    const friend = write();
    // What a WeakRef was made of lives until the job ends that made it.
    await new Promise(setImmediate);
    collectGarbage();

    expect(friend.deref()).toBeUndefined();
  });

  it('are within the bounds of their cache, whatever is asked', async () => {
    const operations = await open(1_000_000);
    for (let index = 0; index < 30; index += 1)
      await operations.prepare(operation(`{ ${repeat(100, (each) => `a${each}: one`)} b${index}: one }`));
    await operations.prepare(operation('{ one }'));
    await operations.prepare(operation(`{ ${repeat(1_000, (each) => `a${each}: one`)} }`));

    const { bytes, evictions } = operations.statistics;
    expect(bytes).toBeLessThanOrEqual(1_000_000);
    expect(evictions).toBeGreaterThan(0);
    expect(operations.find(operation('{ one }'), {})).toMatchObject({ kind: 'valid' });
  });
});

function heapUsed(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
