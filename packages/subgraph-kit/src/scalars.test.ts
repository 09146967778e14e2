import { describe, expect, it } from '@jest/globals';
import { scalars } from './scalars.ts';

const parse = (name: keyof typeof scalars, value: unknown): unknown => scalars[name].parseValue(value);

describe('scalars', () => {
  it.each<[keyof typeof scalars, unknown, unknown]>([
    ['CountryCode', 'de', 'DE'],
    ['CurrencyCode', 'JPY', 'JPY'],
    ['Locale', 'de-ch', 'de-CH'],
    ['PhoneNumber', '+49 (30) 123-456', '+4930123456'],
    ['SafeInt', Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ])('%s takes %p', (name, value, parsed) => {
    expect(parse(name, value)).toBe(parsed);
  });

  it.each<[keyof typeof scalars, unknown]>([
    ['CountryCode', 'XX'],
    ['CountryCode', ['DE']],
    ['CurrencyCode', 'eur'],
    ['CurrencyCode', 978],
    ['Locale', 'not a locale'],
    ['Locale', ['de']],
    ['PhoneNumber', '12345'],
    ['PhoneNumber', `+${'1'.repeat(5_000)}a`],
    ['SafeInt', 2 ** 53],
    ['SafeInt', 1.5],
    ['URL', 'javascript:alert(1)'],
    ['URL', '/relative'],
  ])('%s refuses %p', (name, value) => {
    expect(() => parse(name, value)).toThrow();
  });
});
