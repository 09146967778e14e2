import { describe, expect, it } from '@jest/globals';
import { loadManyByKey, loadOneByKey, loadPageByKey } from './load-by-key.ts';

describe('loading by key', () => {
  it('asks the store once for all keys and keeps their order', async () => {
    const calls: (readonly string[])[] = [];
    const loader = loadOneByKey(
      async (keys) => {
        calls.push(keys);
        return [{ id: 'b' }, { id: 'a' }];
      },
      ({ id }) => id,
    );

    expect(await loader.loadMany(['a', 'missing', 'b', 'a'])).toEqual([
      { id: 'a' },
      null,
      { id: 'b' },
      { id: 'a' },
    ]);
    expect(calls).toEqual([['a', 'missing', 'b']]);
  });

  it('gives every owner its own list', async () => {
    const loader = loadManyByKey(
      async () => [
        { owner: 'a', n: 2 },
        { owner: 'b', n: 1 },
        { owner: 'a', n: 1 },
      ],
      ({ owner }) => owner,
    );

    expect(await loader.loadMany(['a', 'b', 'c'])).toEqual([
      [
        { owner: 'a', n: 2 },
        { owner: 'a', n: 1 },
      ],
      [{ owner: 'b', n: 1 }],
      [],
    ]);
  });

  it('asks once per page for all owners that want it', async () => {
    const calls: [readonly string[], number][] = [];
    const loader = loadPageByKey(
      async (owners, page: number) => {
        calls.push([owners, page]);
        return new Map(owners.map((owner) => [owner, `${owner}${page}`]));
      },
      () => 'none',
    );

    const pages = await loader.loadMany([
      { ownerId: 'a', page: 1 },
      { ownerId: 'b', page: 1 },
      { ownerId: 'a', page: 2 },
    ]);

    expect(pages).toEqual(['a1', 'b1', 'a2']);
    expect(calls).toEqual([
      [['a', 'b'], 1],
      [['a'], 2],
    ]);
  });
});
