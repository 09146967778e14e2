import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { composeFakes, waitFor } from '@tributary/testkit';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createPlannerPool, type PlannerPool } from '../planning/planner-pool.ts';
import type { CanaryOptions } from './canary.ts';
import { CurrentSnapshot } from './current-snapshot.ts';
import { GENEROUS_LIMITS } from '../testing/generous-limits.ts';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';
const supergraph = (fields: string): string =>
  composeFakes([{ name: 'a', url: 'http://a', sdl: `${LINK} type Query { ${fields} }` }]);
const operation = (text: string, overridden: readonly string[] = []) => ({
  text,
  operationName: undefined,
  overridden,
  permissions: [],
  conditions: new Map(),
});

const canary = (durationMs: number): CanaryOptions => ({
  percent: 50,
  durationMs,
  minRequests: 1,
  maxErrorFactor: 2,
  maxLatencyFactor: 2,
  keySources: [{ from: 'ip' }],
  trustedProxies: 0,
});
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the current snapshot', () => {
  let planners: PlannerPool;
  const create = (sdl: string, canary?: CanaryOptions): Promise<CurrentSnapshot> =>
    CurrentSnapshot.create(sdl, {
      planners,
      canary,
      logger: silentLogger(),
      introspection: true,
      limits: GENEROUS_LIMITS,
      authorization: true,
      filterIntrospection: false,
      costs: false,
      usage: false,
      operationCacheBytes: 1_000_000,
    });

  beforeAll(() => {
    planners = createPlannerPool({ timeoutMs: 10_000 });
  });

  afterAll(() => planners.close());

  it('is replaced by one on which what was asked most is prepared already', async () => {
    const snapshots = await create(supergraph('one: Int two: Int'));
    const { operations } = snapshots.current;
    await operations.prepare(operation('{ one }'));
    await operations.prepare(operation('{ two }'));
    operations.find(operation('{ two }'), {});
    const first = snapshots.current;

    await snapshots.replace(supergraph('two: Int three: Int'));

    expect(operations.mostUsed(1)).toEqual([operation('{ two }')]);
    expect(snapshots.current).not.toBe(first);
    expect(snapshots.current.operations.find(operation('{ two }'), {})).toMatchObject({ kind: 'valid' });
    // What the new schema does not have is not planned on it.
    expect(snapshots.current.operations.find(operation('{ one }'), {})).toMatchObject({ kind: 'invalid' });
  });

  it('still serves the requests that began with it', async () => {
    const snapshots = await create(supergraph('one: Int'));
    const first = snapshots.current;

    await snapshots.replace(supergraph('two: Int'));

    expect(snapshots.current).not.toBe(first);
    expect(await first.operations.prepare(operation('{ one }'))).toMatchObject({ kind: 'valid' });
  });

  it.each([
    ['at once', undefined],
    ['after a canary', 300],
  ])('is freed when another one is for everybody: %s', async (_, durationMs) => {
    const snapshots = await create(
      supergraph('one: Int'),
      durationMs === undefined ? undefined : canary(durationMs),
    );
    const old = new WeakRef(snapshots.current);
    await snapshots.replace(supergraph('two: Int'));
    await waitFor(() => snapshots.current !== old.deref());

    await waitFor(() => {
      collectGarbage();
      return old.deref() === undefined;
    });
    snapshots.stop();
  });

  it('stays when the next one is no supergraph, and is not rebuilt for the same text', async () => {
    const sdl = supergraph('one: Int');
    const snapshots = await create(sdl);
    const first = snapshots.current;

    await expect(snapshots.replace('type Query { one: Missing }')).rejects.toThrow();
    await snapshots.replace(sdl);

    expect(snapshots.current).toBe(first);
  });
});
