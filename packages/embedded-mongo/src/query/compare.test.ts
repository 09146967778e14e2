import { describe, expect, it } from '@jest/globals';
import {
  Binary,
  BSONRegExp,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import fc from 'fast-check';
import { bsonValues } from '../testing/bson-values.ts';
import { compareValues, isIdentical } from './compare.ts';

const ASCENDING: readonly [string, unknown][] = [
  ['MinKey', new MinKey()],
  ['null', null],
  ['NaN', new Double(Number.NaN)],
  ['-Infinity', new Double(-Infinity)],
  ['a negative int', new Int32(-1)],
  ['decimal 0.1', Decimal128.fromString('0.1')],
  ['double 0.1, which is a little more', new Double(0.1)],
  ['int 1', new Int32(1)],
  ['2^53', Long.fromString('9007199254740992')],
  ['2^53 + 1', Long.fromString('9007199254740993')],
  ['Infinity', new Double(Infinity)],
  ['empty text', ''],
  ['text a', 'a'],
  ['text b', 'b'],
  ['text U+FFEE', '\uffee'],
  ['text U+1F600, higher in UTF-8 and lower in UTF-16', '\u{1f600}'],
  ['empty document', {}],
  ['document {a: 1}', { a: new Int32(1) }],
  ['document {b: 1}', { b: new Int32(1) }],
  ['document {a: "x"}: types come before names', { a: 'x' }],
  ['empty array', []],
  ['array [1]', [new Int32(1)]],
  ['array [1, 2]', [new Int32(1), new Int32(2)]],
  ['short binary', new Binary(Uint8Array.from([9]))],
  ['longer binary', new Binary(Uint8Array.from([1, 1]))],
  ['ObjectId', new ObjectId('000000000000000000000001')],
  ['false', false],
  ['true', true],
  ['date', new Date(0)],
  ['timestamp', new Timestamp({ t: 1, i: 1 })],
  ['regular expression', new BSONRegExp('a', 'i')],
  ['MaxKey', new MaxKey()],
];

describe('BSON order', () => {
  it.each(
    ASCENDING.slice(1).map(([name, value], i) => [ASCENDING[i]?.[0] ?? '', name, ASCENDING[i]?.[1], value]),
  )('puts %s before %s', (_lower, _higher, lower, higher) => {
    expect(compareValues(lower, higher)).toBeLessThan(0);
    expect(compareValues(higher, lower)).toBeGreaterThan(0);
  });

  it('is antisymmetric and transitive', () => {
    fc.assert(
      fc.property(bsonValues, bsonValues, bsonValues, (a, b, c) => {
        expect(Math.sign(compareValues(a, b))).toBe(-Math.sign(compareValues(b, a)) + 0);
        if (compareValues(a, b) <= 0 && compareValues(b, c) <= 0)
          expect(compareValues(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('compares embedded documents by field order', () => {
    expect(
      compareValues({ a: new Int32(1), b: new Int32(2) }, { b: new Int32(2), a: new Int32(1) }),
    ).not.toBe(0);
  });

  it('tells equal from identical', () => {
    expect(compareValues(new Int32(1), Long.fromNumber(1))).toBe(0);
    expect(isIdentical(new Int32(1), Long.fromNumber(1))).toBe(false);
    expect(isIdentical({ a: [new Int32(1)] }, { a: [new Int32(1)] })).toBe(true);
  });
});
