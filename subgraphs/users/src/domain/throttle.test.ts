import { describe, expect, it } from '@jest/globals';
import { admitAttempt, takeBackAttempt, type ThrottleRule, type ThrottleState } from './throttle.ts';

const at = (seconds: number): Date => new Date(seconds * 1_000);
const FIXED: ThrottleRule = { limit: 3, windowMs: 60_000 };
const DOUBLING: ThrottleRule = { limit: 3, windowMs: 600_000, pause: { firstMs: 1_000, longestMs: 8_000 } };

/** What becomes of attempts at these seconds: the pause that a refused one is told, or 'in'. */
function attempts(rule: ThrottleRule, seconds: readonly number[]): (number | 'in')[] {
  let state: ThrottleState | undefined;
  return seconds.map((second) => {
    const admission = admitAttempt(rule, state, at(second));
    if (!admission.admitted) return admission.retryAfterSeconds;
    ({ state } = admission);
    return 'in';
  });
}

describe('admitAttempt', () => {
  it('lets the limit through in a window, and the next ones in the next', () => {
    expect(attempts(FIXED, [0, 1, 2, 3, 59.5, 60, 61])).toEqual(['in', 'in', 'in', 57, 1, 'in', 'in']);
  });

  it('doubles the pause after each attempt from the limit on, up to the longest', () => {
    const seconds = [0, 0, 0, 0, 1, 1, 3, 3, 7, 7, 15, 15];

    expect(attempts(DOUBLING, seconds)).toEqual(['in', 'in', 'in', 1, 'in', 2, 'in', 4, 'in', 8, 'in', 8]);
  });

  it('starts anew after the window', () => {
    expect(attempts(DOUBLING, [0, 0, 0, 601, 601, 601, 601])).toEqual([
      'in',
      'in',
      'in',
      'in',
      'in',
      'in',
      1,
    ]);
  });
});

describe('takeBackAttempt', () => {
  it('lets in again whom the attempt would have kept out', () => {
    const full = { attempts: 3, windowStartedAt: at(0), blockedUntil: at(60) };

    expect(takeBackAttempt(FIXED, full)).toEqual({ ...full, attempts: 2, blockedUntil: null });
    expect(takeBackAttempt(FIXED, { ...full, attempts: 5 })).toMatchObject({
      attempts: 4,
      blockedUntil: at(60),
    });
    expect(takeBackAttempt(FIXED, { ...full, attempts: 0 }).attempts).toBe(0);
  });
});
