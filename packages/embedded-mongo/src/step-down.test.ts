import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

let mongo: TestMongo;
beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(() => mongo.close());

const stepDown = (seconds: number) =>
  mongo.client.db('admin').command({ replSetStepDown: seconds, force: true });

it('a server that stepped down refuses what needs a primary, and tells drivers so', async () => {
  const collection = mongo.collection();
  await collection.insertOne({ n: 1 });
  const patient = await mongo.connect({ retryWrites: false, retryReads: false });
  const there = patient.db('test').collection(collection.collectionName);
  await there.findOne();
  await stepDown(1);
  expect(await refusal(there.insertOne({ n: 2 }))).toMatchObject({
    code: 10_107,
    codeName: 'NotWritablePrimary',
  });
  // The driver itself: it waits for the election and sends the write again, which happens once.
  await collection.insertOne({ n: 3 });
  expect((await collection.find({}, { projection: { _id: 0 } }).toArray()).map(({ n }) => Number(n))).toEqual(
    [1, 3],
  );
});

it('a step-down ends open transactions, which the driver runs again', async () => {
  const collection = mongo.collection();
  await collection.insertOne({ n: 0 });
  let runs = 0;
  await mongo.client.withSession((session) =>
    session.withTransaction(async () => {
      runs += 1;
      await collection.updateOne({}, { $inc: { n: 1 } }, { session });
      if (runs === 1) await stepDown(1);
    }),
  );
  expect([runs, Number((await collection.findOne())?.['n'])]).toEqual([2, 1]);
});

it('answers reads that may come from a secondary meanwhile', async () => {
  const collection = mongo.collection();
  await collection.insertOne({ n: 1 });
  const direct = await mongo.connect({ directConnection: true });
  await stepDown(1);
  expect(await direct.db('test').command({ hello: 1 })).toMatchObject({
    isWritablePrimary: false,
    secondary: true,
  });
  expect(
    await direct
      .db('test')
      .collection(collection.collectionName)
      .findOne({}, { readPreference: 'secondary' }),
  ).toMatchObject({ n: 1 });
});

it('counts operations as a server does', async () => {
  const counters = async () => (await mongo.client.db('admin').command({ serverStatus: 1 }))['opcounters'];
  const before = await counters();
  const collection = mongo.collection();
  await collection.insertMany([{ n: 1 }, { n: 2 }]);
  await collection.findOne();
  await collection.updateOne({}, { $set: { n: 3 } });
  const after = await counters();
  expect(['insert', 'query', 'update', 'delete'].map((kind) => after[kind] - before[kind])).toEqual([
    2, 1, 1, 0,
  ]);
});
