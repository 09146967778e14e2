import { describe, expect, it } from '@jest/globals';
import { judgeGrowth } from './memory.ts';

const samples = (valueAt: (index: number) => number): readonly number[] =>
  Array.from({ length: 120 }, (_, index) => valueAt(index));

describe("the soak's judgement of memory", () => {
  it('does not mind what is taken while caches fill', () => {
    expect(judgeGrowth(samples((index) => Math.min(600, 300 + 15 * index))).isLeak).toBe(false);
  });

  it('does not mind single samples', () => {
    expect(judgeGrowth(samples((index) => (index % 7 === 0 ? 900 : 500))).isLeak).toBe(false);
  });

  it('sees what grows all the time', () => {
    expect(judgeGrowth(samples((index) => 500 + 2.5 * index)).isLeak).toBe(true);
  });
});
