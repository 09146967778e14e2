import { describe, expect, it } from '@jest/globals';
import { collectLocations, collectObjects } from './collect-at-path.ts';

const DATA = {
  users: [
    { orders: [{ id: 1 }, null] },
    null,
    { orders: null },
    { orders: [{ id: 2 }] },
    { orders: 'not a list' },
  ],
  grid: [[{ id: 3 }], [], [{ id: 4 }]],
};

describe('collecting at a path', () => {
  it('finds the objects in lists, and nothing else', () => {
    expect(collectObjects(DATA, ['users', '@', 'orders', '@'])).toEqual([{ id: 1 }, { id: 2 }]);
    expect(collectObjects(DATA, ['grid', '@', '@'])).toEqual([{ id: 3 }, { id: 4 }]);
    expect(collectObjects(DATA, ['nothing', '@'])).toEqual([]);
    expect(collectObjects(DATA, [])).toEqual([DATA]);
  });

  it('never follows a name that every object has', () => {
    expect(collectObjects(DATA, ['constructor', 'prototype'])).toEqual([]);
  });

  it('knows where each stands and what is around it', () => {
    const locations = collectLocations(DATA, ['users', '@', 'orders', '@']);

    expect(locations.map(({ path }) => path)).toEqual([
      ['users', 0, 'orders', 0],
      ['users', 3, 'orders', 0],
    ]);
    expect(locations[1]?.ancestors).toEqual([DATA.users[3], DATA]);
  });
});
