import { describe, expect, it } from '@jest/globals';
import type { FetchNode } from '@apollo/query-planner';
import { createKnownFieldsFinder } from './known-fields.ts';
import type { PlacedFetch } from './fetches-of.ts';

const fetchOf = (index: number): PlacedFetch => ({
  path: [`a${index}`],
  node: {
    kind: 'Fetch',
    serviceName: 'users',
    requires: [{ kind: 'Field', name: '__typename' }],
    operation:
      'query($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { __typename name } } }',
  } as unknown as FetchNode,
});

describe('fields that are known', () => {
  it.each([
    ['at every other place', 5, 4],
    ['at so many places that each of many fetches can look at', 200, 32],
  ])('are looked for %s', (_, fetches, places) => {
    const placed = Array.from({ length: fetches }, (_, index) => fetchOf(index));
    const find = createKnownFieldsFinder(placed, (condition, type) => condition === type);

    expect(placed.map(({ node }) => find(node)?.places.length)).toEqual(placed.map(() => places));
  });
});
