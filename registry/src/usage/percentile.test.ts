import { describe, expect, it } from '@jest/globals';
import { bucketOf } from './latency-buckets.ts';
import { percentileMs } from './percentile.ts';

describe('percentileMs', () => {
  it('is never less than what was measured, and at most a tenth more', () => {
    for (const ms of [0.1, 1, 4.2, 80, 1_000, 59_000]) {
      const found = percentileMs(new Map([[bucketOf(ms * 1_000), 3]]), 0.5) ?? 0;

      expect(found).toBeGreaterThanOrEqual(ms * 0.999_999);
      expect(found).toBeLessThanOrEqual(ms * 1.1);
    }
  });

  it('takes buckets in order, whatever order they came in', () => {
    const histogram = new Map([
      [bucketOf(900_000), 5],
      [bucketOf(1_000), 90],
      [bucketOf(20_000), 5],
    ]);

    expect(percentileMs(histogram, 0.5)).toBeCloseTo(1, 0);
    expect(percentileMs(histogram, 0.95)).toBeCloseTo(20, -1);
    expect(percentileMs(histogram, 0.99)).toBeGreaterThan(899);
  });

  it('is unknown while nothing was measured', () => {
    expect(percentileMs(new Map(), 0.5)).toBeUndefined();
    expect(percentileMs(new Map([[3, 0]]), 0.5)).toBeUndefined();
  });
});
