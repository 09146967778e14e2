import { isArray, isDocument } from '../bson/value.ts';
import { notSupported } from '../errors.ts';

/** Stages that compare text by the collation, or none. */
const STAGES = new Set([
  '$addFields',
  '$count',
  '$group',
  '$limit',
  '$match',
  '$project',
  '$replaceRoot',
  '$replaceWith',
  '$sample',
  '$set',
  '$skip',
  '$sort',
  '$unset',
  '$unwind',
]);
const COMPARING =
  /^\$(?:addToSet|cmp|eq|gte?|in|indexOfArray|lte?|max|min|ne|setDifference|setEquals|setIntersection|setIsSubset|setUnion|sortArray)$/;

/** @throws MongoError 115 for a pipeline that compares text in an expression: here a collation changes stages only */
export function assertCollatable(pipeline: readonly unknown[]): void {
  for (const stage of pipeline) {
    const [name = '', operand] = (isDocument(stage) ? Object.entries(stage)[0] : undefined) ?? [];
    if (!STAGES.has(name)) throw notSupported(`${name} with a collation`);
    if (name !== '$match') assertComparesNothing(operand);
  }
}

function assertComparesNothing(expression: unknown): void {
  if (isArray(expression)) expression.forEach(assertComparesNothing);
  if (!isDocument(expression)) return;
  for (const [name, operand] of Object.entries(expression)) {
    if (COMPARING.test(name)) throw notSupported(`the expression ${name} with a collation`);
    assertComparesNothing(operand);
  }
}
