import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { Int32 } from 'bson';
import { removeExpired } from './expiry.ts';
import { insertion } from './commands/insert.ts';
import { ensureCollection, type Engine } from './storage/engine.ts';
import { openEngine } from './storage/open-engine.ts';
import { scan } from './storage/tree.ts';
import { makeDataDir } from './testing/test-mongo.ts';

const NOW = Date.parse('2024-01-01T00:00:00Z');
const secondsAgo = (seconds: number): Date => new Date(NOW - seconds * 1000);

let directory: string;
let engine: Engine;
beforeAll(async () => {
  directory = await makeDataDir();
  engine = await openEngine({ directory, log: () => undefined, onFailure: () => undefined });
});
afterAll(async () => {
  await engine.close();
  await rm(directory, { recursive: true });
});

describe('a TTL sweep', () => {
  it.each([1, -1])(
    'removes what is older than its limit and nothing else (direction %p)',
    async (direction) => {
      const namespace = `test.ttl${String(direction)}`;
      const spec = { key: { at: new Int32(direction) }, name: 'ttl', expireAfterSeconds: new Int32(60) };
      engine.write([...ensureCollection(engine, namespace), { kind: 'createIndex', namespace, spec }]);
      const docs = {
        old: secondsAgo(61),
        'just at the limit': secondsAgo(60),
        fresh: secondsAgo(59),
        future: secondsAgo(-5),
        text: 'yesterday',
        number: new Int32(1),
        null: null,
        'array with an old one': [secondsAgo(1), secondsAgo(99)],
        'fresh array': [secondsAgo(1)],
      };
      for (const [id, at] of Object.entries(docs))
        engine.write(insertion(engine, namespace, { _id: id, at }));
      engine.write(insertion(engine, namespace, { _id: 'missing' }));
      await removeExpired(engine, NOW, () => undefined);
      const collection = engine.collection(namespace);
      const left = collection ? [...scan(collection.records)].map(([, { doc }]) => doc['_id']) : [];
      expect(left).toEqual(['fresh', 'future', 'text', 'number', 'null', 'fresh array', 'missing']);
    },
  );

  it('removes more than one batch', async () => {
    const namespace = 'test.many';
    const spec = { key: { at: new Int32(1) }, name: 'ttl', expireAfterSeconds: new Int32(0) };
    engine.write([...ensureCollection(engine, namespace), { kind: 'createIndex', namespace, spec }]);
    for (let i = 0; i < 2_500; i += 1)
      engine.write(insertion(engine, namespace, { _id: i, at: secondsAgo(i) }));
    await removeExpired(engine, NOW, () => undefined);
    expect(engine.collection(namespace)?.records.size).toBe(0);
  });
});
