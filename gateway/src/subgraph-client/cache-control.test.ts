import { describe, expect, it } from '@jest/globals';
import { aged, mostRestrictive } from './cache-control.ts';

describe('the most restrictive Cache-Control', () => {
  it.each([
    [['max-age=60'], 'max-age=60'],
    [['max-age=60', 'max-age=5, public'], 'max-age=5'],
    [['public, max-age=60', 'PUBLIC, Max-Age=5'], 'public, max-age=5'],
    [['public, max-age=60', 'private, max-age=90'], 'private, max-age=60'],
    [['max-age=60', 'no-store'], 'no-store'],
    [['max-age=60', 'no-cache'], 'no-cache, max-age=0'],
    [['public'], 'public, max-age=0'],
    [['max-age=soon'], 'max-age=0'],
    [['max-age=60, s-maxage=600', 'max-age=300'], 'max-age=60, s-maxage=300'],
    [['max-age=60, s-maxage=600', 'private, max-age=300'], 'private, max-age=60'],
    [['max-age=9, must-revalidate', 'max-age=9, no-transform'], 'max-age=9, must-revalidate, no-transform'],
    [['max-age=9, immutable', 'max-age=9'], 'max-age=9'],
    [['max-age=9, immutable', 'max-age=9, immutable'], 'max-age=9, immutable'],
    [
      ['max-age=9, stale-while-revalidate=30, stale-if-error=9', 'max-age=9, stale-while-revalidate=7'],
      'max-age=9, stale-while-revalidate=7',
    ],
    [['max-age="30", private="x-user, no-store"'], 'private, max-age=30'],
    [[''], 'max-age=0'],
    [[], 'no-store'],
  ])('of %j is %p', (values, expected) => {
    expect(mostRestrictive(values, false)).toBe(expected);
  });

  it('is never public for one caller', () => {
    expect(mostRestrictive(['public, max-age=60, s-maxage=90'], true)).toBe('private, max-age=60');
  });

  it('holds for less long when the answer was in a cache', () => {
    expect(aged('public, max-age=60, s-maxage=20', '50')).toBe('public, max-age=10, s-maxage=0');
    expect(aged('max-age=60', undefined)).toBe('max-age=60');
    expect(aged('max-age=60', 'x')).toBe('max-age=60');
  });
});
