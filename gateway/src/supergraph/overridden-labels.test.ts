import { describe, expect, it } from '@jest/globals';
import { overriddenLabels } from './overridden-labels.ts';

describe('progressive override', () => {
  it.each([
    [0, ['percent(5)', 'percent(50)', 'percent(100)']],
    [0.05, ['percent(50)', 'percent(100)']],
    [0.5, ['percent(100)']],
    [0.999, ['percent(100)']],
  ])('at %d applies to %j', (random, expected) => {
    const labels = ['percent(0)', 'percent(5)', 'percent(50)', 'percent(100)', 'beta', 'percent(x)'];

    expect(overriddenLabels(labels, () => random)).toEqual(expected);
  });
});
