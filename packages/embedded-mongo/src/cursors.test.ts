import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Collection, Document, Filter, FindOptions } from 'mongodb';
import { createCursors } from './commands/cursors.ts';
import { refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

interface Item extends Document {
  _id: number;
}

let mongo: TestMongo;
let hundred: Collection<Item>;
beforeAll(async () => {
  mongo = await startTestMongo();
  hundred = mongo.db.collection<Item>('hundred');
  await hundred.insertMany(
    Array.from({ length: 100 }, (_, i) => ({ _id: i, even: i % 2 === 0, half: Math.floor(i / 2) })),
  );
});
afterAll(async () => {
  await mongo.close();
});

async function openCursors(): Promise<number> {
  const status = await mongo.db.command({ serverStatus: 1 });
  return (status['metrics'] as { cursor: { open: { total: number } } }).cursor.open.total;
}

describe('cursor', () => {
  it.each([1, 2, 7, 99, 100, 101])('hands out everything once in batches of %p', async (batchSize) => {
    const ids = (await hundred.find({}, { batchSize }).toArray()).map(({ _id }) => _id);
    expect(ids).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(await openCursors()).toBe(0);
  });

  it('ends on the server when closed early', async () => {
    const cursor = hundred.find({}, { batchSize: 2 });
    await cursor.next();
    expect(await openCursors()).toBe(1);
    await cursor.close();
    expect(await openCursors()).toBe(0);
  });

  it('keeps showing the data of its start', async () => {
    const collection = mongo.collection() as unknown as Collection<Item>;
    await collection.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]);
    const cursor = collection.find({}, { batchSize: 1 });
    await cursor.next();
    await collection.deleteMany({});
    expect((await cursor.toArray()).map(({ _id }) => _id)).toEqual([2, 3]);
  });

  it('refuses a cursor id nobody has with error 43', async () => {
    expect(await refusal(mongo.db.command({ getMore: 5n, collection: 'hundred' }))).toMatchObject({
      code: 43,
    });
  });

  it('spreads big results over batches below 16 MiB', async () => {
    const collection = mongo.collection();
    const filler = 'x'.repeat(1_000_000);
    await collection.insertMany(Array.from({ length: 40 }, (_, i) => ({ i, filler })));
    const docs = await collection.find({}, { batchSize: 1000 }).toArray();
    expect(docs.map((doc) => doc['i'] as number)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });
});

const WINDOWS: readonly [string, Filter<Item>, FindOptions, number[]][] = [
  ['limit', {}, { limit: 3 }, [0, 1, 2]],
  ['skip and limit', {}, { skip: 98, limit: 5 }, [98, 99]],
  ['descending sort', {}, { sort: { _id: -1 }, limit: 2 }, [99, 98]],
  ['sort by two fields', { _id: { $lt: 4 } }, { sort: { half: -1, _id: 1 } }, [2, 3, 0, 1]],
  ['natural order backwards', {}, { sort: { $natural: -1 }, limit: 2 }, [99, 98]],
  ['a limit larger than a batch', {}, { limit: 5, batchSize: 2 }, [0, 1, 2, 3, 4]],
];

describe('an idle cursor', () => {
  it('is forgotten after ten minutes', () => {
    const cursors = createCursors();
    const { id } = cursors.open('a.b', [{}, {}], 1);
    cursors.expire(Date.now() + 9 * 60_000);
    expect(cursors.count()).toBe(1);
    cursors.expire(Date.now() + 11 * 60_000);
    expect(() => cursors.next(id, 'a.b', 1)).toThrow('not found');
  });
});

describe('find', () => {
  it.each(WINDOWS)('applies %s', async (_title, filter, options, ids) => {
    expect((await hundred.find(filter, options).toArray()).map(({ _id }) => _id)).toEqual(ids);
  });

  const doc = {
    _id: 1,
    a: 1,
    b: { c: 2, d: 3 },
    l: [
      { k: 1, v: 'x' },
      { k: 2, v: 'y' },
    ],
    n: [1, 2, 3, 4],
  };
  const PROJECTIONS: readonly [string, Document, Document][] = [
    ['inclusion', { a: 1 }, { _id: 1, a: 1 }],
    ['inclusion without _id', { a: 1, _id: 0 }, { a: 1 }],
    ['only _id', { _id: 1 }, { _id: 1 }],
    ['exclusion', { b: 0, l: 0, n: 0 }, { _id: 1, a: 1 }],
    ['exclusion of _id alone', { _id: 0 }, { a: 1, b: doc.b, l: doc.l, n: doc.n }],
    ['a nested field', { 'b.c': 1, _id: 0 }, { b: { c: 2 } }],
    ['a nested field written as a document', { b: { c: 1 }, _id: 0 }, { b: { c: 2 } }],
    ['a field of array documents', { 'l.v': 1, _id: 0 }, { l: [{ v: 'x' }, { v: 'y' }] }],
    ['exclusion inside array documents', { 'l.v': 0, n: 0, b: 0 }, { _id: 1, a: 1, l: [{ k: 1 }, { k: 2 }] }],
    ['$slice', { n: { $slice: 2 }, l: 0, b: 0 }, { _id: 1, a: 1, n: [1, 2] }],
    ['$slice from the end', { n: { $slice: [-3, 2] }, a: 1 }, { _id: 1, a: 1, n: [2, 3] }],
    ['$elemMatch', { l: { $elemMatch: { k: 2 } }, _id: 0 }, { l: [{ k: 2, v: 'y' }] }],
    ['a computed field', { sum: { $add: ['$a', '$b.c'] }, _id: 0 }, { sum: 3 }],
  ];

  it.each(PROJECTIONS)('projects %s', async (_title, projection, expected) => {
    const collection = mongo.collection() as unknown as Collection<Item>;
    await collection.insertOne({ ...doc });
    expect(await collection.findOne({}, { projection })).toEqual(expected);
  });

  it('projects the matched element through $', async () => {
    const collection = mongo.collection() as unknown as Collection<Item>;
    await collection.insertOne({ ...doc });
    expect(await collection.findOne({ 'l.k': 2 }, { projection: { 'l.$': 1, _id: 0 } })).toEqual({
      l: [{ k: 2, v: 'y' }],
    });
  });

  it('refuses to mix inclusion and exclusion', async () => {
    expect(await refusal(hundred.findOne({}, { projection: { even: 1, half: 0 } }))).toMatchObject({
      code: 31254,
    });
  });

  const REFUSED: readonly [string, FindOptions][] = [
    ['noCursorTimeout', { noCursorTimeout: true }],
    ['tailable', { tailable: true }],
    ['min', { min: { _id: 1 }, hint: { _id: 1 } }],
    ['returnKey', { returnKey: true }],
  ];

  it.each(REFUSED)('refuses the option %s by name', async (name, options) => {
    const error = await refusal(hundred.find({}, options).toArray());
    expect(error).toMatchObject({ code: 115 });
    expect(error['message']).toContain(name);
  });
});
