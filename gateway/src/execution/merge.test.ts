import { describe, expect, it } from '@jest/globals';
import { copyJson, mergeInto } from './merge.ts';
import type { JsonObject } from './own.ts';

const merged = (target: JsonObject, source: JsonObject): JsonObject => {
  mergeInto(target, source, same);
  return target;
};

const same = (condition: string, typename: string): boolean => condition === typename;

describe('merging', () => {
  it.each<[string, JsonObject, JsonObject, JsonObject]>([
    ['adds what is new', { a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    ['joins objects', { a: { x: 1 } }, { a: { y: 2 } }, { a: { x: 1, y: 2 } }],
    [
      'joins lists element by element',
      { a: [{ x: 1 }, null] },
      { a: [{ y: 2 }, { z: 3 }] },
      { a: [{ x: 1, y: 2 }, { z: 3 }] },
    ],
    ['takes the newer list when lengths differ', { a: [1] }, { a: [1, 2] }, { a: [1, 2] }],
    ['fills a null', { a: null }, { a: { x: 1 } }, { a: { x: 1 } }],
    ['keeps an object where another knows only null', { a: { x: 1 } }, { a: null }, { a: { x: 1 } }],
  ])('%s', (_what, target, source, expected) => {
    expect(merged(target, source)).toEqual(expected);
  });

  it('treats names that every object has as ordinary keys', () => {
    const source = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as JsonObject;

    const target = merged({}, source);

    expect(JSON.stringify(target)).toBe('{"__proto__":{"polluted":true},"constructor":1}');
    expect(({} as JsonObject)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
  });

  it('copies so that no two places share an object', () => {
    const source = { a: [{ x: 1 }] };
    const copy = copyJson(source);

    expect(copy).toEqual(source);
    expect(copy.a[0]).not.toBe(source.a[0]);
  });
});
