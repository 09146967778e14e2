import { describe, expect, it } from '@jest/globals';
import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MinKey, ObjectId } from 'bson';
import type { Doc } from '../bson/value.ts';
import { compileFilter } from './match.ts';

const one = new Int32(1);
const five = new Int32(5);
const id = new ObjectId('0123456789abcdef01234567');

const MATCHES: readonly [string, Doc, Doc][] = [
  ['numbers of other types by value', { a: Long.fromNumber(1) }, { a: one }],
  ['a decimal equal to an int', { a: Decimal128.fromString('1.0') }, { a: one }],
  [
    'a long beyond 2^53 exactly',
    { a: Long.fromString('9007199254740993') },
    { a: Long.fromString('9007199254740993') },
  ],
  ['an ObjectId', { a: new ObjectId(id.toHexString()) }, { a: id }],
  ['a date', { a: new Date(5) }, { a: new Date(5) }],
  ['binary data', { a: new Binary(Uint8Array.from([1])) }, { a: new Binary(Uint8Array.from([1])) }],
  ['null against a missing field', { b: null }, { a: one }],
  ['null against a null', { a: null }, { a: null }],
  ['null below a scalar', { 'a.b': null }, { a: one }],
  ['null in an element without the field', { 'a.b': null }, { a: [{ b: one }, { c: one }] }],
  ['an element of an array', { a: five }, { a: [one, five] }],
  ['a whole array', { a: [one, five] }, { a: [one, five] }],
  ['an array inside an array', { a: [one] }, { a: [[one], five] }],
  ['a field of documents in an array', { 'a.b': five }, { a: [{ b: one }, { b: five }] }],
  ['an array position', { 'a.1': five }, { a: [one, five] }],
  ['a field behind an array position', { 'a.1.b': five }, { a: [{ b: one }, { b: five }] }],
  ['an embedded document in field order', { a: { x: one, y: five } }, { a: { x: one, y: five } }],
  [
    'two range bounds by different elements',
    { a: { $gt: new Int32(4), $lt: new Int32(2) } },
    { a: [one, five] },
  ],
  ['$gte within the type', { a: { $gte: 'b' } }, { a: 'c' }],
  ['$gt MinKey against everything', { a: { $gt: new MinKey() } }, { a: 'x' }],
  ['$lte null against a missing field', { b: { $lte: null } }, { a: one }],
  ['$ne against an array without the value', { a: { $ne: five } }, { a: [one] }],
  ['$in with null against missing', { b: { $in: [null] } }, { a: one }],
  ['$in with a pattern', { a: { $in: [new BSONRegExp('^x')] } }, { a: 'xy' }],
  ['$nin against missing', { b: { $nin: [one] } }, { a: one }],
  ['$exists false', { b: { $exists: false } }, { a: one }],
  ['$exists true against null', { a: { $exists: true } }, { a: null }],
  ['$type by name', { a: { $type: 'long' } }, { a: Long.fromNumber(1) }],
  ['$type number', { a: { $type: 'number' } }, { a: Decimal128.fromString('1') }],
  ['$type by code', { a: { $type: new Int32(2) } }, { a: 'x' }],
  ['$type array', { a: { $type: 'array' } }, { a: [] }],
  ['$type of an element', { a: { $type: 'string' } }, { a: [one, 'x'] }],
  ['$all', { a: { $all: [one, five] } }, { a: [five, one] }],
  ['$all of one against a scalar', { a: { $all: [one] } }, { a: one }],
  [
    '$all of $elemMatch',
    { a: { $all: [{ $elemMatch: { x: one } }, { $elemMatch: { x: five } }] } },
    { a: [{ x: one }, { x: five }] },
  ],
  ['$elemMatch on one document', { a: { $elemMatch: { x: one, y: five } } }, { a: [{ x: one, y: five }] }],
  ['$elemMatch on values', { a: { $elemMatch: { $gt: one, $lt: new Int32(9) } } }, { a: [one, five] }],
  ['$size', { a: { $size: new Int32(2) } }, { a: [one, one] }],
  ['$size zero', { a: { $size: new Int32(0) } }, { a: [] }],
  ['$mod', { a: { $mod: [new Int32(4), one] } }, { a: five }],
  ['$mod of a negative number', { a: { $mod: [new Int32(4), new Int32(-1)] } }, { a: new Int32(-5) }],
  ['$regex with options', { a: { $regex: '^AB', $options: 'i' } }, { a: 'abc' }],
  ['$regex across lines', { a: { $regex: '^b', $options: 'm' } }, { a: 'a\nb' }],
  ['a leading inline flag', { a: new BSONRegExp('(?i)AB') }, { a: 'ab' }],
  ['$not of a pattern', { a: { $not: new BSONRegExp('^x') } }, { a: 'y' }],
  ['$not of operators', { a: { $not: { $gt: five } } }, { a: one }],
  ['$nor', { $nor: [{ a: five }, { b: one }] }, { a: one }],
  ['$or inside $and', { $and: [{ $or: [{ a: one }, { a: five }] }, { b: null }] }, { a: one }],
  ['$expr comparing two fields', { $expr: { $gt: ['$a', '$b'] } }, { a: five, b: one }],
  ['$bitsAllSet by mask', { a: { $bitsAllSet: five } }, { a: new Int32(13) }],
  ['$bitsAnyClear by position', { a: { $bitsAnyClear: [one] } }, { a: five }],
  ['NaN by equality', { a: new Double(Number.NaN) }, { a: new Double(Number.NaN) }],
];

const MISSES: readonly [string, Doc, Doc][] = [
  [
    'long neighbours a double confuses',
    { a: Long.fromString('9007199254740993') },
    { a: Long.fromString('9007199254740992') },
  ],
  ['a decimal and the double next to it', { a: Decimal128.fromString('0.1') }, { a: new Double(0.1) }],
  ['an embedded document in another order', { a: { x: one, y: five } }, { a: { y: five, x: one } }],
  ['part of an embedded document', { a: { x: one } }, { a: { x: one, y: five } }],
  ['false against null', { a: false }, { a: null }],
  ['a date against a number', { a: { $gt: new Date(0) } }, { a: five }],
  ['text against a number range', { a: { $gt: one } }, { a: 'zzz' }],
  ['null below an empty array', { 'a.b': null }, { a: [] }],
  ['$ne with the value in the array', { a: { $ne: five } }, { a: [one, five] }],
  [
    '$elemMatch over two documents',
    { a: { $elemMatch: { x: one, y: five } } },
    { a: [{ x: one }, { y: five }] },
  ],
  ['$elemMatch against a scalar', { a: { $elemMatch: { $gt: one } } }, { a: five }],
  ['an empty $all', { a: { $all: [] } }, { a: [] }],
  ['$size of a scalar', { a: { $size: one } }, { a: one }],
  ['numbers with NaN by range', { a: { $lt: five } }, { a: new Double(Number.NaN) }],
  ['$exists below a missing parent', { 'a.b': { $exists: true } }, { c: one }],
  ['an inherited property', { constructor: { $exists: true } }, { a: one }],
  ['a nested array element', { a: one }, { a: [[one]] }],
];

const REFUSALS: readonly [string, Doc, number][] = [
  ['an unknown operator', { a: { $near2: 1 } }, 2],
  ['an unknown top level operator', { $foo: 1 }, 2],
  ['$where', { $where: 'true' }, 115],
  ['$text', { $text: { $search: 'a' } }, 27],
  ['$geoWithin', { a: { $geoWithin: {} } }, 115],
  ['$in without an array', { a: { $in: one } }, 2],
  ['an empty $or', { $or: [] }, 2],
  ['$size below zero', { a: { $size: new Int32(-1) } }, 2],
  ['$mod by zero', { a: { $mod: [new Int32(0), one] } }, 2],
  ['a broken pattern', { a: { $regex: '(' } }, 51091],
  ['an unknown pattern flag', { a: { $regex: 'a', $options: 'q' } }, 51108],
  ['an unknown type name', { a: { $type: 'text' } }, 2],
  ['mixed operators and fields', { a: { $gt: one, b: one } }, 2],
];

describe('filter', () => {
  it.each(MATCHES)('matches %s', (_title, filter, doc) => {
    expect(compileFilter(filter)(doc)).toBe(true);
  });

  it.each(MISSES)('does not match %s', (_title, filter, doc) => {
    expect(compileFilter(filter)(doc)).toBe(false);
  });

  it.each(REFUSALS)('refuses %s', (_title, filter, code) => {
    expect(() => compileFilter(filter)).toThrow(expect.objectContaining({ code }));
  });

  it('tells which array element it matched', () => {
    const details = {};
    compileFilter({ 'a.b': five })({ a: [{ b: one }, { b: five }] }, details);
    expect(details).toEqual({ element: 1 });
  });
});
