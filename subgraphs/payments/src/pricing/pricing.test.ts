import { describe, expect, it } from '@jest/globals';
import { minus, shareOf, sumOf, withTax, type Split } from '../domain/split.ts';
import { findRow, Rates } from './rates.ts';
import { taxOf } from './tax-of.ts';

describe('a tax', () => {
  it.each([
    [10_000n, '19', 1_900],
    // 0.5 of a cent is a cent, 0.4999 is none.
    [50n, '1', 1],
    [49n, '1', 0],
    [1n, '50', 1],
    [333n, '7.25', 24],
    [1_500n, '10', 150],
    [3_250n, '5.1255', 167],
    [BigInt(Number.MAX_SAFE_INTEGER), '99.9999', 9_007_190_247_541_736],
    [12_345n, '0', 0],
  ])('of %s at %s %% is exact, then rounded half up', (amount, percent, tax) => {
    expect(taxOf(amount, percent)).toBe(tax);
  });
});

describe('the tables', () => {
  const taxes = Rates.parse({
    taxes: [
      { countries: ['*'], percent: '1' },
      { countries: ['US', 'CA'], percent: '2' },
      { countries: ['US'], regions: ['California', 'CA'], percent: '3' },
      { countries: ['US'], category: 'reduced', percent: '4' },
      { countries: ['*'], category: 'reduced', percent: '5' },
      { countries: ['US'], percent: '6' },
    ],
  }).taxes;
  it.each([
    ['DE', null, 'standard', '1'],
    ['DE', null, 'reduced', '5'],
    ['US', null, 'standard', '2'],
    ['US', ' california ', 'standard', '3'],
    ['US', 'ca', 'reduced', '3'],
    ['US', 'NY', 'reduced', '4'],
    ['CA', 'CA', 'standard', '2'],
  ])('give %s, %s, %s the most exact row', (countryCode, region, category, percent) => {
    expect(findRow(taxes, { countryCode, region }, category)?.percent).toBe(percent);
  });

  it.each([
    [{ taxes: [{ countries: ['Germany'], percent: '19' }] }],
    [{ taxes: [{ countries: ['DE'], percent: 19 }] }],
    [{ taxes: [{ countries: ['DE'], percent: '-1' }] }],
    [{ taxes: [{ countries: ['DE'], percent: '1.23456' }] }],
    [{ shipping: [{ countries: ['DE'], prices: [{ currency: 'EUR', amount: 4.9 }] }] }],
    [{ shipping: [{ countries: [], prices: [{ currency: 'EUR', amount: 490 }] }] }],
    [{ tax: [] }],
  ])('are refused when they are wrong: %j', (rates) => {
    expect(Rates.safeParse(rates).success).toBe(false);
  });
});

describe('a share', () => {
  /** The same numbers every time. */
  function* numbers(seed: number): Generator<number, never> {
    for (let state = seed; ;) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      yield state;
    }
  }

  it('never takes more of a part than there is, and all of it in the end', () => {
    const random = numbers(7);
    const next = (below: number): number => random.next().value % below;
    for (let round = 0; round < 2_000; round += 1) {
      const whole: Split = { goods: next(500), shipping: next(20), tax: next(50) };
      let left = whole;
      while (sumOf(left) > 0) {
        const amount = 1 + next(sumOf(left));
        const share = next(2) === 0 ? shareOf(left, amount) : withTax(left, amount, next(20));
        expect(sumOf(share)).toBe(amount);
        left = minus(left, share);
        expect(
          Math.min(left.goods, left.shipping, left.tax, share.goods, share.shipping, share.tax),
        ).toBeGreaterThanOrEqual(0);
      }
      expect(left).toEqual({ goods: 0, shipping: 0, tax: 0 });
    }
  });

  it('is like the whole', () => {
    expect(shareOf({ goods: 10_000, shipping: 1_000, tax: 2_090 }, 6_545)).toEqual({
      goods: 5_000,
      shipping: 500,
      tax: 1_045,
    });
  });
});
