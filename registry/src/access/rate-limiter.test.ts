import { describe, expect, it } from '@jest/globals';
import { createRateLimiter, RequestRateLimitedError } from './rate-limiter.ts';

describe('a rate limiter', () => {
  it('lets a burst through, then what fills up, each name for itself', () => {
    let nowMs = 0;
    const limiter = createRateLimiter({ burst: 2, perSecond: 0.5 }, () => nowMs);
    const take = (name: string) => () => {
      limiter.take(name);
    };
    limiter.assertLeft('a');
    limiter.take('a');
    limiter.take('a');

    expect(take('a')).toThrow(RequestRateLimitedError);
    expect(take('a')).toThrow('Try again in 2 s.');
    expect(() => {
      limiter.assertLeft('a');
    }).toThrow(RequestRateLimitedError);
    expect(take('b')).not.toThrow();
    nowMs += 2_000;
    expect(take('a')).not.toThrow();
    expect(take('a')).toThrow('Try again in 2 s.');
    nowMs += 3_600_000;
    expect(take('a')).not.toThrow();
    expect(take('a')).not.toThrow();
    expect(take('a')).toThrow(RequestRateLimitedError);
  });
});
