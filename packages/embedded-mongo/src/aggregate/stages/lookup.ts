import { MongoError } from '../../errors.ts';
import { isArray, isDocument, type Doc } from '../../bson/value.ts';
import { parsePath, visitPath } from '../../query/path.ts';
import { compileExpression, type Variables } from '../expression.ts';
import { rawNamed } from '../operators/arguments.ts';
import { compilePipeline } from './index.ts';
import { replaceAt } from './unwind.ts';
import type { Stage, StageCompiler } from './stage.ts';

const EVERYTHING: Stage = (docs) => [...docs];

/** Joins by equality of two fields, by a pipeline, or both. The equality goes through the foreign collection's indexes. */
export const lookup: StageCompiler = (operand, name) => {
  const raw = rawNamed(operand, name, ['from', 'as'], ['localField', 'foreignField', 'let', 'pipeline']);
  const [from, as] = [text(raw['from'], 'from'), text(raw['as'], 'as').split('.')];
  const hasFields = 'localField' in raw || 'foreignField' in raw;
  if (!hasFields && !('pipeline' in raw))
    throw new MongoError(
      'FailedToParse',
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField'",
    );
  const local = hasFields ? parsePath(text(raw['localField'], 'localField')) : undefined;
  const foreign = hasFields ? text(raw['foreignField'], 'foreignField') : undefined;
  const pipeline = 'pipeline' in raw ? compilePipeline(raw['pipeline']) : EVERYTHING;
  const variablesOf = compileLet(raw['let']);
  return (docs, context) =>
    docs.map((doc) => {
      const variables = { ...context.variables, ...variablesOf(doc, context.variables) };
      const filter: Doc =
        local && foreign !== undefined ? { [foreign]: { $in: localValues(doc, local) } } : {};
      const joined = pipeline(context.lookup(from, { filter }), { ...context, variables });
      return replaceAt(doc, as, joined);
    });
};

export const unionWith: StageCompiler = (operand, name) => {
  const raw = isDocument(operand) ? rawNamed(operand, name, ['coll'], ['pipeline']) : { coll: operand };
  const from = text(raw['coll'], 'coll');
  const pipeline = 'pipeline' in raw ? compilePipeline(raw['pipeline']) : EVERYTHING;
  return (docs, context) => [...docs, ...pipeline(context.lookup(from, { filter: {} }), context)];
};

/** An array joins by its elements; a missing field joins like null. */
function localValues(doc: Doc, path: readonly string[]): unknown[] {
  const values: unknown[] = [];
  visitPath(doc, path, (value) => {
    for (const item of isArray(value) ? value : [value ?? null]) values.push(item);
    return false;
  });
  return values;
}

function compileLet(spec: unknown): (doc: Doc, outer: Variables) => Variables {
  if (spec === undefined) return () => ({});
  if (!isDocument(spec)) throw new MongoError('FailedToParse', "$lookup argument 'let' must be an object");
  const list = Object.entries(spec).map(([name, value]) => [name, compileExpression(value)] as const);
  return (root, variables) =>
    Object.fromEntries(list.map(([name, evaluate]) => [name, evaluate({ root, variables })]));
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new MongoError('FailedToParse', `$lookup argument '${name}' must be a non-empty string`);
}
