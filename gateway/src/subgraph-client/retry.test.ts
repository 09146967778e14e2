import { describe, expect, it } from '@jest/globals';
import { RetryBudget } from './retry-budget.ts';
import { retryDelay } from './retry-delay.ts';

describe('the budget of retries', () => {
  const granted = (budget: RetryBudget): number => {
    let count = 0;
    while (budget.tryRetry()) count += 1;
    return count;
  };

  it('is a share of what is asked, and a reserve', () => {
    const budget = new RetryBudget(20);
    expect(granted(budget)).toBe(10);
    for (let n = 0; n < 100; n += 1) budget.onRequest();
    expect(granted(budget)).toBeGreaterThanOrEqual(19);
    for (let n = 0; n < 100_000; n += 1) budget.onRequest();
    expect(granted(budget)).toBe(100);
  });
});

describe('the pause before a retry', () => {
  const response = (retryAfter: string) => ({
    status: 503,
    headers: { 'retry-after': retryAfter },
    bytes: Buffer.alloc(0),
  });
  const longest = (attempt: number): number =>
    Math.max(...Array.from({ length: 500 }, () => retryDelay(attempt, 50, undefined)));

  it('grows, is never the same for all, and ends somewhere', () => {
    expect(longest(1)).toBeLessThanOrEqual(50);
    expect(longest(3)).toBeGreaterThan(50);
    expect(longest(3)).toBeLessThanOrEqual(200);
    expect(longest(10)).toBeLessThanOrEqual(2_000);
    expect(new Set(Array.from({ length: 20 }, () => retryDelay(1, 50, undefined))).size).toBeGreaterThan(1);
  });

  it('is what the subgraph asks for, in seconds or until a date', () => {
    expect(retryDelay(1, 50, response('2'))).toBe(2_000);
    const soon = retryDelay(1, 50, response(new Date(Date.now() + 60_000).toUTCString()));
    expect(soon).toBeGreaterThan(50_000);
    expect(soon).toBeLessThanOrEqual(60_000);
    expect(retryDelay(1, 50, response('soon'))).toBeLessThanOrEqual(50);
  });
});
