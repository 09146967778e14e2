import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CompiledOperation } from '../execution/compile-operation.ts';
import { OperationCache, type CachedDocument, type CachedPlan } from './operation-cache.ts';

const MAX_BYTES = 1_000;

const planOf = (key: string, bytes: number): CachedPlan => ({
  key,
  compiled: {} as CompiledOperation,
  holders: new Set(),
  bytes,
});

describe('the cache of operations', () => {
  let cache: OperationCache;
  /** Adds a variant of 20 bytes to a document of 30. */
  const keep = (key: string, plan: CachedPlan | undefined, name = ''): void => {
    const document: CachedDocument = cache.peek(key) ?? {
      text: key,
      conditions: [],
      client: undefined,
      variants: new Map(),
      bytes: 30,
    };
    const operation = {
      text: key,
      operationName: undefined,
      overridden: [],
      permissions: [],
      conditions: new Map(),
    };
    const known = { kind: 'invalid', steps: [], errors: [] } as const;
    cache.keep(key, document, name, { operation, known, plan, bytes: 20, uses: 1 });
  };
  const documents = () => [...cache.documents].map(({ text }) => text).sort();

  beforeEach(() => {
    cache = new OperationCache(MAX_BYTES);
  });

  it('forgets what was asked for longest ago, with its plan', () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) keep(key, planOf(key, 150));
    cache.find('a');

    keep('f', planOf('f', 150));

    expect(documents()).toEqual(['a', 'c', 'd', 'e', 'f']);
    expect(cache.statistics).toEqual({ documents: 5, plans: 5, bytes: 1_000, evictions: 1 });
    expect(cache.plan('b')).toBeUndefined();
  });

  it('counts a plan of several documents once, as long as one of them is there', () => {
    const shared = planOf('shared', 200);
    for (const key of ['a', 'b', 'c']) keep(key, shared);
    expect(cache.statistics).toMatchObject({ plans: 1, bytes: 350 });

    for (let index = 0; index < 20; index += 1) keep(`other ${index}`, undefined);

    expect(cache.statistics).toMatchObject({ documents: 20, plans: 0, bytes: 1_000 });
  });

  it('keeps no document that would take more than its share, and forgets no other for it', () => {
    keep('a', planOf('a', 100));

    keep('large', planOf('large', 900));

    expect(documents()).toEqual(['a']);
    expect(cache.statistics).toMatchObject({ plans: 1, bytes: 150, evictions: 1 });
  });

  it('forgets variants of a document that would take more than its share, the first of them first', () => {
    for (const name of ['0', '1', '2']) keep('a', planOf(`a${name}`, 80), name);

    expect([...(cache.peek('a')?.variants.keys() ?? [])]).toEqual(['1', '2']);
    expect(cache.statistics).toMatchObject({ documents: 1, plans: 2, bytes: 30 + 2 * (20 + 80) });
  });

  it('keeps so many variants of a document, however small', () => {
    cache = new OperationCache(1_000_000);
    for (let index = 0; index < 100; index += 1) keep('a', planOf(`${index}`, 1), `${index}`);

    expect(cache.peek('a')?.variants.size).toBe(64);
    expect(cache.statistics).toMatchObject({ plans: 64, bytes: 30 + 64 * 21 });
  });

  it('replaces a variant that was prepared twice at a time', () => {
    keep('a', planOf('one', 100));
    keep('a', planOf('two', 100));

    expect(cache.statistics).toMatchObject({ documents: 1, plans: 1, bytes: 150 });
  });

  it('counts what a plan comes to take later', () => {
    const plans = ['a', 'b', 'c', 'd'].map((key) => planOf(key, 190));
    for (const plan of plans) keep(plan.key, plan);

    const [, , , last = planOf('', 0)] = plans;
    cache.grow(last, 55);
    expect(documents()).toEqual(['b', 'c', 'd']);
    expect(cache.statistics).toMatchObject({ bytes: 3 * 240 + 55 });

    cache.grow(last, 100);
    expect(documents()).toEqual(['b', 'c']);

    cache.grow(last, 100);
    expect(cache.statistics).toMatchObject({ plans: 2, bytes: 2 * 240 });
  });
});
