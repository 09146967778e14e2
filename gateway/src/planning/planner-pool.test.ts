import { afterEach, describe, expect, it } from '@jest/globals';
import { composeFakes } from '@tributary/testkit';
import { createPlannerPool, type PlannerPool } from './planner-pool.ts';
import { GENEROUS_LIMITS } from '../testing/generous-limits.ts';

const small = composeFakes([{ name: 'users', url: 'http://users', sdl: 'type Query { name: String }' }]);

/** So many types that loading takes longer than an operation may keep a thread while others wait. */
const large = [
  small,
  ...Array.from(
    { length: 8_000 },
    (_, index) => `type T${index} @join__type(graph: USERS) { a: String b: String c: String d: String }`,
  ),
].join('\n');

describe('planning threads', () => {
  let pool: PlannerPool | undefined;

  afterEach(() => pool?.close());

  it('are not ended for loading a supergraph, whoever waits', async () => {
    pool = createPlannerPool({ timeoutMs: 10_000, maxThreads: 1 });
    const { snapshot } = await pool.load({
      supergraphSdl: small,
      introspection: true,
      limits: GENEROUS_LIMITS,
      authorization: true,
      costs: false,
      usage: false,
    });

    const [{ loaded }, prepared] = await Promise.all([
      pool.load({
        supergraphSdl: large,
        introspection: true,
        limits: GENEROUS_LIMITS,
        authorization: true,
        costs: false,
        usage: false,
      }),
      pool.prepare(snapshot, {
        text: '{ name }',
        operationName: undefined,
        overridden: [],
        permissions: [],
        conditions: new Map(),
      }),
    ]);

    expect(loaded.subgraphUrls).toEqual(new Map([['users', 'http://users']]));
    expect(prepared.kind).toBe('valid');
  });

  it('load a supergraph before the operations that wait, however many', async () => {
    pool = createPlannerPool({ timeoutMs: 10_000, maxThreads: 1 });
    const { snapshot } = await pool.load({
      supergraphSdl: small,
      introspection: true,
      limits: GENEROUS_LIMITS,
      authorization: true,
      costs: false,
      usage: false,
    });
    const { prepare } = pool;
    const ask = (index: number): Promise<unknown> =>
      prepare(snapshot, {
        text: `{ name_${index}: name }`,
        operationName: undefined,
        overridden: [],
        permissions: [],
        conditions: new Map(),
      });
    const waiting = Array.from({ length: 1_100 }, (_, index) => ask(index));
    const refused = Promise.allSettled(waiting).then(
      (results) => results.filter(({ status }) => status === 'rejected').length,
    );

    const { loaded } = await pool.load({
      supergraphSdl: small,
      introspection: true,
      limits: GENEROUS_LIMITS,
      authorization: true,
      costs: false,
      usage: false,
    });

    expect(loaded.subgraphUrls.size).toBe(1);
    expect(await refused).toBeGreaterThan(0);
  });
});
