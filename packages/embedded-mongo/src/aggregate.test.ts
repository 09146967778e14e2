import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Long, type Collection, type Document } from 'mongodb';
import { refusal, startTestMongo, type TestMongo } from './testing/test-mongo.ts';

interface Order extends Document {
  _id: number;
}

let mongo: TestMongo;
let orders: Collection<Order>;
beforeAll(async () => {
  mongo = await startTestMongo();
  orders = mongo.db.collection<Order>('orders');
  await orders.insertMany([
    {
      _id: 1,
      customer: 'a',
      total: Long.fromNumber(100),
      tags: ['x', 'y'],
      lines: [
        { sku: 's1', q: 2 },
        { sku: 's2', q: 1 },
      ],
    },
    { _id: 2, customer: 'b', total: Long.fromNumber(50), tags: [], lines: [{ sku: 's1', q: 5 }] },
    { _id: 3, customer: 'a', total: Long.fromString('9007199254740993'), tags: ['x'] },
  ]);
  await mongo.db.collection<Order & { _id: never }>('customers').insertMany([
    { _id: 'a', name: 'Ann' },
    { _id: 'c', name: 'Cem' },
  ] as never[]);
});
afterAll(async () => {
  await mongo.close();
});

const PIPELINES: readonly [string, Document[], Document[]][] = [
  [
    '$match, $sort, $skip, $limit',
    [
      { $match: { customer: 'a' } },
      { $sort: { _id: -1 } },
      { $skip: 1 },
      { $limit: 1 },
      { $project: { _id: 1 } },
    ],
    [{ _id: 1 }],
  ],
  [
    '$limit before $sort',
    [{ $limit: 2 }, { $sort: { _id: -1 } }, { $project: { _id: 1 } }],
    [{ _id: 2 }, { _id: 1 }],
  ],
  [
    '$group with many accumulators',
    [
      {
        $group: {
          _id: '$customer',
          n: { $sum: 1 },
          ids: { $push: '$_id' },
          least: { $min: '$_id' },
          mean: { $avg: '$_id' },
          first: { $first: '$_id' },
          last: { $last: '$_id' },
        },
      },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 'a', n: 2, ids: [1, 3], least: 1, mean: 2, first: 1, last: 3 },
      { _id: 'b', n: 1, ids: [2], least: 2, mean: 2, first: 2, last: 2 },
    ],
  ],
  [
    '$group by a document key',
    [{ $group: { _id: { c: '$customer' }, n: { $count: {} } } }, { $sort: { n: -1 } }, { $limit: 1 }],
    [{ _id: { c: 'a' }, n: 2 }],
  ],
  ['$group of everything', [{ $group: { _id: null, most: { $max: '$_id' } } }], [{ _id: null, most: 3 }]],
  [
    '$unwind',
    [
      { $unwind: '$lines' },
      { $group: { _id: '$lines.sku', q: { $sum: '$lines.q' } } },
      { $sort: { _id: 1 } },
    ],
    [
      { _id: 's1', q: 7 },
      { _id: 's2', q: 1 },
    ],
  ],
  [
    '$unwind keeping the empty',
    [
      { $unwind: { path: '$tags', includeArrayIndex: 'i', preserveNullAndEmptyArrays: true } },
      { $project: { tags: 1, i: 1 } },
    ],
    [
      { _id: 1, tags: 'x', i: 0 },
      { _id: 1, tags: 'y', i: 1 },
      { _id: 2, i: null },
      { _id: 3, tags: 'x', i: 0 },
    ],
  ],
  [
    '$lookup by equality',
    [
      { $lookup: { from: 'customers', localField: 'customer', foreignField: '_id', as: 'who' } },
      { $project: { name: { $first: '$who.name' } } },
    ],
    [{ _id: 1, name: 'Ann' }, { _id: 2 }, { _id: 3, name: 'Ann' }],
  ],
  [
    '$lookup by a pipeline with let',
    [
      { $match: { _id: 1 } },
      {
        $lookup: {
          from: 'orders',
          let: { c: '$customer' },
          pipeline: [{ $match: { $expr: { $eq: ['$customer', '$$c'] } } }, { $project: { _id: 1 } }],
          as: 'same',
        },
      },
      { $project: { same: 1 } },
    ],
    [{ _id: 1, same: [{ _id: 1 }, { _id: 3 }] }],
  ],
  [
    '$facet',
    [
      {
        $facet: {
          count: [{ $count: 'n' }],
          top: [{ $sort: { _id: -1 } }, { $limit: 1 }, { $project: { _id: 1 } }],
        },
      },
    ],
    [{ count: [{ n: 3 }], top: [{ _id: 3 }] }],
  ],
  [
    '$addFields and $unset',
    [
      { $match: { _id: 2 } },
      { $addFields: { 'info.n': { $size: '$lines' }, total: '$$REMOVE' } },
      { $unset: ['lines', 'tags'] },
    ],
    [{ _id: 2, customer: 'b', info: { n: 1 } }],
  ],
  [
    '$set inside array documents',
    [{ $match: { _id: 2 } }, { $set: { 'lines.ok': true } }, { $project: { lines: 1 } }],
    [{ _id: 2, lines: [{ sku: 's1', q: 5, ok: true }] }],
  ],
  [
    '$replaceRoot',
    [{ $match: { _id: 2 } }, { $replaceRoot: { newRoot: { $first: '$lines' } } }],
    [{ sku: 's1', q: 5 }],
  ],
  ['$replaceWith', [{ $match: { _id: 2 } }, { $replaceWith: { c: '$customer' } }], [{ c: 'b' }]],
  [
    '$sortByCount',
    [{ $sortByCount: '$customer' }],
    [
      { _id: 'a', count: 2 },
      { _id: 'b', count: 1 },
    ],
  ],
  [
    '$bucket',
    [{ $bucket: { groupBy: '$_id', boundaries: [0, 2, 4], output: { n: { $sum: 1 } } } }],
    [
      { _id: 0, n: 1 },
      { _id: 2, n: 2 },
    ],
  ],
  [
    '$unionWith',
    [
      { $project: { _id: 1 } },
      { $unionWith: { coll: 'customers', pipeline: [{ $project: { _id: 1 } }] } },
      { $count: 'n' },
    ],
    [{ n: 5 }],
  ],
  ['$count of nothing', [{ $match: { _id: 99 } }, { $count: 'n' }], []],
  [
    'a computed projection',
    [
      { $match: { _id: 1 } },
      { $project: { _id: 0, label: { $concat: ['#', { $toString: '$_id' }] }, skus: '$lines.sku' } },
    ],
    [{ label: '#1', skus: ['s1', 's2'] }],
  ],
];

describe('aggregate', () => {
  it.each(PIPELINES)('runs %s', async (_title, pipeline, expected) => {
    expect(await orders.aggregate(pipeline).toArray()).toEqual(expected);
  });

  it('sums longs exactly beyond 2^53', async () => {
    const [result] = await orders
      .aggregate([{ $group: { _id: null, sum: { $sum: '$total' } } }], { promoteLongs: false })
      .toArray();
    expect(String(result?.['sum'])).toBe('9007199254741143');
  });

  it('hands out results in batches', async () => {
    expect(await orders.aggregate([{ $sort: { _id: 1 } }], { batchSize: 1 }).toArray()).toHaveLength(3);
  });

  it('reads variables of let', async () => {
    const docs = await orders
      .aggregate([{ $match: { $expr: { $eq: ['$_id', '$$wanted'] } } }], { let: { wanted: 2 } })
      .toArray();
    expect(docs).toMatchObject([{ _id: 2 }]);
  });

  const REFUSALS: readonly [string, Document[], number][] = [
    ['$merge', [{ $merge: 'x' }], 115],
    ['$out', [{ $out: 'x' }], 115],
    ['$graphLookup', [{ $graphLookup: {} }], 115],
    ['$foo', [{ $foo: 1 }], 40324],
    ['$bar', [{ $match: { _id: -1 } }, { $project: { a: { $bar: 1 } } }], 168],
    ['$accumulate', [{ $group: { _id: 1, a: { $accumulate: 1 } } }], 15952],
  ];

  it.each(REFUSALS)('refuses %s by name', async (name, pipeline, code) => {
    const error = await refusal(orders.aggregate(pipeline).toArray());
    expect(error).toMatchObject({ code });
    expect(error['message']).toContain(name);
  });
});

describe('a command', () => {
  it('that nobody knows is refused with error 59', async () => {
    expect(await refusal(mongo.db.command({ dance: 1 }))).toMatchObject({
      code: 59,
      codeName: 'CommandNotFound',
    });
  });

  it('named like a property of objects is refused as well', async () => {
    expect(await refusal(mongo.db.command({ constructor: 1 }))).toMatchObject({ code: 59 });
  });

  it('with an unknown field is refused with error 40415', async () => {
    const error = await refusal(mongo.db.command({ find: 'orders', fliter: {} }));
    expect(error).toMatchObject({ code: 40415 });
    expect(error['message']).toContain('find.fliter');
  });

  it('on an impossible name is refused with error 73', async () => {
    expect(await refusal(mongo.db.command({ insert: '', documents: [{}] }))).toMatchObject({ code: 73 });
  });

  it('that wants more nodes than there are gets a write concern error', async () => {
    const result = await mongo.db
      .command({ insert: 'w', documents: [{}], writeConcern: { w: 3 } })
      .catch((error: unknown) => error);
    expect(JSON.stringify(result)).toContain('Not enough data-bearing nodes');
  });

  it('that creates a collection with a validator is refused', async () => {
    expect(await refusal(mongo.db.createCollection('v', { validator: { a: 1 } }))).toMatchObject({
      code: 115,
    });
  });
});
