import { describe, expect, it } from '@jest/globals';
import { Decimal128, Double, Int32, Long } from 'bson';
import { cloneValue, type Doc } from '../bson/value.ts';
import { compileUpdate } from './compile-update.ts';

const int = (value: number): Int32 => new Int32(value);
const long = (value: string): Long => Long.fromString(value);
const NOW = new Date(1_700_000_000_000);

interface Case {
  readonly title: string;
  readonly doc: Doc;
  readonly update: Doc | Doc[];
  readonly expected: Doc;
  readonly arrayFilters?: Doc[];
  readonly element?: number;
  readonly isInsert?: boolean;
}

const CASES: readonly Case[] = [
  {
    title: '$set makes parents',
    doc: {},
    update: { $set: { 'a.b.c': int(1) } },
    expected: { a: { b: { c: int(1) } } },
  },
  {
    title: '$set adds new fields in the order of their names',
    doc: { z: int(0) },
    update: { $set: { c: int(1), a: int(2) } },
    expected: { z: int(0), a: int(2), c: int(1) },
  },
  {
    title: '$set keeps a field in its place',
    doc: { a: int(1), b: int(2) },
    update: { $set: { a: int(3) } },
    expected: { a: int(3), b: int(2) },
  },
  {
    title: '$set of an array position pads with null',
    doc: { a: [int(1)] },
    update: { $set: { 'a.3': int(4) } },
    expected: { a: [int(1), null, null, int(4)] },
  },
  {
    title: '$set of a number in a document is a name',
    doc: { a: {} },
    update: { $set: { 'a.0': int(1) } },
    expected: { a: { '0': int(1) } },
  },
  {
    title: '$set of __proto__ is an ordinary field',
    doc: {},
    update: { $set: { 'a.__proto__': true } },
    expected: JSON.parse('{"a":{"__proto__":true}}') as Doc,
  },
  {
    title: '$setOnInsert does nothing to what exists',
    doc: { a: int(1) },
    update: { $setOnInsert: { b: int(1) } },
    expected: { a: int(1) },
  },
  {
    title: '$setOnInsert sets on insert',
    doc: {},
    update: { $setOnInsert: { b: int(1) } },
    expected: { b: int(1) },
    isInsert: true,
  },
  {
    title: '$unset removes a field',
    doc: { a: { b: int(1), c: int(2) } },
    update: { $unset: { 'a.b': '' } },
    expected: { a: { c: int(2) } },
  },
  {
    title: '$unset of an element leaves null',
    doc: { a: [int(1), int(2)] },
    update: { $unset: { 'a.0': '' } },
    expected: { a: [null, int(2)] },
  },
  {
    title: '$unset of what is missing makes nothing',
    doc: {},
    update: { $unset: { 'a.b': '' } },
    expected: {},
  },
  {
    title: '$inc keeps an int an int',
    doc: { n: int(1) },
    update: { $inc: { n: int(2) } },
    expected: { n: int(3) },
  },
  {
    title: '$inc widens an overflowing int to a long',
    doc: { n: int(2_147_483_647) },
    update: { $inc: { n: int(1) } },
    expected: { n: long('2147483648') },
  },
  {
    title: '$inc is exact beyond 2^53',
    doc: { n: long('9007199254740993') },
    update: { $inc: { n: int(2) } },
    expected: { n: long('9007199254740995') },
  },
  {
    title: '$inc of an int by a long gives a long',
    doc: { n: int(1) },
    update: { $inc: { n: long('1') } },
    expected: { n: long('2') },
  },
  {
    title: '$inc by a double gives a double',
    doc: { n: int(1) },
    update: { $inc: { n: new Double(0.5) } },
    expected: { n: new Double(1.5) },
  },
  {
    title: '$inc by a decimal is exact',
    doc: { n: Decimal128.fromString('0.1') },
    update: { $inc: { n: Decimal128.fromString('0.2') } },
    expected: { n: Decimal128.fromString('0.3') },
  },
  {
    title: '$inc on a missing field stores the operand',
    doc: {},
    update: { $inc: { n: long('5') } },
    expected: { n: long('5') },
  },
  {
    title: '$mul on a missing field stores a zero of the type',
    doc: {},
    update: { $mul: { n: long('5') } },
    expected: { n: long('0') },
  },
  {
    title: '$min takes the smaller',
    doc: { n: int(5) },
    update: { $min: { n: long('3') } },
    expected: { n: long('3') },
  },
  {
    title: '$min keeps null, which sorts below',
    doc: { n: null },
    update: { $min: { n: int(3) } },
    expected: { n: null },
  },
  {
    title: '$max across types follows BSON order',
    doc: { n: int(5) },
    update: { $max: { n: 'a' } },
    expected: { n: 'a' },
  },
  { title: '$min sets a missing field', doc: {}, update: { $min: { d: NOW } }, expected: { d: NOW } },
  {
    title: '$currentDate sets the date',
    doc: {},
    update: { $currentDate: { d: true } },
    expected: { d: NOW },
  },
  {
    title: '$rename moves a field',
    doc: { a: { x: int(1) } },
    update: { $rename: { 'a.x': 'b.y' } },
    expected: { a: {}, b: { y: int(1) } },
  },
  {
    title: '$bit works on 64 bits',
    doc: { n: long('4294967296') },
    update: { $bit: { n: { or: int(1) } } },
    expected: { n: long('4294967297') },
  },
  {
    title: '$push appends',
    doc: { a: [int(1)] },
    update: { $push: { a: [int(2)] } },
    expected: { a: [int(1), [int(2)]] },
  },
  {
    title: '$push makes the array',
    doc: {},
    update: { $push: { 'x.a': int(1) } },
    expected: { x: { a: [int(1)] } },
  },
  {
    title: '$push with $each, $position, $sort and $slice',
    doc: { a: [int(5), int(1)] },
    update: { $push: { a: { $each: [int(3), int(2)], $position: int(0), $sort: int(1), $slice: int(-3) } } },
    expected: { a: [int(2), int(3), int(5)] },
  },
  {
    title: '$push sorts documents by a field',
    doc: { a: [{ s: int(2) }] },
    update: { $push: { a: { $each: [{ s: int(3) }, { s: int(1) }], $sort: { s: int(-1) } } } },
    expected: { a: [{ s: int(3) }, { s: int(2) }, { s: int(1) }] },
  },
  {
    title: '$push with $slice 0 empties',
    doc: { a: [int(1)] },
    update: { $push: { a: { $each: [], $slice: int(0) } } },
    expected: { a: [] },
  },
  {
    title: '$addToSet compares by value',
    doc: { a: [int(1)] },
    update: { $addToSet: { a: { $each: [long('1'), int(2), int(2)] } } },
    expected: { a: [int(1), int(2)] },
  },
  {
    title: '$pull by value',
    doc: { a: [int(1), int(2), int(1)] },
    update: { $pull: { a: int(1) } },
    expected: { a: [int(2)] },
  },
  {
    title: '$pull by operators',
    doc: { a: [int(1), int(5), int(9)] },
    update: { $pull: { a: { $gte: int(5) } } },
    expected: { a: [int(1)] },
  },
  {
    title: '$pull by fields of documents',
    doc: {
      a: [
        { id: 'x', q: int(1) },
        { id: 'y', q: int(1) },
      ],
    },
    update: { $pull: { a: { id: 'x', q: int(1) } } },
    expected: { a: [{ id: 'y', q: int(1) }] },
  },
  {
    title: '$pull with $in',
    doc: { a: ['x', 'y', 'z'] },
    update: { $pull: { a: { $in: ['x', 'z'] } } },
    expected: { a: ['y'] },
  },
  {
    title: '$pullAll by value',
    doc: { a: [int(1), int(2), int(3)] },
    update: { $pullAll: { a: [int(1), long('3')] } },
    expected: { a: [int(2)] },
  },
  {
    title: '$pop from the end and $set beside it',
    doc: { a: [int(1), int(2)] },
    update: { $pop: { a: int(1) }, $set: { b: int(1) } },
    expected: { a: [int(1)], b: int(1) },
  },
  {
    title: '$ updates the matched element',
    doc: { a: [{ s: 'H' }, { s: 'H' }] },
    update: { $set: { 'a.$.s': 'C' } },
    element: 1,
    expected: { a: [{ s: 'H' }, { s: 'C' }] },
  },
  {
    title: '$[] updates every element',
    doc: { a: [{ n: int(1) }, { n: int(2) }] },
    update: { $inc: { 'a.$[].n': int(10) } },
    expected: { a: [{ n: int(11) }, { n: int(12) }] },
  },
  {
    title: '$[id] updates the elements its filter picks',
    doc: {
      a: [
        { k: 'x', n: int(1) },
        { k: 'y', n: int(2) },
      ],
    },
    update: { $set: { 'a.$[e].n': int(0) } },
    arrayFilters: [{ 'e.k': 'y' }],
    expected: {
      a: [
        { k: 'x', n: int(1) },
        { k: 'y', n: int(0) },
      ],
    },
  },
  {
    title: 'array filters nest',
    doc: { a: [{ b: [int(1), int(5)] }, { b: [int(7)] }] },
    update: { $set: { 'a.$[].b.$[big]': int(0) } },
    arrayFilters: [{ big: { $gte: int(5) } }],
    expected: { a: [{ b: [int(1), int(0)] }, { b: [int(0)] }] },
  },
  {
    title: 'a replacement keeps the id',
    doc: { _id: int(1), a: int(1) },
    update: { b: int(2) },
    expected: { _id: int(1), b: int(2) },
  },
  {
    title: 'a pipeline computes from the document',
    doc: { _id: int(1), a: int(2), b: int(3) },
    update: [{ $set: { sum: { $add: ['$a', '$b'] } } }, { $unset: 'a' }],
    expected: { _id: int(1), b: int(3), sum: int(5) },
  },
];

interface Refusal {
  readonly title: string;
  readonly doc: Doc;
  readonly update: unknown;
  readonly code: number;
  readonly arrayFilters?: Doc[];
}

const REFUSALS: readonly Refusal[] = [
  { title: 'an unknown operator', doc: {}, update: { $foo: { a: int(1) } }, code: 9 },
  { title: 'a change of _id', doc: { _id: int(1) }, update: { $set: { _id: int(2) } }, code: 66 },
  {
    title: 'a change of the type of _id',
    doc: { _id: int(1) },
    update: { $set: { _id: long('1') } },
    code: 66,
  },
  { title: 'removing _id', doc: { _id: int(1) }, update: { $unset: { _id: '' } }, code: 66 },
  {
    title: 'two operators on one path',
    doc: {},
    update: { $set: { a: int(1) }, $inc: { a: int(1) } },
    code: 40,
  },
  { title: 'a path inside another', doc: {}, update: { $set: { a: {}, 'a.b': int(1) } }, code: 40 },
  { title: '$inc of text', doc: { a: 'x' }, update: { $inc: { a: int(1) } }, code: 14 },
  { title: '$inc by text', doc: {}, update: { $inc: { a: 'x' } }, code: 14 },
  { title: '$inc past 2^63', doc: { a: Long.MAX_VALUE }, update: { $inc: { a: int(1) } }, code: 2 },
  { title: '$mul past 2^63', doc: { a: Long.MAX_VALUE }, update: { $mul: { a: int(2) } }, code: 2 },
  { title: '$push to a scalar', doc: { a: int(1) }, update: { $push: { a: int(1) } }, code: 2 },
  { title: 'an unknown $push modifier', doc: {}, update: { $push: { a: { $each: [], $foo: 1 } } }, code: 2 },
  { title: 'a field below a scalar', doc: { a: int(1) }, update: { $set: { 'a.b': int(1) } }, code: 28 },
  { title: 'a field below an array', doc: { a: [] }, update: { $set: { 'a.b': int(1) } }, code: 28 },
  { title: '$ without a match', doc: { a: [int(1)] }, update: { $set: { 'a.$': int(1) } }, code: 2 },
  { title: '$[] on no array', doc: { a: int(1) }, update: { $set: { 'a.$[]': int(1) } }, code: 2 },
  {
    title: 'an identifier without a filter',
    doc: { a: [] },
    update: { $set: { 'a.$[x]': int(1) } },
    code: 2,
  },
  {
    title: 'a filter nobody uses',
    doc: {},
    update: { $set: { a: int(1) } },
    arrayFilters: [{ x: int(1) }],
    code: 9,
  },
  {
    title: 'a filter with two names',
    doc: {},
    update: { $set: { 'a.$[x]': int(1) } },
    arrayFilters: [{ x: int(1), y: int(1) }],
    code: 9,
  },
  { title: 'an empty path component', doc: {}, update: { $set: { 'a..b': int(1) } }, code: 56 },
  { title: 'a dollar name', doc: {}, update: { $set: { 'a.$b': int(1) } }, code: 52 },
  { title: '$match in a pipeline', doc: {}, update: [{ $match: {} }], code: 72 },
];

describe('update', () => {
  it.each(CASES)('$title', ({ doc, update, expected, arrayFilters, element, isInsert = false }) => {
    const before = cloneValue(doc);
    const result = compileUpdate(update, { arrayFilters, variables: {} }).apply(doc, {
      isInsert,
      now: NOW,
      element,
    });
    expect(result).toStrictEqual(expected);
    expect(Object.keys(result)).toEqual(Object.keys(expected));
    expect(doc).toEqual(before);
  });

  it.each(REFUSALS)('refuses $title', ({ doc, update, code, arrayFilters }) => {
    const run = (): unknown =>
      compileUpdate(update, { arrayFilters, variables: {} }).apply(doc, {
        isInsert: false,
        now: NOW,
        element: undefined,
      });
    expect(run).toThrow(expect.objectContaining({ code }));
  });

  it('shares no array between the documents it updates', () => {
    const update = compileUpdate({ $set: { a: [int(1)] } }, { variables: {} });
    const target = { isInsert: false, now: NOW, element: undefined };
    const [first, second] = [update.apply({}, target), update.apply({}, target)];
    expect(first['a']).not.toBe(second['a']);
  });
});
