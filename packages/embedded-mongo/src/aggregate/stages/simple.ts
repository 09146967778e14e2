import { Int32 } from 'bson';
import { MongoError } from '../../errors.ts';
import { isDocument } from '../../bson/value.ts';
import { isNumeric, toInteger } from '../../bson/numbers.ts';
import { compileFilter } from '../../query/match.ts';
import { parseSort, sortDocuments } from '../../query/sort.ts';
import type { StageCompiler } from './stage.ts';

export const match: StageCompiler = (operand) => {
  if (!isDocument(operand))
    throw new MongoError(15959, 'the match filter must be an expression in an object');
  compileFilter(operand);
  return (docs, { variables, collation }) => {
    const matches = compileFilter(operand, { variables, collation });
    return docs.filter((doc) => matches(doc));
  };
};

export const sort: StageCompiler = (operand) => {
  if (!isDocument(operand)) throw new MongoError(15973, 'the $sort key specification must be an object');
  if (parseSort(operand).length === 0)
    throw new MongoError(15976, '$sort stage must have at least one sort key');
  return (docs, { collation }) => sortDocuments(docs, operand, collation);
};

export const limit: StageCompiler = (operand) => {
  const most = wholeNumber(operand, '$limit');
  if (most === 0) throw new MongoError(15958, 'the limit must be positive');
  return (docs) => docs.slice(0, most);
};

export const skip: StageCompiler = (operand) => {
  const first = wholeNumber(operand, '$skip');
  return (docs) => docs.slice(first);
};

export const count: StageCompiler = (operand) => {
  if (typeof operand !== 'string' || operand === '' || operand.startsWith('$') || operand.includes('.')) {
    throw new MongoError(
      40156,
      'the count field must be a non-empty string without "$" at its start and without "."',
    );
  }
  return (docs) => (docs.length === 0 ? [] : [{ [operand]: new Int32(docs.length) }]);
};

/** Distinct documents in random order. */
export const sample: StageCompiler = (operand) => {
  const size = wholeNumber(isDocument(operand) ? operand['size'] : undefined, '$sample size');
  return (docs) => {
    const pool = [...docs];
    for (let i = pool.length - 1; i > 0; i -= 1) {
      const j = Math.floor(Math.random() * (i + 1));
      const [a, b] = [pool[i], pool[j]];
      if (a && b) [pool[i], pool[j]] = [b, a];
    }
    return pool.slice(0, size);
  };
};

function wholeNumber(operand: unknown, name: string): number {
  const whole = isNumeric(operand) ? toInteger(operand) : undefined;
  if (whole === undefined || whole < 0n)
    throw new MongoError(5107201, `invalid argument to ${name} stage: Expected a non-negative whole number`);
  return Number(whole);
}
