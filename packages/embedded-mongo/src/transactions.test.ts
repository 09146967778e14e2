import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { UUID } from 'bson';
import { type MongoServerError, type ClientSession, type Collection, type Document } from 'mongodb';
import { openEngine } from './storage/open-engine.ts';
import { connectRaw } from './testing/raw-client.ts';
import { makeDataDir, refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

interface Item extends Document {
  _id: number;
}

let mongo: TestMongo;
beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(async () => {
  await mongo.close();
});

async function items(docs: Item[] = [{ _id: 1, n: 0 }]): Promise<Collection<Item>> {
  const collection = mongo.collection() as unknown as Collection<Item>;
  await collection.insertMany(docs);
  return collection;
}

async function inTransaction(work: (session: ClientSession) => Promise<void>): Promise<void> {
  await mongo.client.withSession(async (session) => {
    session.startTransaction();
    await work(session);
    if (session.inTransaction()) await session.abortTransaction();
  });
}

describe('a transaction', () => {
  it('shows its writes to itself at once and to others after commit', async () => {
    const collection = await items();
    await inTransaction(async (session) => {
      await collection.updateOne({ _id: 1 }, { $set: { n: 5 } }, { session });
      await collection.insertOne({ _id: 2 }, { session });
      expect(await collection.countDocuments({}, { session })).toBe(2);
      expect(await collection.findOne({ _id: 1 })).toEqual({ _id: 1, n: 0 });
      await session.commitTransaction();
    });
    expect(await collection.find().toArray()).toEqual([{ _id: 1, n: 5 }, { _id: 2 }]);
  });

  it('leaves nothing behind when aborted', async () => {
    const collection = await items();
    await inTransaction(async (session) => {
      await collection.deleteOne({ _id: 1 }, { session });
      await mongo.db.collection<Item>('born-inside').insertOne({ _id: 1 }, { session });
      await session.abortTransaction();
    });
    expect(await collection.countDocuments()).toBe(1);
    expect(await mongo.db.listCollections({ name: 'born-inside' }).toArray()).toEqual([]);
  });

  it('reads the data of its start, whatever is written meanwhile', async () => {
    const collection = await items();
    await inTransaction(async (session) => {
      await collection.findOne({}, { session });
      await collection.updateOne({ _id: 1 }, { $set: { n: 9 } });
      await collection.insertOne({ _id: 2 });
      expect(await collection.find({}, { session }).toArray()).toEqual([{ _id: 1, n: 0 }]);
      expect(await collection.aggregate([{ $count: 'n' }], { session }).toArray()).toEqual([{ n: 1 }]);
    });
  });

  it('fails with WriteConflict, labelled transient, on a document another one wrote', async () => {
    const collection = await items();
    await inTransaction(async (first) => {
      await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: first });
      await inTransaction(async (second) => {
        const error = await refusal(
          collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: second }),
        );
        expect(error).toMatchObject({ code: 112, codeName: 'WriteConflict' });
        expect((error as unknown as MongoServerError).hasErrorLabel('TransientTransactionError')).toBe(true);
      });
      await first.commitTransaction();
    });
    expect(await collection.findOne()).toEqual({ _id: 1, n: 1 });
  });

  it('fails with WriteConflict on a document written after its start', async () => {
    const collection = await items();
    await inTransaction(async (session) => {
      await collection.findOne({}, { session });
      await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } });
      expect(await refusal(collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session }))).toMatchObject({
        code: 112,
      });
    });
  });

  it('fails with WriteConflict on a unique key taken meanwhile, by a transaction or not', async () => {
    const collection = await items();
    await collection.createIndex({ k: 1 }, { unique: true, sparse: true }, {});
    await inTransaction(async (first) => {
      await collection.insertOne({ _id: 10, k: 'x' }, { session: first });
      await inTransaction(async (second) => {
        expect(await refusal(collection.insertOne({ _id: 11, k: 'x' }, { session: second }))).toMatchObject({
          code: 112,
        });
      });
      await collection.insertOne({ _id: 12, k: 'y' });
      expect(await refusal(collection.insertOne({ _id: 13, k: 'y' }, { session: first }))).toMatchObject({
        code: 112,
      });
    });
  });

  it('fails with error 11000 on a key it could see, and is over then', async () => {
    const collection = await items();
    await inTransaction(async (session) => {
      await collection.insertOne({ _id: 2 }, { session });
      expect(await refusal(collection.insertOne({ _id: 1 }, { session }))).toMatchObject({ code: 11000 });
      expect(await refusal(collection.findOne({}, { session }))).toMatchObject({ code: 251 });
    });
    expect(await collection.countDocuments()).toBe(1);
  });

  it('may reuse a unique key it freed itself', async () => {
    const collection = await items([{ _id: 1, k: 'x' }]);
    await collection.createIndex({ k: 1 }, { unique: true }, {});
    await inTransaction(async (session) => {
      await collection.deleteOne({ _id: 1 }, { session });
      await collection.insertOne({ _id: 2, k: 'x' }, { session });
      await session.commitTransaction();
    });
    expect(await collection.find().toArray()).toEqual([{ _id: 2, k: 'x' }]);
  });

  it('lets withTransaction retry until both increments are in', async () => {
    const collection = await items();
    const attempts = await Promise.all(
      [1, 2, 3, 4].map(() =>
        mongo.client.withSession(async (session) => {
          let tries = 0;
          await session.withTransaction(async () => {
            tries += 1;
            const doc = await collection.findOne({ _id: 1 }, { session });
            await collection.updateOne({ _id: 1 }, { $set: { n: Number(doc?.['n']) + 1 } }, { session });
          });
          return tries;
        }),
      ),
    );
    expect(await collection.findOne()).toEqual({ _id: 1, n: 4 });
    expect(attempts.reduce((a, b) => a + b)).toBeGreaterThanOrEqual(4);
  });

  it('makes a plain write wait for its end', async () => {
    const collection = await items();
    const order: string[] = [];
    await inTransaction(async (session) => {
      await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
      const plain = collection
        .updateOne({ _id: 1 }, { $inc: { n: 10 } })
        .then(() => order.push('plain write'));
      // Another round trip gives the plain write every chance to finish too early.
      await mongo.db.command({ ping: 1 });
      order.push('commit');
      await session.commitTransaction();
      await plain;
    });
    expect(order).toEqual(['commit', 'plain write']);
    expect(await collection.findOne()).toEqual({ _id: 1, n: 11 });
  });

  it('lets a waiting write give up at its maxTimeMS', async () => {
    const collection = await items();
    await inTransaction(async (session) => {
      await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
      expect(
        await refusal(collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { maxTimeMS: 20 })),
      ).toMatchObject({ code: 50 });
    });
  });

  it('can be committed twice with the same answer', async () => {
    const collection = await items();
    await inTransaction(async (session) => {
      await collection.insertOne({ _id: 2 }, { session });
      await session.commitTransaction();
      await session.commitTransaction();
    });
    expect(await collection.countDocuments()).toBe(2);
  });

  it('ends when its session ends', async () => {
    const collection = await items();
    const session = mongo.client.startSession();
    session.startTransaction();
    await collection.updateOne({ _id: 1 }, { $set: { n: 7 } }, { session });
    await session.endSession();
    await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } });
    expect(await collection.findOne()).toEqual({ _id: 1, n: 1 });
  });

  it('refuses commands that cannot run inside', async () => {
    const collection = await items();
    await inTransaction(async (session) => {
      expect(
        await refusal(mongo.db.command({ count: collection.collectionName }, { session })),
      ).toMatchObject({ code: 263 });
    });
  });
});

describe('a retryable write', () => {
  const lsid = (): Document => ({ id: new UUID() });
  const increment = (collection: Collection<Item>, session: Document, txnNumber: number): Document => ({
    update: collection.collectionName,
    updates: [{ q: { _id: 1 }, u: { $inc: { n: 1 } } }],
    lsid: session,
    txnNumber,
  });

  it('sent twice is applied once and answers the same', async () => {
    const [collection, session] = [await items(), lsid()];
    const raw = await connectRaw(mongo.server.port);
    const first = await raw.command(increment(collection, session, 1));
    expect(first).toMatchObject({ n: 1, nModified: 1 });
    expect(await raw.command(increment(collection, session, 1))).toEqual(first);
    expect(await collection.findOne()).toEqual({ _id: 1, n: 1 });
    expect(await raw.command(increment(collection, session, 2))).toMatchObject({ nModified: 1 });
    expect(await raw.command(increment(collection, session, 1))).toMatchObject({ ok: 0, code: 225 });
    raw.close();
  });

  it.each(['a restart', 'a compaction and a restart'])('is still known after %s', async (what) => {
    const dataDir = await makeDataDir();
    const session = lsid();
    const send = async (): Promise<Document> => {
      const mongod = await startTestMongo({ dataDir });
      const collection = mongod.db.collection<Item>('c');
      await collection.updateOne({ _id: 1 }, { $setOnInsert: { n: 0 } }, { upsert: true });
      const raw = await connectRaw(mongod.server.port);
      const reply = await raw.command(increment(collection, session, 7));
      raw.close();
      expect(await collection.findOne()).toEqual({ _id: 1, n: 1 });
      await mongod.close();
      return reply;
    };
    const first = await send();
    if (what.includes('compaction')) {
      const engine = await openEngine({
        directory: dataDir,
        log: () => undefined,
        onFailure: () => undefined,
      });
      await engine.compact();
      await engine.close();
    }
    expect(await send()).toEqual(first);
    await rm(dataDir, { recursive: true });
  });
});
