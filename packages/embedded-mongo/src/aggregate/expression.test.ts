import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long, ObjectId } from 'bson';
import { compileExpression } from './expression.ts';

const int = (value: number): Int32 => new Int32(value);
const double = (value: number): Double => new Double(value);
const long = (value: string): Long => Long.fromString(value);
const decimal = (value: string): Decimal128 => Decimal128.fromString(value);
const DATE = new Date('2024-03-05T06:07:08.009Z');

const ROOT = {
  n: int(5),
  big: long('9007199254740993'),
  s: 'Hello',
  nil: null,
  d: DATE,
  list: [int(3), int(1), int(2)],
  items: [
    { q: int(2), p: long('100') },
    { q: int(3), p: long('50') },
  ],
  o: { x: int(1), y: 'b' },
};

const CASES: readonly [unknown, unknown][] = [
  ['$o.x', int(1)],
  ['$items.q', [int(2), int(3)]],
  ['$missing', undefined],
  ['$$ROOT.n', int(5)],
  [{ $literal: '$n' }, '$n'],
  [
    ['$n', '$missing'],
    [int(5), null],
  ],
  [{ a: '$n', b: '$missing' }, { a: int(5) }],
  [{ $add: ['$big', int(2)] }, long('9007199254740995')],
  [{ $add: ['$n', double(0.5)] }, double(5.5)],
  [{ $add: ['$d', int(1000)] }, new Date(DATE.getTime() + 1000)],
  [{ $add: ['$n', '$missing'] }, null],
  [{ $subtract: ['$d', new Date(DATE.getTime() - 5)] }, long('5')],
  [{ $multiply: [decimal('0.1'), int(3)] }, decimal('0.3')],
  [{ $multiply: [int(2_000_000_000), int(2)] }, long('4000000000')],
  [{ $divide: [int(7), int(2)] }, double(3.5)],
  [{ $mod: [int(-7), int(3)] }, int(-1)],
  [{ $abs: int(-4) }, int(4)],
  [{ $ceil: double(1.2) }, double(2)],
  [{ $round: [double(2.5)] }, double(2)],
  [{ $round: [double(1.005), int(2)] }, double(1)],
  [{ $round: [decimal('2.345'), int(2)] }, decimal('2.34')],
  [{ $trunc: [double(-1.27), int(1)] }, double(-1.2)],
  [{ $pow: [int(2), int(40)] }, long('1099511627776')],
  [{ $sqrt: int(9) }, double(3)],
  [{ $cmp: ['a', int(1)] }, int(1)],
  [{ $eq: ['$n', long('5')] }, true],
  [{ $lt: ['$missing', null] }, true],
  [{ $and: ['$n', { $gt: ['$n', int(1)] }] }, true],
  [{ $not: ['$nil'] }, true],
  [{ $cond: [{ $gt: ['$n', int(3)] }, 'big', 'small'] }, 'big'],
  [{ $cond: { if: '$nil', then: int(1), else: int(2) } }, int(2)],
  [{ $ifNull: ['$missing', '$nil', 'x'] }, 'x'],
  [{ $switch: { branches: [{ case: { $eq: ['$n', int(5)] }, then: 'five' }], default: 'other' } }, 'five'],
  [{ $let: { vars: { a: '$n' }, in: { $add: ['$$a', int(1)] } } }, int(6)],
  [{ $concat: ['$s', ' ', 'you'] }, 'Hello you'],
  [{ $concat: ['$s', '$missing'] }, null],
  [{ $toUpper: '$s' }, 'HELLO'],
  [{ $toLower: '$nil' }, ''],
  [{ $strLenCP: 'a\u{1f600}' }, int(2)],
  [{ $strLenBytes: 'é' }, int(2)],
  [{ $substrCP: ['$s', int(1), int(3)] }, 'ell'],
  [{ $split: ['a,b', ','] }, ['a', 'b']],
  [{ $trim: { input: '  a ' } }, 'a'],
  [{ $indexOfBytes: ['$s', 'l'] }, int(2)],
  [{ $regexMatch: { input: '$s', regex: '^he', options: 'i' } }, true],
  [{ $replaceAll: { input: 'a.a', find: 'a', replacement: 'b' } }, 'b.b'],
  [{ $strcasecmp: ['a', 'B'] }, int(-1)],
  [{ $year: '$d' }, int(2024)],
  [{ $dayOfWeek: '$d' }, int(3)],
  [{ $dateToString: { date: '$d', format: '%Y-%m-%d' } }, '2024-03-05'],
  [{ $dateTrunc: { date: '$d', unit: 'hour' } }, new Date('2024-03-05T06:00:00Z')],
  [{ $dateAdd: { startDate: '$d', unit: 'day', amount: int(1) } }, new Date('2024-03-06T06:07:08.009Z')],
  [{ $arrayElemAt: ['$list', int(-1)] }, int(2)],
  [{ $first: '$list' }, int(3)],
  [{ $slice: ['$list', int(-2), int(1)] }, [int(1)]],
  [{ $size: '$list' }, int(3)],
  [{ $in: [long('1'), '$list'] }, true],
  [{ $map: { input: '$items', as: 'i', in: { $multiply: ['$$i.q', '$$i.p'] } } }, [long('200'), long('150')]],
  [{ $filter: { input: '$list', as: 'x', cond: { $gt: ['$$x', int(1)] } } }, [int(3), int(2)]],
  [{ $reduce: { input: '$list', initialValue: int(0), in: { $add: ['$$value', '$$this'] } } }, int(6)],
  [{ $sum: '$items.p' }, long('150')],
  [{ $max: ['$n', '$big'] }, long('9007199254740993')],
  [{ $avg: '$list' }, double(2)],
  [{ $range: [int(0), int(6), int(2)] }, [int(0), int(2), int(4)]],
  [{ $concatArrays: ['$list', [int(9)]] }, [int(3), int(1), int(2), int(9)]],
  [{ $reverseArray: '$list' }, [int(2), int(1), int(3)]],
  [{ $sortArray: { input: '$list', sortBy: int(1) } }, [int(1), int(2), int(3)]],
  [{ $sortArray: { input: '$items', sortBy: { p: int(1) } } }, [ROOT.items[1], ROOT.items[0]]],
  [
    {
      $zip: {
        inputs: [
          ['a', 'b'],
          [int(1), int(2)],
        ],
      },
    },
    [
      ['a', int(1)],
      ['b', int(2)],
    ],
  ],
  [{ $arrayToObject: [[{ k: 'a', v: int(1) }]] }, { a: int(1) }],
  [
    { $objectToArray: '$o' },
    [
      { k: 'x', v: int(1) },
      { k: 'y', v: 'b' },
    ],
  ],
  [{ $mergeObjects: ['$o', { x: int(2) }] }, { x: int(2), y: 'b' }],
  [{ $getField: { field: 'x', input: '$o' } }, int(1)],
  [{ $setUnion: [[int(1)], [long('1'), int(2)]] }, [int(1), int(2)]],
  [{ $setIntersection: ['$list', [int(2), int(9)]] }, [int(2)]],
  [{ $setIsSubset: [[int(1)], '$list'] }, true],
  [{ $type: '$big' }, 'long'],
  [{ $type: '$missing' }, 'missing'],
  [{ $toString: '$big' }, '9007199254740993'],
  [{ $toLong: '9007199254740993' }, long('9007199254740993')],
  [{ $toInt: double(3.9) }, int(3)],
  [{ $toDecimal: '1.10' }, decimal('1.10')],
  [{ $toDate: '2024-03-05T06:07:08.009Z' }, DATE],
  [{ $toObjectId: '0123456789abcdef01234567' }, new ObjectId('0123456789abcdef01234567')],
  [{ $convert: { input: 'x', to: 'int', onError: int(0) } }, int(0)],
  [{ $isNumber: '$big' }, true],
  [{ $add: [Long.MAX_VALUE, int(1)] }, double(2 ** 63)],
];

const REFUSALS: readonly [string, unknown, number][] = [
  ['an unknown operator', { $foo: 1 }, 168],
  ['two operators in one document', { $add: [], $subtract: [] }, 15983],
  ['an undefined variable', '$$nobody', 17276],
  ['division by zero', { $divide: [int(1), int(0)] }, 2],
  ['text in $add', { $add: ['x', int(1)] }, 14],
  ['$size of no array', { $size: '$n' }, 17124],
  ['a text that is no number', { $toInt: 'x' }, 241],
  ['the wrong number of arguments', { $subtract: [int(1)] }, 16020],
  ['an unknown named argument', { $map: { input: '$list', inn: 1, in: 1 } }, 9],
];

describe('expression', () => {
  it.each(CASES.map(([expression, expected]) => [JSON.stringify(expression), expression, expected] as const))(
    'evaluates %s',
    (_title, expression, expected) => {
      expect(compileExpression(expression)({ root: ROOT, variables: {} })).toStrictEqual(expected);
    },
  );

  it.each(REFUSALS)('refuses %s', (_title, expression, code) => {
    expect(() => compileExpression(expression)({ root: ROOT, variables: {} })).toThrow(
      expect.objectContaining({ code }),
    );
  });
});
