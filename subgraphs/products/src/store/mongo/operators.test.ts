import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * What MongoDB since 4.4 and DocumentDB 5.0 (elastic clusters included) both have.
 *
 * @see https://docs.aws.amazon.com/documentdb/latest/developerguide/mongo-apis.html
 */
const SHARED = new Set([
  ...[
    '$eq',
    '$ne',
    '$gt',
    '$gte',
    '$lt',
    '$lte',
    '$in',
    '$nin',
    '$and',
    '$or',
    '$exists',
    '$all',
    '$size',
    '$elemMatch',
  ],
  ...[
    '$set',
    '$unset',
    '$inc',
    '$min',
    '$max',
    '$push',
    '$each',
    '$slice',
    '$pull',
    '$addToSet',
    '$setOnInsert',
  ],
  ...['$match', '$project', '$group', '$sum', '$unwind', '$sort', '$limit', '$$ROOT'],
]);

const folder = new URL('.', import.meta.url);
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));

/** Operators are written as keys (`$set:`) or strings (`'$gte'`); `'$rating'` and the like are field paths. */
const FIELD_PATHS = new Set(['$rows', '$productId', '$rating', '$categoryPath', '$facets']);

describe('the store', () => {
  it('uses only operators that every supported engine has', () => {
    const foreign = sources.flatMap((name) => {
      const text = readFileSync(new URL(name, folder), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
      const operators = [...text.matchAll(/(?<![\w`])(\$\$?[a-zA-Z]+)\b(?=['"]|\s*:)/g)].map(
        ([, operator]) => operator ?? '',
      );
      return operators
        .filter((operator) => !SHARED.has(operator) && !FIELD_PATHS.has(operator))
        .map((operator) => `${name}: ${operator}`);
    });
    expect(foreign).toEqual([]);
  });

  it('uses no transactions and no change streams', () => {
    const text = sources.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');
    expect(text).not.toMatch(/startSession|withTransaction|\.watch\(|retryWrites: true/);
  });
});
