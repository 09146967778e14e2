import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import type { ChangeStream, Collection, Document } from 'mongodb';
import { makeDataDir, refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

let dataDir: string;
let mongo: TestMongo;
beforeAll(async () => {
  dataDir = await makeDataDir();
  mongo = await startTestMongo({ dataDir });
});
afterAll(async () => {
  await mongo.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Item extends Document {
  _id: number;
}
let made = 0;
const items = (): Collection<Item> => mongo.db.collection<Item>(`items${(made += 1)}`);

/** Opened on the server before this returns, so that nothing written after it is missed. */
async function watch(
  collection: Collection<Item>,
  pipeline: Document[] = [],
  options: Parameters<Collection['watch']>[1] = {},
): Promise<ChangeStream<Item, Document>> {
  const stream = collection.watch<Item, Document>(pipeline, { maxAwaitTimeMS: 200, ...options });
  expect(await stream.tryNext()).toBeNull();
  return stream;
}

async function take(stream: ChangeStream<Item, Document>, count: number): Promise<Document[]> {
  const events: Document[] = [];
  while (events.length < count) events.push(await stream.next());
  return events;
}

describe('a change stream', () => {
  it('tells of every change of its collection, in order', async () => {
    const collection = items();
    const stream = await watch(collection);
    await collection.insertOne({ _id: 1, n: 1, list: [1, 2, 3], deep: { a: 1, b: 2 } });
    await mongo.collection().insertOne({ other: true });
    await collection.updateOne(
      { _id: 1 },
      { $set: { n: 2, list: [1, 5], 'deep.a': 3 }, $unset: { 'deep.b': '' } },
    );
    await collection.replaceOne({ _id: 1 }, { n: 3 });
    await collection.deleteOne({ _id: 1 });
    const events = await take(stream, 4);
    const ns = { db: 'test', coll: collection.collectionName };
    const documentKey = { _id: 1 };
    expect(events).toMatchObject([
      { operationType: 'insert', ns, documentKey, fullDocument: { _id: 1, n: 1, deep: { a: 1, b: 2 } } },
      {
        operationType: 'update',
        ns,
        documentKey,
        updateDescription: {
          updatedFields: { n: 2, 'list.1': 5, 'deep.a': 3 },
          removedFields: ['deep.b'],
          truncatedArrays: [{ field: 'list', newSize: 2 }],
        },
      },
      { operationType: 'replace', ns, documentKey, fullDocument: { _id: 1, n: 3 } },
      { operationType: 'delete', ns, documentKey },
    ]);
    expect(events[1]).not.toHaveProperty('fullDocument');
    const tokens = events.map(({ _id }) => String(_id._data));
    expect([...tokens].sort()).toEqual(tokens);
    await stream.close();
  });

  it('filters, shapes and looks up, and tells of a transaction only when it is committed', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1, n: 0 });
    const stream = await watch(
      collection,
      [{ $match: { operationType: 'update' } }, { $project: { fullDocument: 1, documentKey: 1 } }],
      { fullDocument: 'updateLookup' },
    );
    await mongo.client.withSession(async (session) => {
      session.startTransaction();
      await collection.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session });
      expect(await stream.tryNext()).toBeNull();
      await collection.insertOne({ _id: 2 }, { session });
      await session.commitTransaction();
    });
    const [event] = await take(stream, 1);
    expect(event).toEqual({
      _id: expect.anything(),
      documentKey: { _id: 1 },
      fullDocument: { _id: 1, n: 1 },
    });
    await stream.close();
  });

  it('goes on after any of its events, over a restart, and misses nothing', async () => {
    const collection = items();
    const stream = await watch(collection);
    await collection.insertMany([1, 2, 3].map((_id) => ({ _id })));
    const [first, second] = await take(stream, 2);
    await stream.close();
    await mongo.close();
    mongo = await startTestMongo({ dataDir });
    const again = mongo.db.collection<Item>(collection.collectionName);
    await again.insertOne({ _id: 4 });
    const resumed = again.watch<Item, Document>([], { resumeAfter: first?._id });
    expect((await take(resumed, 3)).map(({ documentKey }) => documentKey._id)).toEqual([2, 3, 4]);
    await resumed.close();
    const later = again.watch<Item, Document>([], { startAfter: second?._id });
    expect((await take(later, 2)).map(({ documentKey }) => documentKey._id)).toEqual([3, 4]);
    await later.close();
  });

  it('ends when its collection is dropped, and can be started after that', async () => {
    const collection = items();
    await collection.insertOne({ _id: 1 });
    const stream = await watch(collection);
    await collection.drop();
    const [drop, invalidate] = await take(stream, 2);
    expect([drop?.operationType, invalidate?.operationType]).toEqual(['drop', 'invalidate']);
    await collection.insertOne({ _id: 2 });
    expect(await refusal(collection.watch([], { resumeAfter: invalidate?._id }).next())).toMatchObject({
      code: 260,
    });
    const next = collection.watch<Item, Document>([], { startAfter: invalidate?._id });
    expect((await take(next, 1))[0]).toMatchObject({ operationType: 'insert', documentKey: { _id: 2 } });
    await next.close();
  });

  it.each<[string, Document[], Parameters<Collection['watch']>[1], number]>([
    ['a stage that needs all events', [{ $sort: { a: 1 } }], {}, 20],
    ['a pipeline that hides the token', [{ $project: { _id: 0 } }], {}, 280],
    ['a made-up token', [], { resumeAfter: { _data: 'x' } }, 260],
    ['a token of the future', [], { resumeAfter: { _data: `${'F'.repeat(16)}00` } }, 260],
    ['images from before', [], { fullDocumentBeforeChange: 'required' }, 115],
  ])('refuses %s', async (_, pipeline, options, code) => {
    const collection = items();
    const stream = collection.watch(pipeline, { maxAwaitTimeMS: 100, ...options });
    // Opened by the first call; one that is refused later is refused at its first event.
    const opened = stream.tryNext().then(async () => {
      await collection.insertOne({ _id: 1 });
      await stream.next();
    });
    const refused = refusal(opened);
    expect(await refused).toMatchObject({ code });
    await stream.close();
  });
});
