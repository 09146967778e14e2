import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deleteKey, emptyTree, getKey, scan, scanReverse, setKey, treeOf, type Tree } from './tree.ts';

const steps = fc.array(fc.record({ add: fc.boolean(), key: fc.integer({ min: 0, max: 400 }) }), {
  minLength: 50,
  maxLength: 1500,
});

function build(
  list: readonly { add: boolean; key: number }[],
  from: readonly (readonly [number, number])[] = [],
): {
  tree: Tree<number, number>;
  model: Map<number, number>;
} {
  let tree = from.length === 0 ? emptyTree<number, number>() : treeOf(from);
  const model = new Map<number, number>(from);
  for (const [i, { add, key }] of list.entries()) {
    tree = add ? setKey(tree, key, i) : deleteKey(tree, key);
    if (add) model.set(key, i);
    else model.delete(key);
  }
  return { tree, model };
}

describe('persistent tree', () => {
  it('holds what a Map would, in key order, in both directions and in any range, made at once or not', () => {
    fc.assert(
      fc.property(
        steps,
        fc.uniqueArray(fc.integer({ min: 0, max: 4_000 }), { maxLength: 3_000 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 0, max: 400 }),
        (list, first, from, until) => {
          const { tree, model } = build(
            list,
            first.sort((a, b) => a - b).map((key) => [key, -key]),
          );
          const expected = [...model].sort(([a], [b]) => a - b);
          const inside = expected.filter(([key]) => key >= from && key < until);
          expect(tree.size).toBe(model.size);
          expect([...scan(tree)]).toEqual(expected);
          expect([...scanReverse(tree)]).toEqual(expected.toReversed());
          expect([...scan(tree, { from, until })]).toEqual(inside);
          expect([...scanReverse(tree, { from, until })]).toEqual(inside.toReversed());
          for (const [key, value] of model) expect(getKey(tree, key)).toBe(value);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('leaves every earlier version as it was', () => {
    fc.assert(
      fc.property(steps, steps, (first, second) => {
        const { tree } = build(first);
        const before = [...scan(tree)];
        let later = tree;
        for (const [i, { add, key }] of second.entries())
          later = add ? setKey(later, key, -i) : deleteKey(later, key);
        expect([...scan(tree)]).toEqual(before);
      }),
      { numRuns: 50 },
    );
  });
});
