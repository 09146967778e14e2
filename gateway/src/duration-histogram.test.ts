import { describe, expect, it } from '@jest/globals';
import { DurationHistogram } from './duration-histogram.ts';

describe('a histogram of durations', () => {
  it('knows quantiles and what is above a bound, to a tenth', () => {
    const histogram = new DurationHistogram();
    for (let ms = 1; ms <= 100; ms += 1) histogram.add(ms);

    expect(histogram.total).toBe(100);
    expect(histogram.quantile(0.95)).toBeGreaterThanOrEqual(95);
    expect(histogram.quantile(0.95)).toBeLessThan(95 * 1.1);
    expect(histogram.countAbove(50)).toBeGreaterThan(44);
    expect(histogram.countAbove(50)).toBeLessThanOrEqual(50);
    expect(histogram.countAbove(1_000)).toBe(0);
  });

  it('is written as GraphOS has it', () => {
    const histogram = new DurationHistogram();
    for (const ms of [0.0005, 0.001, 0.00121, 0.01]) histogram.add(ms);

    // Buckets 0, 0, 2 and 25: ln(10 µs) / ln 1.1 = 24.2.
    expect(histogram.toArray()).toEqual([2, 0, 1, -22, 1]);
  });

  it('takes what is shorter or longer than all buckets into the first and the last', () => {
    const histogram = new DurationHistogram();
    histogram.add(0);
    histogram.add(Number.MAX_VALUE);

    expect(histogram.toArray()).toEqual([1, -382, 1]);
  });
});
