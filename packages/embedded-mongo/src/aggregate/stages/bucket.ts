import { Int32 } from 'bson';
import { MongoError } from '../../errors.ts';
import { isArray, isDocument } from '../../bson/value.ts';
import { compareValues } from '../../query/compare.ts';
import { rawNamed } from '../operators/arguments.ts';
import { compileExpression } from '../expression.ts';
import { compileFields, groupDocuments } from './group.ts';
import type { StageCompiler } from './stage.ts';

/** Groups by the boundary interval a value falls into, lower end included. */
export const bucket: StageCompiler = (operand, name) => {
  const raw = rawNamed(operand, name, ['groupBy', 'boundaries'], ['default', 'output']);
  const value = compileExpression(raw['groupBy']);
  const boundaries = raw['boundaries'];
  if (!isArray(boundaries) || boundaries.length < 2)
    throw new MongoError(40192, "The $bucket 'boundaries' field must have at least 2 values");
  for (let i = 1; i < boundaries.length; i += 1) {
    if (compareValues(boundaries[i - 1], boundaries[i]) >= 0)
      throw new MongoError(40194, "The 'boundaries' option to $bucket must be sorted");
  }
  const output = raw['output'] ?? { count: { $sum: new Int32(1) } };
  if (!isDocument(output)) throw new MongoError(40196, "The $bucket 'output' field must be an object");
  const fields = compileFields(output);
  const hasDefault = 'default' in raw;
  const key: typeof value = (scope) => {
    const found = value(scope) ?? null;
    const above = boundaries.findIndex((boundary) => compareValues(found, boundary) < 0);
    if (above > 0) return boundaries[above - 1];
    if (!hasDefault)
      throw new MongoError(
        40066,
        '$bucket could not find a bucket for an input, and no default was specified',
      );
    return raw['default'];
  };
  return (docs, { variables }) =>
    groupDocuments(
      docs.map((root) => ({ root, variables })),
      key,
      fields,
    ).sort((a, b) => compareValues(a['_id'], b['_id']));
};
