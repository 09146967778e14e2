import { describe, expect, it } from '@jest/globals';
import { CanarySide, findObjection } from './canary-evidence.ts';

const LIMITS = { minRequests: 100, maxErrorFactor: 2, maxLatencyFactor: 1.5 };

const side = (requests: number, failed: number, durationMs: (index: number) => number): CanarySide => {
  const seen = new CanarySide();
  seen.requests = requests;
  seen.failed = failed;
  for (let index = 0; index < requests; index += 1) seen.durations.add(durationMs(index));
  return seen;
};
const usual = (index: number): number => 10 + (index % 20);

describe('what is seen of a canary', () => {
  it.each([
    ['as many errors', side(1_000, 20, usual), side(200, 4, usual)],
    ['errors of one in a hundred where there were none', side(1_000, 0, usual), side(400, 4, usual)],
    ['many errors, among few requests', side(1_000, 0, usual), side(99, 99, usual)],
    ['many errors, with few requests to compare with', side(99, 0, usual), side(1_000, 900, usual)],
    ['errors on both sides: a subgraph is down', side(1_000, 500, usual), side(200, 110, usual)],
    ['a little slower', side(1_000, 0, usual), side(200, 0, (index) => 1.2 * usual(index))],
    ['twice as slow where nobody notices', side(1_000, 0, () => 1), side(200, 0, () => 3)],
    ['a few very slow', side(1_000, 0, usual), side(200, 0, (index) => (index % 30 === 0 ? 9_000 : 10))],
  ])('is no objection: %s', (_, old, canary) => {
    expect(findObjection(old, canary, LIMITS)).toBeUndefined();
  });

  it('is an objection when many more fail', () => {
    expect(findObjection(side(1_000, 10, usual), side(200, 30, usual), LIMITS)).toEqual({
      reason: 'errors',
      old: 0.01,
      new: 0.15,
    });
  });

  it('is an objection when it is much slower', () => {
    const slow = side(200, 0, (index) => 2 * usual(index));

    expect(findObjection(side(1_000, 0, usual), slow, LIMITS)).toMatchObject({ reason: 'latency' });
  });

  it('is an objection when one in five has become slow', () => {
    const mixed = side(300, 0, (index) => (index % 5 === 0 ? 500 : usual(index)));

    expect(findObjection(side(1_000, 0, usual), mixed, LIMITS)).toMatchObject({ reason: 'latency' });
  });

  it('counts no request that would have failed with any supergraph, and no time of a first one', () => {
    const seen = new CanarySide();
    const record = (outcome: 'succeeded' | 'refused', code: string | undefined, cache: 'hit' | 'miss') => {
      const errorCodes = code === undefined ? [] : [code];
      seen.record({ startedAt: 0, cache, result: { operation: undefined, outcome, errorCodes } });
    };
    record('refused', 'REQUEST_RATE_LIMITED', 'hit');
    record('refused', 'GRAPHQL_PARSE_FAILED', 'miss');
    record('refused', 'GRAPHQL_VALIDATION_FAILED', 'hit');
    record('succeeded', undefined, 'miss');
    record('succeeded', undefined, 'hit');
    seen.record({ startedAt: 0, cache: 'hit', result: undefined });

    expect([seen.requests, seen.failed, seen.durations.total]).toEqual([3, 1, 1]);
  });
});
