/**
 * The matcher beside mingo's, an independent implementation of MongoDB's: they have to agree wherever mingo's plain
 * JavaScript values can say the same. Left out is where they cannot: numbers of other types, BSON's order across
 * types, embedded documents with their fields in another order, null against missing below arrays; and `$all`, which
 * in mingo never matches a single value.
 */
import { describe, expect, it } from '@jest/globals';
import { Int32 } from 'bson';
import fc from 'fast-check';
import { Query } from 'mingo';
import type { Doc } from '../bson/value.ts';
import { buildIndex, createCollection, writeRecord } from '../storage/collection.ts';
import { defineIndex } from '../storage/index-definition.ts';
import { compileFilter } from './match.ts';
import { runQuery } from './run-query.ts';

/** mingo takes an object without a prototype for something else. */
const plain = { noNullPrototype: true } as const;
const scalar = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom('a', 'ab', 'b', true, false));
const values = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ x: scalar }, plain),
);
const documents = fc.record({ a: values, b: values, c: scalar }, { requiredKeys: [], ...plain });

const number = fc.integer({ min: 0, max: 4 });
const condition = fc.oneof(
  scalar,
  fc.constantFrom('$eq', '$ne').chain((operator) => scalar.map((operand) => ({ [operator]: operand }))),
  fc
    .constantFrom('$gt', '$gte', '$lt', '$lte')
    .chain((operator) => number.map((operand) => ({ [operator]: operand }))),
  fc.record({ $gte: number, $lt: number }, plain),
  fc
    .constantFrom('$in', '$nin')
    .chain((operator) => fc.array(scalar, { maxLength: 3 }).map((operand) => ({ [operator]: operand }))),
  fc.boolean().map((exists) => ({ $exists: exists })),
  fc.integer({ min: 1, max: 3 }).map((size) => ({ $size: size })),
  fc.record({ $gte: number, $lt: number }, plain).map((range) => ({ $elemMatch: range })),
  fc.constantFrom({ $regex: '^a' }, { $regex: 'b$' }, { $not: { $gt: 2 } }),
);
const fields = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.x', 'b.x', 'a.0'), condition, {
  minKeys: 1,
  maxKeys: 3,
  ...plain,
});
const filters = fc.oneof(
  { weight: 3, arbitrary: fields },
  fc
    .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(fields, { minLength: 1, maxLength: 2 }))
    .map(([operator, clauses]) => ({ [operator]: clauses })),
);

/** Whole numbers as the wire has them. */
function onTheWire(value: unknown): unknown {
  if (typeof value === 'number') return new Int32(value);
  if (Array.isArray(value)) return value.map(onTheWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, onTheWire(inner)]));
}

describe('a filter', () => {
  it('matches what mingo matches', () => {
    fc.assert(
      fc.property(filters, fc.array(documents, { maxLength: 6 }), (filter, docs) => {
        const mingo = new Query(filter);
        const matches = compileFilter(onTheWire(filter) as Doc);
        expect(docs.map((doc) => matches(onTheWire(doc) as Doc))).toEqual(docs.map((doc) => mingo.test(doc)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds through an index what mingo finds', () => {
    const keys = fc.constantFrom<Doc>({ a: 1 }, { c: -1, a: 1 }, { 'b.x': 1 }, { c: 1, b: -1 });
    fc.assert(
      fc.property(filters, fc.array(documents, { maxLength: 6 }), keys, (filter, docs, key) => {
        let collection = createCollection('test.c', 1, new Uint8Array(16));
        const index = buildIndex(collection, defineIndex({ key: onTheWire(key) }));
        collection = { ...collection, indexes: [...collection.indexes, index] };
        for (const [id, doc] of docs.entries())
          collection = writeRecord(collection, id, { doc: onTheWire({ _id: id, ...doc }) as Doc, bytes: 1 });
        const { hits } = runQuery(collection, { filter: onTheWire(filter) as Doc });
        const mingo = new Query(filter);
        expect(hits.map(({ id }) => id).sort()).toEqual(
          docs.flatMap((doc, id) => (mingo.test(doc) ? [id] : [])),
        );
      }),
      { numRuns: 2_000 },
    );
  });
});
