import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { isTooDeep } from './is-too-deep.ts';

describe('the depth of a document', () => {
  it.each([
    ['{ a }', 1],
    ['{ a { b } c }', 2],
    ['{ a { ... { b } } }', 3],
    ['{ ...F } fragment F on T { a { b } }', 3],
    ['query A { a } query B { a { b { c } } }', 3],
  ])('%s', (text, depth) => {
    expect(isTooDeep(parse(text), depth)).toBe(false);
    expect(isTooDeep(parse(text), depth - 1)).toBe(true);
  });

  it('is beyond every limit for a fragment that uses itself', () => {
    expect(isTooDeep(parse('{ ...F } fragment F on T { a { ...G } } fragment G on T { ...F }'), 1_000)).toBe(
      true,
    );
    expect(isTooDeep(parse('{ a } fragment F on T { ...F }'), 1)).toBe(false);
  });

  it('is found at once where fragments use each other over and over', () => {
    const levels = Array.from(
      { length: 14 },
      (_, level) => `fragment F${level} on T { ${`...F${level + 1} `.repeat(100)} }`,
    );
    const document = parse(`{ ...F0 } ${levels.join(' ')} fragment F14 on T { a }`);

    expect(isTooDeep(document, 16)).toBe(false);
    expect(isTooDeep(document, 15)).toBe(true);
  });
});
