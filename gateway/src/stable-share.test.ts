import { describe, expect, it } from '@jest/globals';
import { stableShare } from './stable-share.ts';

describe('a stable share', () => {
  it('is the same for the same text, wherever it is asked', () => {
    expect(stableShare('ada')).toBeCloseTo(0.991917, 6);
    expect(stableShare('ada')).toBe(stableShare('ada'));
  });

  it('is evenly spread', () => {
    const texts = Array.from({ length: 10_000 }, (_, index) => `caller ${index}`);

    expect(texts.filter((text) => stableShare(text) < 0.05).length).toBeCloseTo(500, -2);
  });
});
