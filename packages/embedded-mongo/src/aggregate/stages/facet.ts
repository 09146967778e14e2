import { MongoError } from '../../errors.ts';
import { isArray, isDocument } from '../../bson/value.ts';
import { compilePipeline } from './index.ts';
import type { StageCompiler } from './stage.ts';

const NOT_INSIDE = new Set(['$facet', '$out', '$merge']);

export const facet: StageCompiler = (operand) => {
  if (!isDocument(operand) || Object.keys(operand).length === 0)
    throw new MongoError(40169, 'the $facet specification must be a non-empty object');
  const pipelines = Object.entries(operand).map(([name, pipeline]) => {
    const inner = isArray(pipeline)
      ? pipeline.find((stage) => isDocument(stage) && NOT_INSIDE.has(Object.keys(stage)[0] ?? ''))
      : undefined;
    if (isDocument(inner))
      throw new MongoError(
        40600,
        `${Object.keys(inner)[0] ?? ''} is not allowed to be used within a $facet stage`,
      );
    return [name, compilePipeline(pipeline)] as const;
  });
  return (docs, context) => [Object.fromEntries(pipelines.map(([name, run]) => [name, run(docs, context)]))];
};
