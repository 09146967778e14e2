import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Binary,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  UUID,
  type Collection,
  type Document,
} from 'mongodb';
import { refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

let mongo: TestMongo;
beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(async () => {
  await mongo.close();
});

interface Item extends Document {
  _id: number;
}
const items = (): Collection<Item> => mongo.collection() as unknown as Collection<Item>;

describe('connecting', () => {
  it('presents itself as the primary of a replica set with sessions', async () => {
    const hello = await mongo.db.admin().command({ hello: 1 });
    expect(hello).toMatchObject({
      setName: 'rs0',
      isWritablePrimary: true,
      logicalSessionTimeoutMinutes: 30,
    });
    expect(hello['hosts']).toEqual([hello['me']]);
    expect(hello).not.toHaveProperty('topologyVersion');
  });

  it.each([
    'mongodb://127.0.0.1:PORT/db',
    'mongodb://127.0.0.1:PORT/?directConnection=true',
    'mongodb://localhost:PORT/?replicaSet=rs0',
  ])('serves %s', async (uri) => {
    const { MongoClient } = await import('mongodb');
    const client = await new MongoClient(uri.replace('PORT', String(mongo.server.port))).connect();
    expect(await client.db('x').command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
  });
});

describe('insert', () => {
  it('gives every BSON type back as it came', async () => {
    const collection = mongo.collection();
    const doc = {
      _id: new ObjectId(),
      int: new Int32(5),
      double: new Double(5),
      negativeZero: new Double(-0),
      long: Long.fromString('9007199254740993'),
      decimal: Decimal128.fromString('1.10'),
      text: 'ü',
      yes: true,
      nothing: null,
      date: new Date(5),
      binary: new Binary(Uint8Array.from([1, 2])),
      uuid: new UUID('0f8fad5b-d9cb-469f-a165-70867728950e').toBinary(),
      pattern: /a.b/i,
      timestamp: new Timestamp({ t: 3, i: 4 }),
      min: new MinKey(),
      max: new MaxKey(),
      code: new Code('x'),
      nested: { z: new Int32(1), a: [new Int32(1), { b: null }] },
    };
    await collection.insertOne(doc);
    const found = await collection.findOne({}, { promoteValues: false, promoteLongs: false });
    expect(found).toEqual(doc);
    expect(Object.keys(found ?? {})).toEqual(Object.keys(doc));
    const types = await collection
      .aggregate([
        { $project: { _id: 0, i: { $type: '$int' }, d: { $type: '$double' }, l: { $type: '$long' } } },
      ])
      .toArray();
    expect(types).toEqual([{ i: 'int', d: 'double', l: 'long' }]);
  });

  it('makes a missing _id and puts _id first', async () => {
    const collection = mongo.collection();
    await mongo.db.command({ insert: collection.collectionName, documents: [{ a: 1 }, { b: 1, _id: 7 }] });
    const docs = await collection.find().toArray();
    expect(docs[0]?._id).toBeInstanceOf(ObjectId);
    expect(docs.map((doc) => Object.keys(doc)[0])).toEqual(['_id', '_id']);
  });

  it('refuses a second _id with error 11000, keyPattern and keyValue', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1 });
    const error = await refusal(collection.insertOne({ _id: 1 }));
    expect(error).toMatchObject({ code: 11000, keyPattern: { _id: 1 }, keyValue: { _id: 1 } });
    expect(error['message']).toContain('E11000 duplicate key error collection: test.');
  });

  it('stops at the first error when ordered and goes on when not', async () => {
    const [ordered, unordered] = [items(), items()];
    const docs = [{ _id: 1 }, { _id: 1 }, { _id: 2 }];
    expect(await refusal(ordered.insertMany(docs))).toMatchObject({
      code: 11000,
      result: { insertedCount: 1 },
    });
    expect(await ordered.countDocuments()).toBe(1);
    const error = await refusal(unordered.insertMany(docs, { ordered: false }));
    expect(error['writeErrors']).toHaveLength(1);
    expect((error['writeErrors'] as { index: number }[])[0]?.index).toBe(1);
    expect(await unordered.countDocuments()).toBe(2);
  });

  it.each([[[1]], [/x/]])('refuses %p as an _id', async (id) => {
    expect(await refusal(mongo.collection().insertOne({ _id: id as never }))).toMatchObject({ code: 53 });
  });

  it('refuses a document over 16 MiB with error 10334', async () => {
    const half = 'x'.repeat(8_400_000);
    expect(await refusal(mongo.collection().insertOne({ a: half, b: half }))).toMatchObject({ code: 10334 });
  });

  it('refuses documents nested deeper than a server allows', async () => {
    const nested = (depth: number): Document => (depth === 0 ? {} : { a: nested(depth - 1) });
    expect(await refusal(mongo.collection().insertOne(nested(200)))).toMatchObject({ code: 15 });
    expect(await mongo.collection().insertOne(nested(100))).toMatchObject({ acknowledged: true });
  });

  it('takes unacknowledged writes without an answer', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
    const client = await mongo.connect({ maxPoolSize: 1 });
    const same = client.db('test').collection<Item>(collection.collectionName);
    await same.insertOne({ _id: 2 }, { writeConcern: { w: 0 } });
    expect(await same.countDocuments({ _id: 2 })).toBe(1);
  });
});

describe('update', () => {
  it('counts what matched and what changed', async () => {
    const collection = items();
    await collection.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 2 },
      { _id: 3, a: 1 },
    ]);
    expect(await collection.updateMany({}, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 3,
      modifiedCount: 1,
    });
    expect(await collection.updateOne({ _id: 9 }, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 0,
      modifiedCount: 0,
    });
  });

  it('upserts from the equalities of the filter', async () => {
    const collection = items();
    const result = await collection.updateOne(
      { _id: 5, 'o.x': 'y', n: { $gt: 3 } },
      { $inc: { c: 1 }, $setOnInsert: { s: true } },
      { upsert: true },
    );
    expect(result).toMatchObject({ upsertedId: 5, upsertedCount: 1, matchedCount: 0 });
    expect(await collection.findOne()).toEqual({ _id: 5, o: { x: 'y' }, c: 1, s: true });
  });

  it('makes an _id for an upsert without one', async () => {
    const collection = mongo.collection();
    const { upsertedId } = await collection.replaceOne({ a: 1 }, { b: 2 }, { upsert: true });
    expect(upsertedId).toBeInstanceOf(ObjectId);
    expect(await collection.findOne()).toEqual({ _id: upsertedId, b: 2 });
  });

  it('sets the matched element through $', async () => {
    const collection = items();
    await collection.insertOne({
      _id: 1,
      holds: [
        { rid: 'a', s: 'H' },
        { rid: 'b', s: 'H' },
      ],
    });
    await collection.updateOne(
      { _id: 1, holds: { $elemMatch: { rid: 'b', s: 'H' } } },
      { $set: { 'holds.$.s': 'C' } },
    );
    expect(await collection.findOne()).toMatchObject({ holds: [{ s: 'H' }, { s: 'C' }] });
  });

  it('increments a long exactly beyond 2^53', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1, n: Long.fromString('9007199254740992') });
    await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    const doc = await collection.findOne({}, { promoteLongs: false });
    expect(String(doc?.['n'])).toBe('9007199254740993');
  });

  it('refuses a change of _id', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1 });
    expect(await refusal(collection.updateOne({ _id: 1 }, { $set: { _id: 2 } as never }))).toMatchObject({
      code: 66,
    });
  });

  it('runs array filters and pipelines', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1, l: [{ k: 1 }, { k: 2 }] });
    await collection.updateOne(
      { _id: 1 },
      { $set: { 'l.$[x].hit': true } },
      { arrayFilters: [{ 'x.k': { $gt: 1 } }] },
    );
    await collection.updateOne({ _id: 1 }, [{ $set: { n: { $size: '$l' } } }]);
    expect(await collection.findOne()).toEqual({ _id: 1, l: [{ k: 1 }, { k: 2, hit: true }], n: 2 });
  });

  it('refuses a computed name BSON cannot hold and stays as it was', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1 });
    const naming = [{ $set: { o: { $arrayToObject: [[{ k: { $concat: ['a', '\0'] }, v: 1 }]] } } }];
    expect(await refusal(collection.updateOne({ _id: 1 }, naming))).toMatchObject({ code: 2 });
    expect(await collection.findOne()).toEqual({ _id: 1 });
  });

  it('applies the writes of one bulk in order', async () => {
    const collection = items();
    const result = await collection.bulkWrite([
      { insertOne: { document: { _id: 1, n: 0 } } },
      { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 5 } } } },
      { updateOne: { filter: { _id: 2 }, update: { $set: { n: 1 } }, upsert: true } },
      { deleteOne: { filter: { _id: 1 } } },
    ]);
    expect(result).toMatchObject({ insertedCount: 1, modifiedCount: 1, upsertedCount: 1, deletedCount: 1 });
    expect(await collection.find().toArray()).toEqual([{ _id: 2, n: 1 }]);
  });

  it('lands every one of many concurrent increments', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1, n: 0 });
    await Promise.all(
      Array.from({ length: 200 }, () => collection.updateOne({ _id: 1 }, { $inc: { n: 1 } })),
    );
    expect(await collection.findOne()).toEqual({ _id: 1, n: 200 });
  });
});

describe('delete', () => {
  it('removes one or all', async () => {
    const collection = items();
    await collection.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
      { _id: 3, a: 2 },
    ]);
    expect(await collection.deleteOne({ a: 1 })).toMatchObject({ deletedCount: 1 });
    expect(await collection.deleteMany({})).toMatchObject({ deletedCount: 2 });
  });
});

describe('findAndModify', () => {
  it('answers the document before or after, projected', async () => {
    const collection = items();
    await collection.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
    ]);
    expect(await collection.findOneAndUpdate({}, { $inc: { n: 10 } }, { sort: { n: -1 } })).toEqual({
      _id: 2,
      n: 2,
    });
    const after = await collection.findOneAndUpdate(
      { _id: 2 },
      { $inc: { n: 1 } },
      { returnDocument: 'after', projection: { _id: 0 } },
    );
    expect(after).toEqual({ n: 13 });
    expect(await collection.findOneAndReplace({ _id: 1 }, { r: 1 }, { returnDocument: 'after' })).toEqual({
      _id: 1,
      r: 1,
    });
    expect(await collection.findOneAndDelete({ _id: 1 })).toEqual({ _id: 1, r: 1 });
    expect(await collection.findOneAndUpdate({ _id: 99 }, { $set: { n: 1 } })).toBeNull();
  });

  it('upserts', async () => {
    const collection = items();
    const doc = await collection.findOneAndUpdate(
      { _id: 4 },
      { $set: { a: 1 } },
      { upsert: true, returnDocument: 'after' },
    );
    expect(doc).toEqual({ _id: 4, a: 1 });
  });
});

describe('reading helpers', () => {
  it('counts, estimates and lists distinct values', async () => {
    const collection = items();
    await collection.insertMany([{ _id: 1, t: ['a', 'b'] }, { _id: 2, t: 'b' }, { _id: 3 }]);
    expect(await collection.countDocuments({ t: 'b' })).toBe(2);
    expect(await collection.estimatedDocumentCount()).toBe(3);
    expect(await collection.distinct('t')).toEqual(['a', 'b']);
  });

  it('lists and drops collections and databases', async () => {
    const db = mongo.client.db('other');
    await db.createCollection('one');
    await db.collection('two').insertOne({});
    expect((await db.listCollections().toArray()).map(({ name }) => name).sort()).toEqual(['one', 'two']);
    expect(await db.listCollections({ name: 'two' }, { nameOnly: true }).toArray()).toEqual([
      { name: 'two', type: 'collection' },
    ]);
    expect(await refusal(db.createCollection('one'))).toMatchObject({ code: 48 });
    await db.dropCollection('one');
    const { databases } = await mongo.db.admin().listDatabases();
    expect(databases.map(({ name }) => name)).toContain('other');
    await db.dropDatabase();
    expect(await db.listCollections().toArray()).toEqual([]);
  });

  it('answers the diagnostic commands of tools', async () => {
    for (const command of [
      'buildInfo',
      'serverStatus',
      'connectionStatus',
      'getParameter',
      'hostInfo',
      'dbStats',
    ]) {
      expect(await mongo.db.command({ [command]: 1 })).toMatchObject({ ok: 1 });
    }
  });
});
