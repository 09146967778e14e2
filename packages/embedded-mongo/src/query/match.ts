/**
 * Compiles a filter once into a predicate over documents.
 *
 * mingo's matcher is not used: it knows no Int32, Long, Decimal128 or ObjectId, ignores field order in
 * embedded documents and compares booleans and dates outside BSON order. An unknown operator is refused
 * at compile time, so even an empty collection gives the error.
 */
import { MongoError, notSupported } from '../errors.ts';
import { isDocument, type Doc } from '../bson/value.ts';
import { compileExpression, truthy, type Variables } from '../aggregate/expression.ts';
import { isRegex } from './compare.ts';
import { compileFieldOperators, compileEquality } from './match-operators.ts';
import { parsePath } from './path.ts';

/** What a match tells an update: the array position the positional `$` stands for. */
export interface MatchDetails {
  element?: number;
}

export type Predicate = (doc: Doc, details?: MatchDetails) => boolean;

const REFUSED = new Set([
  '$where',
  '$text',
  '$jsonSchema',
  '$near',
  '$nearSphere',
  '$sampleRate',
  '$alwaysTrue',
  '$alwaysFalse',
]);

export function compileFilter(filter: Doc, variables: Variables = {}): Predicate {
  const parts = Object.keys(filter).map((name) => compileEntry(name, filter[name], variables));
  if (parts.length === 1 && parts[0]) return parts[0];
  return (doc, details) => parts.every((part) => part(doc, details));
}

function compileEntry(name: string, operand: unknown, variables: Variables): Predicate {
  if (name.startsWith('$')) return compileLogical(name, operand, variables);
  const path = parsePath(name);
  if (isOperatorDocument(operand)) return compileFieldOperators(path, operand, variables);
  return compileEquality(path, operand);
}

function compileLogical(name: string, operand: unknown, variables: Variables): Predicate {
  switch (name) {
    case '$and': {
      const parts = clauses(name, operand, variables);
      return (doc, details) => parts.every((part) => part(doc, details));
    }
    case '$or': {
      const parts = clauses(name, operand, variables);
      return (doc, details) => parts.some((part) => part(doc, details));
    }
    case '$nor': {
      const parts = clauses(name, operand, variables);
      return (doc) => !parts.some((part) => part(doc));
    }
    case '$expr': {
      const evaluate = compileExpression(operand);
      return (doc) => truthy(evaluate({ root: doc, variables }));
    }
    case '$comment':
      return () => true;
    default:
      if (REFUSED.has(name)) throw notSupported(`the query operator ${name}`);
      throw new MongoError(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function clauses(name: string, operand: unknown, variables: Variables): Predicate[] {
  if (!Array.isArray(operand) || operand.length === 0) {
    throw new MongoError('BadValue', `${name} must be a nonempty array`);
  }
  return operand.map((clause: unknown) => {
    if (!isDocument(clause)) throw new MongoError('BadValue', `${name} argument's entries must be objects`);
    return compileFilter(clause, variables);
  });
}

/** `{$gt: 5}` is operators, `{a: 1}` a value; the first field decides, as on a real server. */
export function isOperatorDocument(value: unknown): value is Doc {
  if (!isDocument(value) || isRegex(value)) return false;
  const first = Object.keys(value)[0];
  return first?.startsWith('$') === true && !['$ref', '$id', '$db'].includes(first);
}
