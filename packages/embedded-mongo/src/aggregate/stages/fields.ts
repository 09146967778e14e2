import { MongoError } from '../../errors.ts';
import { isArray, isDocument, type Doc } from '../../bson/value.ts';
import { compileProjection } from '../../query/projection.ts';
import { addLeaf, computeInto, dropFrom, type ProjectionTree } from '../../query/projection-tree.ts';
import { compileExpression } from '../expression.ts';
import type { StageCompiler } from './stage.ts';

export const project: StageCompiler = (operand) => {
  if (!isDocument(operand)) throw new MongoError(15969, '$project specification must be an object');
  if (Object.keys(operand).length === 0)
    throw new MongoError(
      51272,
      'Invalid $project :: caused by :: projection specification must have at least one field',
    );
  const run = compileProjection(operand, 'aggregate');
  return (docs, { variables }) => docs.map((doc) => run(doc, variables));
};

export const addFields: StageCompiler = (operand, name) => {
  if (!isDocument(operand)) throw new MongoError(40272, `${name} specification stage must be an object`);
  const tree: ProjectionTree = new Map();
  collect(tree, '', operand);
  return (docs, { variables }) => docs.map((doc) => computeInto(tree, doc, { root: doc, variables }));
};

/** `{a: {b: 1}}` sets `a.b` and keeps what else is in `a`; an operator document is a value. */
function collect(tree: ProjectionTree, prefix: string, spec: Doc): void {
  for (const [key, value] of Object.entries(spec)) {
    if (key.startsWith('$'))
      throw new MongoError(16410, `FieldPath field names may not start with '$': '${key}'`);
    const nested =
      isDocument(value) && Object.keys(value).length > 0 && Object.keys(value)[0]?.startsWith('$') !== true;
    if (nested) collect(tree, `${prefix}${key}.`, value);
    else addLeaf(tree, prefix + key, compileExpression(value));
  }
}

export const unset: StageCompiler = (operand) => {
  const paths = isArray(operand) ? operand : [operand];
  const tree: ProjectionTree = new Map();
  for (const path of paths) {
    if (typeof path !== 'string' || path.startsWith('$'))
      throw new MongoError(31002, '$unset specification must be a string or an array of field paths');
    addLeaf(tree, path, 'drop');
  }
  if (paths.length === 0)
    throw new MongoError(31119, '$unset specification must be a string or an array with at least one field');
  return (docs) => docs.map((doc) => dropFrom(tree, doc));
};
