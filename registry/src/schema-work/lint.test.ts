import { describe, expect, it } from '@jest/globals';
import { lint } from './lint.ts';

const LEVELS = {
  FIELD_NAMES_SHOULD_BE_CAMEL_CASE: 'WARNING',
  TYPE_NAMES_SHOULD_BE_PASCAL_CASE: 'ERROR',
} as const;
const fields = (count: number): string =>
  Array.from({ length: count }, (_, index) => `Field_${index}: Int`).join(' ');
const types = (count: number): string =>
  Array.from({ length: count }, (_, index) => `type bad${index} { a: Int }`).join('\n');
const levelsOf = (sdl: string): readonly string[] =>
  lint({ sdl, baseSdl: undefined, levels: LEVELS }).map(({ level }) => level);

describe('lint', () => {
  it('says errors first, and what there is no more room for are warnings', () => {
    const levels = levelsOf(`type Query { ${fields(201)} }\n${types(1)}`);

    expect(levels).toHaveLength(200);
    expect(levels[0]).toBe('ERROR');
    expect(levels.slice(1)).toEqual(Array.from({ length: 199 }, () => 'WARNING'));
  });

  it('says no more than a person mends, of errors either', () => {
    const levels = levelsOf(`type Query { ${fields(3)} }\n${types(201)}`);

    expect(levels).toEqual(Array.from({ length: 200 }, () => 'ERROR'));
  });

  it('keeps the order of the schema within a level', () => {
    const diagnostics = lint({
      sdl: `type Query { ${fields(2)} }\n${types(2)}`,
      baseSdl: undefined,
      levels: LEVELS,
    });

    expect(diagnostics.map(({ coordinate, start }) => `${coordinate} ${start.line}`)).toEqual([
      'bad0 2',
      'bad1 3',
      'Query.Field_0 1',
      'Query.Field_1 1',
    ]);
  });
});
