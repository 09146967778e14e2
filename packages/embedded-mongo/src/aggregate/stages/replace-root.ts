import { MongoError } from '../../errors.ts';
import { asDocument } from '../../bson/value.ts';
import { typeName } from '../../bson/types.ts';
import { compileExpression } from '../expression.ts';
import { rawNamed } from '../operators/arguments.ts';
import type { Stage, StageCompiler } from './stage.ts';

export const replaceRoot: StageCompiler = (operand, name) =>
  replacing(rawNamed(operand, name, ['newRoot'])['newRoot']);

export const replaceWith: StageCompiler = (operand) => replacing(operand);

function replacing(expression: unknown): Stage {
  const evaluate = compileExpression(expression);
  return (docs, { variables }) =>
    docs.map((root) => {
      const value = evaluate({ root, variables });
      const doc = asDocument(value);
      if (!doc)
        throw new MongoError(
          40228,
          `'newRoot' expression must evaluate to an object, but resulting value was of type: ${typeName(value)}`,
        );
      return doc;
    });
}
