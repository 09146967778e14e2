import { beforeEach, describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from './circuit-breaker.ts';

describe('a circuit breaker', () => {
  let now: number;
  let breaker: CircuitBreaker;
  beforeEach(() => {
    now = 0;
    breaker = new CircuitBreaker(
      { errorPercent: 50, minRequests: 4, windowMs: 1_000, openMs: 500 },
      () => now,
    );
  });
  const request = (outcome: 'succeeded' | 'failed' | 'unknown'): boolean => {
    const entry = breaker.tryEnter();
    if (entry !== undefined) breaker.end(entry, outcome);
    return entry !== undefined;
  };
  const open = () => {
    for (let n = 0; n < 4; n += 1) request('failed');
  };

  it('opens when too many have failed, of enough', () => {
    for (const outcome of ['succeeded', 'succeeded', 'failed'] as const) request(outcome);
    expect(breaker.tryEnter()).toBe('usual');
    breaker.end('usual', 'failed');

    expect(breaker.tryEnter()).toBeUndefined();
  });

  it('stays closed for few failures, for few requests, and for what nobody waited for', () => {
    for (let n = 0; n < 3; n += 1) request('failed');
    for (let n = 0; n < 10; n += 1) request('unknown');
    expect(breaker.tryEnter()).toBe('usual');
    for (let n = 0; n < 5; n += 1) breaker.end('usual', 'succeeded');
    expect(request('failed')).toBe(true);
    expect(request('succeeded')).toBe(true);
  });

  it('forgets what was long ago', () => {
    for (let n = 0; n < 3; n += 1) request('failed');
    now += 1_100;
    request('failed');

    expect(breaker.tryEnter()).toBe('usual');
  });

  it('lets one request try after a while, and closes when it succeeds', () => {
    open();
    now += 499;
    expect(breaker.tryEnter()).toBeUndefined();
    now += 1;
    expect(breaker.tryEnter()).toBe('trial');
    expect(breaker.tryEnter()).toBeUndefined();
    breaker.end('trial', 'succeeded');

    expect([breaker.tryEnter(), breaker.tryEnter()]).toEqual(['usual', 'usual']);
    // What was counted before does not open it again.
    breaker.end('usual', 'failed');
    expect(breaker.tryEnter()).toBe('usual');
  });

  it('opens again when the one that tries fails, and lets another try when it was given up', () => {
    open();
    now += 500;
    expect(request('failed')).toBe(true);
    expect(breaker.tryEnter()).toBeUndefined();
    now += 500;
    expect(request('unknown')).toBe(true);
    expect(request('succeeded')).toBe(true);
    expect(breaker.tryEnter()).toBe('usual');
  });

  it('waits for the one that tries, whatever becomes of requests from before', () => {
    open();
    now += 500;
    expect(breaker.tryEnter()).toBe('trial');
    breaker.end('usual', 'succeeded');
    expect(breaker.tryEnter()).toBeUndefined();
    breaker.end('usual', 'failed');
    breaker.end('trial', 'succeeded');
    expect(breaker.tryEnter()).toBe('usual');
  });
});
