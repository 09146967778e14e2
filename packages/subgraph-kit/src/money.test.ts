import { describe, expect, it } from '@jest/globals';
import { isCurrency, toDecimal, toMoney } from './money.ts';

describe('money', () => {
  it.each([
    [1234, 'EUR', '12.34'],
    [5, 'USD', '0.05'],
    [1234, 'JPY', '1234'],
    [1234, 'KWD', '1.234'],
    [1234, 'HUF', '12.34'],
    [1234, 'IDR', '12.34'],
    [1234, 'MGA', '12.34'],
    [12345, 'CLF', '1.2345'],
    [-1, 'EUR', '-0.01'],
    [0, 'EUR', '0.00'],
  ])('writes %d minor units of %s as %s', (amount, currency, decimal) => {
    expect(toMoney(amount, currency)).toEqual({ amount, currency, decimal });
  });

  it('writes sums beyond the safe integers to the last unit', () => {
    expect(toDecimal(27_021_597_764_222_973n, 'EUR')).toBe('270215977642229.73');
    expect(toDecimal(-90_071_992_547_409_919n, 'JPY')).toBe('-90071992547409919');
  });

  it.each([1.5, Number.MAX_SAFE_INTEGER + 1, Number.NaN])('refuses to round %d', (amount) => {
    expect(() => toMoney(amount, 'EUR')).toThrow(RangeError);
  });

  it('knows ISO 4217 codes', () => {
    expect([isCurrency('EUR'), isCurrency('eur'), isCurrency('EURO'), isCurrency('XXY')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
