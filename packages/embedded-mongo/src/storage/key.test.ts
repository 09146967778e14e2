import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long } from 'bson';
import fc from 'fast-check';
import { compareValues } from '../query/compare.ts';
import { bsonValues } from '../testing/bson-values.ts';
import { encodeKey, invertKey } from './key.ts';

function sign(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

describe('encoded keys', () => {
  it('sort exactly as the values they stand for', () => {
    fc.assert(
      fc.property(bsonValues, bsonValues, (a, b) => {
        expect(sign(encodeKey(a), encodeKey(b))).toBe(Math.sign(compareValues(a, b)));
      }),
      { numRuns: 3000 },
    );
  });

  it('sort the other way round when inverted', () => {
    fc.assert(
      fc.property(bsonValues, bsonValues, (a, b) => {
        expect(sign(invertKey(encodeKey(a)), invertKey(encodeKey(b)))).toBe(
          -Math.sign(compareValues(a, b)) + 0,
        );
      }),
    );
  });

  it('are never the start of another key', () => {
    fc.assert(
      fc.property(bsonValues, bsonValues, (a, b) => {
        fc.pre(compareValues(a, b) !== 0);
        expect(encodeKey(b).startsWith(encodeKey(a))).toBe(false);
      }),
    );
  });

  it('give equal numbers of all types one key', () => {
    const keys = [new Int32(5), new Double(5), Long.fromNumber(5), Decimal128.fromString('5.00')].map(
      encodeKey,
    );
    expect(new Set(keys).size).toBe(1);
  });

  it('keep apart integers a double cannot', () => {
    expect(encodeKey(Long.fromString('9007199254740993'))).not.toBe(
      encodeKey(Long.fromString('9007199254740992')),
    );
    expect(encodeKey(Decimal128.fromString('0.1'))).not.toBe(encodeKey(new Double(0.1)));
  });
});
