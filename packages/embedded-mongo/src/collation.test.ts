import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Collection, Document, Filter } from 'mongodb';
import { refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

const CASELESS = { locale: 'en', strength: 2 } as const;

let mongo: TestMongo;
beforeAll(async () => {
  mongo = await startTestMongo();
});
afterAll(() => mongo.close());

const NAMES = ['Cafe', 'café', 'CAFÉ', 'cafe', 'Zoo', 'apple', 'Éclair', '7'];

async function names(): Promise<Collection> {
  const collection = mongo.collection();
  await collection.insertMany(NAMES.map((name, n) => ({ name, n, tags: [name], deep: { name } })));
  return collection;
}

const indexOf = async (collection: Collection, filter: Filter<Document>, collation?: typeof CASELESS) => {
  const cursor = collection.find(filter, collation && { collation });
  const { winningPlan } = (await cursor.explain())['queryPlanner'] as Document;
  return winningPlan.inputStage?.indexName as string | undefined;
};

describe('a collation of strength 2', () => {
  it('minds accents and not case, in every command that compares', async () => {
    const collection = await names();
    const find = (filter: Filter<Document>) =>
      collection
        .find(filter, { collation: CASELESS })
        .map(({ name }) => String(name))
        .toArray();
    expect(await find({ name: 'cafe' })).toEqual(['Cafe', 'cafe']);
    expect(await find({ name: { $in: ['CAFÉ', 'ZOO'] } })).toEqual(['café', 'CAFÉ', 'Zoo']);
    expect(await find({ tags: 'CAFE' })).toEqual(['Cafe', 'cafe']);
    expect(await find({ deep: { name: 'ZOO' } })).toEqual(['Zoo']);
    expect(await find({ name: { $gt: 'CAFÉ', $lt: 'zoo' } })).toEqual(['Éclair']);
    expect(await find({ name: /^caf/ })).toEqual(['café', 'cafe']);
    expect(await collection.countDocuments({ name: 'CAFE' }, { collation: CASELESS })).toBe(2);
    expect(await collection.distinct('name', {}, { collation: CASELESS })).toHaveLength(6);
    const sorted = await collection.find({}, { collation: CASELESS }).sort({ name: 1, n: 1 }).toArray();
    expect(sorted.map(({ name }) => name)).toEqual([
      '7',
      'apple',
      'Cafe',
      'cafe',
      'café',
      'CAFÉ',
      'Éclair',
      'Zoo',
    ]);
    const groups = await collection
      .aggregate([{ $match: { name: 'cafe' } }, { $group: { _id: '$name', n: { $sum: 1 } } }], {
        collation: CASELESS,
      })
      .toArray();
    expect(groups).toEqual([{ _id: 'Cafe', n: 2 }]);
    const updated = await collection.updateMany(
      { name: 'CAFE' },
      { $set: { seen: true } },
      { collation: CASELESS },
    );
    expect(updated.modifiedCount).toBe(2);
    expect(
      await collection.findOneAndUpdate({ name: 'ZOO' }, { $set: { seen: true } }, { collation: CASELESS }),
    ).toMatchObject({ name: 'Zoo' });
    expect((await collection.deleteMany({ name: 'ZOO' }, { collation: CASELESS })).deletedCount).toBe(1);
  });

  it('is served by an index of the same collation, and text by no other', async () => {
    const collection = await names();
    await collection.createIndex({ name: 1 }, { name: 'plain' }, {});
    await collection.createIndex({ name: 1 }, { name: 'caseless', collation: CASELESS }, {});
    expect(await indexOf(collection, { name: 'cafe' })).toBe('plain');
    expect(await indexOf(collection, { name: 'cafe' }, CASELESS)).toBe('caseless');
    await collection.dropIndex('caseless');
    expect(await indexOf(collection, { name: 'cafe' }, CASELESS)).toBeUndefined();
    expect(await indexOf(collection, { name: 7 }, CASELESS)).toBe('plain');
  });

  it('keeps a unique index', async () => {
    const collection = mongo.collection();
    await collection.createIndex({ email: 1 }, { unique: true, collation: CASELESS }, {});
    await collection.insertOne({ email: 'Ann@shop.example' });
    expect(await refusal(collection.insertOne({ email: 'ANN@shop.example' }))).toMatchObject({
      code: 11_000,
    });
    await collection.insertOne({ email: 'Änn@shop.example' });
    expect((await collection.indexes())[1]?.['collation']).toMatchObject({
      locale: 'en',
      strength: 2,
      caseFirst: 'off',
    });
  });

  it('finds through an index exactly what a scan finds', async () => {
    const word = fc.constantFrom('a', 'A', 'á', 'Á', 'b', 'B', 'ab', 'AB', 'aB', 'ß', 'ss', 'SS');
    const operand = fc.oneof(
      word,
      fc.array(word, { maxLength: 3 }).map((list) => ({ $in: list })),
      fc.record({ $gte: word, $lt: word }, { noNullPrototype: true }),
      word.map((text) => ({ $ne: text })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 8 }), operand, async (words, condition) => {
        const [plain, indexed] = [mongo.collection(), mongo.collection()];
        await indexed.createIndex({ w: 1 }, { collation: CASELESS }, {});
        const docs: Document[] = words.map((w, _id) => ({ _id, w }));
        if (docs.length > 0) await Promise.all([plain, indexed].map((each) => each.insertMany(docs)));
        const [first, second] = await Promise.all(
          [plain, indexed].map((each) =>
            each
              .find({ w: condition } as Filter<Document>, { collation: CASELESS })
              .sort({ w: 1, _id: 1 })
              .toArray(),
          ),
        );
        expect(second).toEqual(first);
      }),
      { numRuns: 60 },
    );
  });

  it.each<[string, Document]>([
    ['a collation without a locale', { find: 'c', collation: { strength: 2 } }],
    ['a locale that is none', { find: 'c', collation: { locale: 'nowhere-land' } }],
    ['a strength that is not built', { find: 'c', collation: { locale: 'en', strength: 4 } }],
    ['an option that is none', { find: 'c', collation: { locale: 'en', case: 1 } }],
    [
      'a comparison in an expression',
      {
        aggregate: 'c',
        cursor: {},
        collation: CASELESS,
        pipeline: [{ $project: { x: { $eq: ['$a', 'b'] } } }],
      },
    ],
    [
      'a comparison in an update',
      { update: 'c', updates: [{ q: {}, u: { $pull: { a: 'b' } }, collation: CASELESS }] },
    ],
  ])('refuses %s', async (_, command) => {
    const outcome = await mongo.db.command(command).catch((error: unknown) => error as Document);
    expect(outcome['code'] ?? outcome['writeErrors']?.[0]?.code).toBeGreaterThan(0);
  });
});
