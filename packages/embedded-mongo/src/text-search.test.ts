import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Collection, Document, IndexSpecification } from 'mongodb';
import { refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

let mongo: TestMongo;
let books: Collection;
beforeAll(async () => {
  mongo = await startTestMongo();
  books = mongo.collection();
  await books.insertMany([
    { n: 1, title: 'Trail running', text: 'Shoes for the trail', tags: ['outdoor'] },
    { n: 2, title: 'Café culture', text: 'Coffee and running commentary', tags: [] },
    { n: 3, title: 'Road', text: 'trail trail trail of tears', tags: ['outdoor', 'history'] },
    { n: 4, title: 'Nothing', text: 7 },
  ]);
  await books.createIndex(
    { title: 'text', text: 'text', tags: 'text' },
    { weights: { title: 10 }, default_language: 'none' },
    {},
  );
});
afterAll(() => mongo.close());

const search = (text: string, more: Document = {}) =>
  books
    .find({ $text: { $search: text }, ...more })
    .sort({ n: 1 })
    .map(({ n }) => Number(n))
    .toArray();

describe('$text', () => {
  it.each<[string, string, number[]]>([
    ['any of several words', 'coffee outdoor', [1, 2, 3]],
    ['words without case and accents', 'CAFE', [2]],
    ['whole words only', 'run', []],
    ['a phrase', '"trail running"', [1]],
    ['not those with a word', 'trail -tears', [1]],
    ['not those with a phrase', 'running -"running commentary"', [1]],
    ['nothing without a word to find', '-trail', []],
  ])('finds %s', async (_, text, expected) => {
    expect(await search(text)).toEqual(expected);
    expect(await books.countDocuments({ $text: { $search: text } })).toBe(expected.length);
  });

  it('combines with other conditions, and is served by its index', async () => {
    expect(await search('trail', { n: { $gt: 1 } })).toEqual([3]);
    const { winningPlan } = (await books.find({ $text: { $search: 'trail' } }).explain())[
      'queryPlanner'
    ] as Document;
    expect(winningPlan.inputStage).toMatchObject({
      stage: 'IXSCAN',
      indexName: 'title_text_text_text_tags_text',
    });
  });

  it('scores by weight and frequency, and sorts by it', async () => {
    const score = { $meta: 'textScore' };
    const found = await books
      .find({ $text: { $search: 'trail' } })
      .project({ _id: 0, n: 1, score })
      .sort({ score })
      .toArray();
    // 10 * 1 * (0.5 / 2 + 0.5) + 1 * (0.5 / 4 + 0.5), and 1.75 * (0.5 * 3 / 5 + 0.5)
    expect(found).toEqual([
      { n: 1, score: 8.125 },
      { n: 3, score: expect.closeTo(1.4) },
    ]);
  });

  it('follows its documents, and the index is listed as a server lists it', async () => {
    const [{ insertedId }] = [await books.insertOne({ n: 5, title: 'Bicycle' })];
    expect(await search('bicycle')).toEqual([5]);
    await books.updateOne({ _id: insertedId }, { $set: { title: 'Unicycle' } });
    expect([await search('bicycle'), await search('unicycle')]).toEqual([[], [5]]);
    await books.deleteOne({ _id: insertedId });
    expect(await search('unicycle')).toEqual([]);
    expect((await books.indexes())[1]).toMatchObject({
      key: { _fts: 'text', _ftsx: 1 },
      weights: { tags: 1, text: 1, title: 10 },
      default_language: 'none',
    });
  });

  it.each<[string, IndexSpecification, Document, number]>([
    ['a language', { a: 'text' }, {}, 115],
    ['other keys beside it', { a: 'text', b: 1 }, { default_language: 'none' }, 115],
    ['a weight of nothing', { a: 'text' }, { default_language: 'none', weights: { a: 0 } }, 67],
  ])('refuses an index with %s', async (_, key, options, code) => {
    expect(await refusal(mongo.collection().createIndex(key, options, {}))).toMatchObject({ code });
  });

  it('is refused without an index, in $or, and as a score of nothing', async () => {
    const without = mongo.collection();
    await without.insertOne({});
    const $text = { $search: 'x' };
    expect(await refusal(without.findOne({ $text }))).toMatchObject({ code: 27 });
    expect(await refusal(books.findOne({ $or: [{ $text }, { n: 1 }] }))).toMatchObject({ code: 27 });
    expect(await refusal(books.findOne({}, { projection: { s: { $meta: 'textScore' } } }))).toMatchObject({
      code: 40_218,
    });
  });
});
