import { describe, expect, it } from '@jest/globals';
import { overriddenLabels, type OverrideRule } from './overridden-labels.ts';

const CALLERS = Array.from({ length: 1_000 }, (_, index) => `claim:${index}`);
const rule = (given: Partial<OverrideRule>): OverrideRule => ({
  percent: undefined,
  scopes: [],
  header: undefined,
  ...given,
});

describe('progressive override', () => {
  it.each([
    [0, ['percent(5)', 'percent(50)', 'percent(100)']],
    [0.05, ['percent(50)', 'percent(100)']],
    [0.5, ['percent(100)']],
    [0.999, ['percent(100)']],
  ])('at %d applies to %j', (random, expected) => {
    const labels = ['percent(0)', 'percent(5)', 'percent(50)', 'percent(100)', 'beta', 'percent(x)'];

    expect(overriddenLabels(labels, { random: () => random })).toEqual(expected);
  });

  it('takes the same callers again, and more of them when the percentage rises', () => {
    const takes = (label: string) =>
      CALLERS.filter((caller) => overriddenLabels([label], { caller }).length > 0);

    expect(takes('percent(10)')).toEqual(takes('percent(10)'));
    expect(takes('percent(10)').length).toBeGreaterThan(70);
    expect(takes('percent(10)').length).toBeLessThan(130);
    expect(takes('percent(20)')).toEqual(expect.arrayContaining(takes('percent(10)')));
  });

  it('makes one set more than there are percentages', () => {
    const labels = ['percent(10)', 'percent(30)', 'percent(70)'];
    const sets = new Set(CALLERS.map((caller) => overriddenLabels(labels, { caller }).join()));

    expect(sets.size).toBe(4);
  });

  it('decides other labels by what is said of them', () => {
    const rules = new Map([
      ['none', rule({})],
      ['staff', rule({ scopes: ['staff', 'admin'] })],
      ['beta', rule({ header: { name: 'x-beta', value: '1' } })],
      ['all', rule({ percent: 100 })],
    ]);
    const labels = ['none', 'staff', 'beta', 'all', 'unknown'];
    const of = (permissions: string[], headers = {}) =>
      overriddenLabels(labels, { rules, permissions: new Set(permissions), headers, caller: 'ada' });

    expect(of([])).toEqual(['all']);
    expect(of(['scope:admin'])).toEqual(['staff', 'all']);
    expect(of([], { 'x-beta': '1' })).toEqual(['beta', 'all']);
    expect(of([], { 'x-beta': '0' })).toEqual(['all']);
  });

  it('gives labels with a percentage of their own other callers each', () => {
    const rules = new Map([
      ['a', rule({ percent: 50 })],
      ['b', rule({ percent: 50 })],
    ]);
    const sets = new Set(CALLERS.map((caller) => overriddenLabels(['a', 'b'], { rules, caller }).join()));

    expect(sets).toEqual(new Set(['', 'a', 'b', 'a,b']));
  });
});
