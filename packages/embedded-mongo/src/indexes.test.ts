import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Collection, Document, Filter, IndexSpecification, Sort } from 'mongodb';
import { refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

let mongo: TestMongo;
beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(async () => {
  await mongo.close();
});

interface Explained {
  readonly stages: readonly string[];
  readonly index: string | undefined;
  readonly docs: number;
  readonly keys: number;
}

async function explained(
  collection: Collection,
  filter: Filter<Document>,
  sort?: Sort,
  limit = 0,
): Promise<Explained> {
  const cursor = collection.find(filter).limit(limit);
  const result = await (sort ? cursor.sort(sort) : cursor).explain('executionStats');
  const stages: string[] = [];
  let index: string | undefined;
  let stage = (result['queryPlanner'] as Document)['winningPlan'] as Document | undefined;
  for (; stage; stage = stage['inputStage'] as Document | undefined) {
    stages.push(String(stage['stage']));
    index ??= stage['indexName'] as string | undefined;
  }
  const stats = result['executionStats'] as { totalDocsExamined: number; totalKeysExamined: number };
  return { stages, index, docs: stats.totalDocsExamined, keys: stats.totalKeysExamined };
}

async function products(indexes: readonly IndexSpecification[]): Promise<Collection> {
  const collection = mongo.collection();
  await collection.insertMany(
    Array.from({ length: 200 }, (_, i) => ({
      slug: `s${String(i)}`,
      status: i % 4 === 0 ? 'DRAFT' : 'ACTIVE',
      path: ['root', `c${String(i % 10)}`],
      price: { EUR: i },
      rank: 200 - i,
      lines: [
        { v: i, q: 1 },
        { v: i + 1000, q: 2 },
      ],
    })),
  );
  for (const index of indexes) await collection.createIndex(index);
  return collection;
}

const USES: readonly [
  string,
  IndexSpecification,
  Filter<Document>,
  Sort | undefined,
  number,
  number,
  number,
][] = [
  // title, index, filter, sort, limit, documents returned, documents examined
  ['equality', { slug: 1 }, { slug: 's7' }, undefined, 0, 1, 1],
  ['$in', { slug: 1 }, { slug: { $in: ['s1', 's2', 'nobody'] } }, undefined, 0, 2, 2],
  ['a range', { rank: 1 }, { rank: { $gte: 10, $lt: 20 } }, undefined, 0, 10, 10],
  ['a range on a descending field', { rank: -1 }, { rank: { $gt: 190 } }, undefined, 0, 10, 10],
  ['an array element', { path: 1 }, { path: 'c3' }, undefined, 0, 20, 20],
  ['a nested field', { 'price.EUR': 1 }, { 'price.EUR': { $lte: 4 } }, undefined, 0, 5, 5],
  ['a compound prefix', { status: 1, rank: 1 }, { status: 'DRAFT' }, undefined, 0, 50, 50],
  [
    'a compound equality and range',
    { status: 1, rank: 1 },
    { status: 'DRAFT', rank: { $lte: 20 } },
    undefined,
    0,
    5,
    5,
  ],
  ['equality, then sort and limit', { status: 1, rank: 1 }, { status: 'ACTIVE' }, { rank: 1 }, 3, 3, 3],
  [
    'equality, then a backward sort and limit',
    { status: 1, rank: 1 },
    { status: 'ACTIVE' },
    { rank: -1 },
    3,
    3,
    3,
  ],
  [
    'an array equality between, then sort',
    { status: 1, path: 1, rank: -1 },
    { status: 'ACTIVE', path: 'root' },
    { rank: -1 },
    4,
    4,
    4,
  ],
  ['a sort alone', { rank: 1 }, {}, { rank: 1 }, 5, 5, 5],
  ['a field of array documents', { 'lines.v': 1 }, { 'lines.v': 1005 }, undefined, 0, 1, 1],
  ['$elemMatch', { 'lines.v': 1 }, { lines: { $elemMatch: { v: 5, q: 1 } } }, undefined, 0, 1, 1],
  ['an anchored pattern', { slug: 1 }, { slug: /^s19/ }, undefined, 0, 11, 11],
  [
    'a condition inside $and',
    { slug: 1 },
    { $and: [{ slug: 's7' }, { rank: { $gt: 0 } }] },
    undefined,
    0,
    1,
    1,
  ],
];

describe('an index', () => {
  it.each(USES)(
    'answers %s without a scan',
    async (_title, index, filter, sort, limit, returned, examined) => {
      const collection = await products([index]);
      const plan = await explained(collection, filter, sort, limit);
      expect(plan.stages).toContain('IXSCAN');
      expect(plan.stages).not.toContain('SORT');
      expect(plan.docs).toBe(examined);
      const cursor = collection.find(filter).limit(limit);
      expect(await (sort ? cursor.sort(sort) : cursor).toArray()).toHaveLength(returned);
    },
  );

  it('changes the plan from a scan to a lookup and back when made and dropped', async () => {
    const collection = await products([]);
    expect(await explained(collection, { slug: 's7' })).toMatchObject({ stages: ['COLLSCAN'], docs: 200 });
    const name = await collection.createIndex({ slug: 1 });
    expect(await explained(collection, { slug: 's7' })).toMatchObject({ index: 'slug_1', docs: 1, keys: 1 });
    await collection.dropIndex(name);
    expect(await explained(collection, { slug: 's7' })).toMatchObject({ stages: ['COLLSCAN'], docs: 200 });
  });

  it('finds a document by _id through the _id index', async () => {
    const collection = await products([]);
    const one = await collection.findOne({ slug: 's3' });
    expect(await explained(collection, { _id: { $in: one ? [one._id] : [] } })).toMatchObject({
      index: '_id_',
      docs: 1,
    });
  });

  it('that is partial or sparse serves only queries it holds every match of', async () => {
    const collection = mongo.collection();
    await collection.createIndex(
      { outboxAt: 1 },
      { partialFilterExpression: { outboxAt: { $exists: true } } },
      {},
    );
    await collection.createIndex({ code: 1 }, { sparse: true }, {});
    await collection.insertMany([{ outboxAt: new Date(1), code: 'a' }, {}, {}]);
    const due = await explained(collection, { outboxAt: { $lte: new Date(5) } }, { outboxAt: 1 });
    expect(due).toMatchObject({ index: 'outboxAt_1', docs: 1 });
    expect(await explained(collection, { outboxAt: null })).toMatchObject({ stages: ['COLLSCAN'] });
    expect(await collection.countDocuments({ outboxAt: null })).toBe(2);
    expect(await explained(collection, { code: 'a' })).toMatchObject({ index: 'code_1', docs: 1 });
    expect(await collection.countDocuments({ code: { $exists: false } })).toBe(2);
    expect(await collection.find().sort({ code: 1 }).toArray()).toHaveLength(3);
  });

  it('is preferred when it serves the sort as well', async () => {
    const collection = await products([{ status: 1 }, { status: 1, rank: 1 }]);
    expect(await explained(collection, { status: 'ACTIVE' }, { rank: 1 }, 2)).toMatchObject({
      index: 'status_1_rank_1',
      docs: 2,
    });
  });

  it('is taken from a hint and refused when there is none', async () => {
    const collection = await products([{ rank: 1 }]);
    expect(await collection.find({ slug: 's1' }).hint('rank_1').toArray()).toHaveLength(1);
    expect(await refusal(collection.find({}).hint('nobody').toArray())).toMatchObject({ code: 2 });
  });

  it('is used by the first $match of an aggregation', async () => {
    const collection = await products([{ slug: 1 }]);
    expect(await collection.aggregate([{ $match: { slug: 's7' } }, { $count: 'n' }]).toArray()).toEqual([
      { n: 1 },
    ]);
    const plan = await mongo.db.command({
      explain: { aggregate: collection.collectionName, pipeline: [{ $match: { slug: 's7' } }], cursor: {} },
    });
    expect((plan['executionStats'] as Document)['totalDocsExamined']).toBe(1);
  });
});

describe('a unique index', () => {
  it('refuses a second key with keyPattern and keyValue, also of a nested field', async () => {
    const collection = mongo.collection();
    await collection.createIndex({ productId: 1, 'author.id': 1 }, { unique: true }, {});
    await collection.insertOne({ productId: 'p', author: { id: 'a' } });
    await collection.insertOne({ productId: 'p', author: { id: 'b' } });
    const error = await refusal(collection.insertOne({ productId: 'p', author: { id: 'a' } }));
    expect(error).toMatchObject({
      code: 11000,
      keyPattern: { productId: 1, 'author.id': 1 },
      keyValue: { productId: 'p', 'author.id': 'a' },
    });
  });

  it('guards updates and upserts too, and leaves the document as it was', async () => {
    const collection = mongo.collection();
    await collection.createIndex({ k: 1 }, { unique: true }, {});
    await collection.insertMany([
      { k: 1, n: 0 },
      { k: 2, n: 0 },
    ]);
    expect(await refusal(collection.updateOne({ k: 2 }, { $set: { k: 1, n: 1 } }))).toMatchObject({
      code: 11000,
      keyValue: { k: 1 },
    });
    expect(await collection.findOne({ k: 2 })).toMatchObject({ n: 0 });
    expect(await refusal(collection.updateOne({ x: 1 }, { $set: { k: 2 } }, { upsert: true }))).toMatchObject(
      { code: 11000 },
    );
  });

  it('counts a missing field as null unless sparse or partial', async () => {
    const [plain, sparse, partial] = [mongo.collection(), mongo.collection(), mongo.collection()];
    await plain.createIndex({ k: 1 }, { unique: true }, {});
    await sparse.createIndex({ k: 1 }, { unique: true, sparse: true }, {});
    await partial.createIndex({ k: 1 }, { unique: true, partialFilterExpression: { on: true } }, {});
    await plain.insertOne({});
    expect(await refusal(plain.insertOne({}))).toMatchObject({ code: 11000, keyValue: { k: null } });
    await sparse.insertMany([{}, {}, { k: 1 }]);
    expect(await refusal(sparse.insertOne({ k: 1 }))).toMatchObject({ code: 11000 });
    await partial.insertMany([{ k: 1 }, { k: 1, on: true }]);
    expect(await refusal(partial.insertOne({ k: 1, on: true }))).toMatchObject({ code: 11000 });
  });

  it('holds for the elements of arrays, but not within one document', async () => {
    const collection = mongo.collection();
    await collection.createIndex({ tags: 1 }, { unique: true }, {});
    await collection.insertOne({ tags: ['a', 'a', 'b'] });
    expect(await refusal(collection.insertOne({ tags: ['c', 'b'] }))).toMatchObject({
      code: 11000,
      keyValue: { tags: 'b' },
    });
  });

  it('cannot be built over duplicates', async () => {
    const collection = mongo.collection();
    await collection.insertMany([{ k: 1 }, { k: 1 }]);
    expect(await refusal(collection.createIndex({ k: 1 }, { unique: true }, {}))).toMatchObject({
      code: 11000,
      keyValue: { k: 1 },
    });
    expect(await collection.indexes()).toHaveLength(1);
  });
});

describe('managing indexes', () => {
  it('lists what was made, _id first', async () => {
    const collection = mongo.collection();
    await collection.createIndex({ a: 1, b: -1 }, { unique: true }, {});
    await collection.createIndex({ at: 1 }, { expireAfterSeconds: 30 }, {});
    expect(await collection.indexes()).toEqual([
      { v: 2, key: { _id: 1 }, name: '_id_' },
      { v: 2, key: { a: 1, b: -1 }, name: 'a_1_b_-1', unique: true },
      { v: 2, key: { at: 1 }, name: 'at_1', expireAfterSeconds: 30 },
    ]);
  });

  it('accepts the same index again and refuses a different one of that name or key', async () => {
    const collection = mongo.collection();
    await collection.createIndex({ a: 1 });
    expect(await collection.createIndex({ a: 1 })).toBe('a_1');
    expect(await refusal(collection.createIndex({ a: 1 }, { unique: true }, {}))).toMatchObject({ code: 85 });
    expect(await refusal(collection.createIndex({ b: 1 }, { name: 'a_1' }, {}))).toMatchObject({ code: 86 });
  });

  it('keeps the _id index', async () => {
    const collection = mongo.collection();
    await collection.insertOne({});
    expect(await refusal(collection.dropIndex('_id_'))).toMatchObject({ code: 72 });
    expect(await refusal(collection.dropIndex('nobody'))).toMatchObject({ code: 27 });
  });

  it.each([
    ['hashed indexes', { a: 'hashed' }, {}],
    ['wildcard indexes', { 'a.$**': 1 }, {}],
    ['a collation that is not built', { a: 1 }, { collation: { locale: 'en', strength: 4 } }],
  ] as const)('refuses %s', async (_title, key, options) => {
    expect(
      await refusal(mongo.collection().createIndex(key as IndexSpecification, options, {})),
    ).toMatchObject({
      code: 115,
    });
  });

  it('refuses two arrays in one compound index', async () => {
    const collection = mongo.collection();
    await collection.createIndex({ a: 1, b: 1 });
    expect(await refusal(collection.insertOne({ a: [1], b: [2] }))).toMatchObject({ code: 171 });
    expect(await collection.countDocuments()).toBe(0);
  });

  it('keeps the listing of a collection that is not there an error', async () => {
    expect(await refusal(mongo.db.command({ listIndexes: 'nobody' }))).toMatchObject({ code: 26 });
  });
});
