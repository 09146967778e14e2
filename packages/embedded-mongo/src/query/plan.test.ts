import { describe, expect, it } from '@jest/globals';
import { Int32 } from 'bson';
import fc from 'fast-check';
import type { Doc } from '../bson/value.ts';
import { MongoError } from '../errors.ts';
import { buildIndex, createCollection, writeRecord, type Collection } from '../storage/collection.ts';
import { defineIndex } from '../storage/index-definition.ts';
import { compareValues } from './compare.ts';
import { compileFilter } from './match.ts';
import { runQuery } from './run-query.ts';
import { compileSort, sortKey } from './sort.ts';

const ascending = new Int32(1);
const descending = new Int32(-1);

const scalar = fc.oneof(
  fc.integer({ min: 0, max: 4 }).map((value) => new Int32(value)),
  fc.constantFrom(null, 'a', 'ab', 'b', true, new Date(5)),
);
const field = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.record({ x: scalar }),
  fc.array(fc.record({ x: scalar, y: scalar }, { requiredKeys: [] }), { maxLength: 3 }),
);
const documents = fc.array(fc.record({ a: field, b: scalar, c: scalar }, { requiredKeys: [] }), {
  maxLength: 12,
});

const condition: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: scalar },
  fc
    .record({ operator: fc.constantFrom('$eq', '$gt', '$gte', '$lt', '$lte', '$ne'), operand: scalar })
    .map(({ operator, operand }) => ({ [operator]: operand })),
  fc.record({ $gte: scalar, $lt: scalar }),
  fc.array(scalar, { minLength: 1, maxLength: 3 }).map((list) => ({ $in: list })),
  fc.boolean().map((exists) => ({ $exists: exists })),
  fc.constant({ $elemMatch: { x: new Int32(1), y: { $gte: new Int32(2) } } }),
  fc.constant({ $elemMatch: { $gte: new Int32(1), $lt: new Int32(3) } }),
  fc.array(scalar, { minLength: 1, maxLength: 2 }).map((list) => ({ $all: list })),
  fc.constantFrom({ $regex: '^a' }, { $regex: '^ab*' }, { $regex: '^a|b' }),
  fc.array(scalar, { maxLength: 2 }),
);
const filters = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'a.x', 'a.y', 'a.0'), condition, {
    maxKeys: 3,
    noNullPrototype: true,
  })
  .chain((filter) => fc.constantFrom<Doc>(filter, { $and: [filter] }, { $or: [filter, { b: 'a' }] }));
const direction = fc.constantFrom(ascending, descending);
const keys = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.x', 'a.y'), direction, {
  minKeys: 1,
  maxKeys: 3,
  noNullPrototype: true,
});
const options = fc.constantFrom<Doc>(
  {},
  {},
  { sparse: true },
  { partialFilterExpression: { b: { $exists: true } } },
  { partialFilterExpression: { c: { $gt: new Int32(1) } } },
  { partialFilterExpression: { b: 'a' } },
);
const sorts = fc.oneof(fc.constant(undefined), keys);

/** Undefined when a document has two arrays the index would have to combine. */
function collectionOf(docs: readonly Doc[], indexes: readonly Doc[]): Collection | undefined {
  try {
    let collection = createCollection('test.c', 1, new Uint8Array(16));
    docs.forEach((doc, i) => {
      collection = writeRecord(collection, i, { doc: { _id: new Int32(i), ...doc }, bytes: 1 });
    });
    for (const spec of indexes) {
      collection = {
        ...collection,
        indexes: [...collection.indexes, buildIndex(collection, defineIndex(spec))],
      };
    }
    return collection;
  } catch (error) {
    if (error instanceof MongoError) return undefined;
    throw error;
  }
}

function ids(docs: readonly Doc[]): string[] {
  return docs.map((doc) => String(doc['_id'])).sort();
}

/** Few values and many arrays, so that conditions on different elements meet often. */
const small = fc.integer({ min: 0, max: 2 }).map((value) => new Int32(value));
const pairs = fc.array(fc.record({ x: small, y: small }), { maxLength: 3 });
const arrayDocuments = fc.array(
  fc.record({ a: pairs, b: fc.array(small, { maxLength: 3 }), c: fc.constantFrom('a', 'ab', 'b') }),
  { minLength: 1, maxLength: 6 },
);
const bound = fc.oneof(
  small,
  small.map((value) => ({ $gte: value })),
  small.map((value) => ({ $lt: value })),
  fc.tuple(small, small).map(([low, high]) => ({ $gt: low, $lt: high })),
);
const arrayFilters = fc.oneof(
  fc.record({ 'a.x': bound, 'a.y': bound }),
  fc.record({ b: bound }),
  fc.record({ 'a.x': bound, b: bound }),
  fc
    .constantFrom({ $regex: '^ab*' }, { $regex: '^ab' }, { $regex: '^a|b' }, { $in: ['a', 'b'] })
    .map((c) => ({ c })),
);
const arrayKeys = fc.oneof(
  fc.record({ 'a.x': direction, 'a.y': direction }),
  fc.record({ b: direction }),
  fc.record({ c: direction, b: direction }),
);
const arraySorts = fc.oneof(
  fc.constant(undefined),
  fc.record({ b: direction }),
  fc.record({ 'a.x': direction }),
  fc.record({ 'a.x': direction, 'a.y': direction }),
);

function expectLikeFullScan(docs: readonly Doc[], index: Doc, filter: Doc, sort: Doc | undefined): void {
  const collection = collectionOf(docs, [index]);
  fc.pre(collection !== undefined);
  const found = runQuery(collection, { filter, sort }).hits.map(({ doc }) => doc);
  const matches = compileFilter(filter);
  const expected = docs.map((doc, i) => ({ _id: new Int32(i), ...doc })).filter((doc) => matches(doc));
  expect(ids(found)).toEqual(ids(expected));
  if (!sort) return;
  const order = compileSort(sort);
  found.forEach((doc, i) => {
    const previous = found[i - 1];
    if (previous) expect(order(previous, doc)).toBeLessThanOrEqual(0);
  });
}

describe('a query through an index', () => {
  it('finds exactly what a full scan finds, in the order asked for', () => {
    fc.assert(
      fc.property(documents, filters, sorts, keys, options, (docs, filter, sort, key, option) => {
        expectLikeFullScan(docs, { key, ...option }, filter, sort);
      }),
      { numRuns: 5000 },
    );
  });

  it('finds the same when several elements of an array meet the conditions between them', () => {
    fc.assert(
      fc.property(arrayDocuments, arrayFilters, arraySorts, arrayKeys, (docs, filter, sort, key) => {
        expectLikeFullScan(docs, { key }, filter, sort);
      }),
      { numRuns: 5000 },
    );
  });

  it('finds the same after documents were changed and removed', () => {
    fc.assert(
      fc.property(documents, documents, filters, keys, (before, after, filter, key) => {
        let collection = collectionOf(before, [{ key }]);
        fc.pre(collection !== undefined && collectionOf(after, [{ key }]) !== undefined);
        for (let i = 0; i < Math.max(before.length, after.length); i += 1) {
          const doc = after[i];
          collection = writeRecord(collection, i, doc && { doc: { _id: new Int32(i), ...doc }, bytes: 1 });
        }
        const matches = compileFilter(filter);
        const expected = after.map((doc, i) => ({ _id: new Int32(i), ...doc })).filter((doc) => matches(doc));
        expect(ids(runQuery(collection, { filter }).hits.map(({ doc }) => doc))).toEqual(ids(expected));
      }),
      { numRuns: 1500 },
    );
  });

  it('cuts the same window out of the sorted result as a full scan', () => {
    fc.assert(
      fc.property(
        documents,
        filters,
        keys,
        keys,
        fc.nat(3),
        fc.nat(4),
        (docs, filter, sort, key, skip, limit) => {
          const [indexed, plain] = [collectionOf(docs, [{ key }]), collectionOf(docs, [])];
          fc.pre(indexed !== undefined);
          const query = { filter, sort, skip, limit };
          const [first, second] = [indexed, plain].map((one) => runQuery(one, query).hits);
          // Ties may fall either way, so the sort keys are compared and not the documents.
          const paths = Object.entries(sort).map(
            ([name, way]) => [name.split('.'), way === ascending ? 1 : -1] as const,
          );
          expect(first?.length).toBe(second?.length);
          first?.forEach(({ doc }, i) => {
            for (const [path, way] of paths) {
              expect(compareValues(sortKey(doc, path, way), sortKey(second?.[i]?.doc ?? {}, path, way))).toBe(
                0,
              );
            }
          });
        },
      ),
      { numRuns: 1500 },
    );
  });
});
