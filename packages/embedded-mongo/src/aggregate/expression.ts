/**
 * Compiles aggregation expressions to closures.
 *
 * The evaluator and every operator that touches numbers, order or BSON types are our own; operators on
 * text and dates are mingo's (see `operators/mingo.ts`). A missing value is `undefined` throughout.
 */
import { MongoError } from '../errors.ts';
import { asDocument, getField, isArray, isDocument, setField, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble } from '../bson/numbers.ts';
import { EXPRESSION_OPERATORS } from './operators/index.ts';

export type Variables = Readonly<Record<string, unknown>>;

export interface Scope {
  readonly root: unknown;
  readonly variables: Variables;
}

export type Evaluate = (scope: Scope) => unknown;

const MISSING: Evaluate = () => undefined;

export function compileExpression(expression: unknown): Evaluate {
  if (typeof expression === 'string' && expression.startsWith('$')) return compileReference(expression);
  if (isArray(expression)) {
    const items = expression.map(compileExpression);
    // A missing value inside an array literal becomes null: arrays have no holes.
    return (scope) => items.map((item) => item(scope) ?? null);
  }
  if (!isDocument(expression)) return () => expression;
  const names = Object.keys(expression);
  if (names[0]?.startsWith('$') === true) return compileOperator(expression, names);
  return compileObject(expression, names);
}

/** False for false, null, missing and zero; everything else, empty text and arrays included, is true. */
export function truthy(value: unknown): boolean {
  if (isNumeric(value)) return toDouble(value) !== 0;
  return value !== undefined && value !== null && value !== false;
}

/** Follows a path through documents; arrays map over their documents and numbers are not positions. */
export function resolveFieldPath(value: unknown, path: readonly string[], depth = 0): unknown {
  if (depth === path.length) return value;
  if (isArray(value)) {
    return value.map((item) => resolveFieldPath(item, path, depth)).filter((item) => item !== undefined);
  }
  const doc = asDocument(value);
  return doc === undefined ? undefined : resolveFieldPath(getField(doc, path[depth] ?? ''), path, depth + 1);
}

function compileReference(reference: string): Evaluate {
  if (!reference.startsWith('$$')) {
    const path = checkedPath(reference.slice(1));
    return ({ root }) => resolveFieldPath(root, path);
  }
  const [name = '', ...path] = checkedPath(reference.slice(2));
  switch (name) {
    case 'ROOT':
    case 'CURRENT':
      return ({ root, variables }) => resolveFieldPath(name in variables ? variables[name] : root, path);
    case 'REMOVE':
      return MISSING;
    case 'NOW':
      return ({ variables }) => variables['NOW'] ?? new Date();
    default:
      return ({ variables }) => {
        if (!(name in variables)) throw new MongoError(17276, `Use of undefined variable: ${name}`);
        return resolveFieldPath(variables[name], path);
      };
  }
}

function checkedPath(path: string): string[] {
  const components = path.split('.');
  if (components.includes('')) throw new MongoError(15998, 'FieldPath field names may not be empty strings.');
  if (components.some((component) => component.startsWith('$'))) {
    throw new MongoError(16410, `FieldPath field names may not start with '$': '${path}'`);
  }
  return components;
}

function compileOperator(expression: Doc, names: readonly string[]): Evaluate {
  const name = names[0] ?? '';
  if (names.length > 1) {
    throw new MongoError(
      15983,
      `An object representing an expression must have exactly one field: ${names.join(', ')}`,
    );
  }
  const compile = Object.hasOwn(EXPRESSION_OPERATORS, name) ? EXPRESSION_OPERATORS[name] : undefined;
  if (!compile) throw new MongoError('InvalidPipelineOperator', `Unrecognized expression '${name}'`);
  return compile(expression[name], name);
}

function compileObject(expression: Doc, names: readonly string[]): Evaluate {
  const fields = names.map((name) => {
    if (name.includes('.'))
      throw new MongoError(16412, `FieldPath field names may not contain '.': '${name}'`);
    return [name, compileExpression(expression[name])] as const;
  });
  return (scope) => {
    const result: Doc = {};
    for (const [name, evaluate] of fields) {
      const value = evaluate(scope);
      if (value !== undefined) setField(result, name, value);
    }
    return result;
  };
}
