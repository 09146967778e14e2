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
import type { Collation } from './collation.ts';
import { isRegex } from './compare.ts';
import { compileFieldOperators, compileEquality } from './match-operators.ts';
import { parsePath } from './path.ts';
import type { TextSearch } from './text-search.ts';

/** What a match tells an update: the array position the positional `$` stands for. */
export interface MatchDetails {
  element?: number;
}

export type Predicate = (doc: Doc, details?: MatchDetails) => boolean;

const REFUSED = new Set([
  '$where',
  '$jsonSchema',
  '$near',
  '$nearSphere',
  '$sampleRate',
  '$alwaysTrue',
  '$alwaysFalse',
]);

/** What a filter means beyond its own words. */
export interface MatchScope {
  readonly variables?: Variables | undefined;
  /** Undefined: text is compared byte by byte. */
  readonly collation?: Collation | undefined;
  /** Decides `$text`. */
  readonly text?: TextSearch | undefined;
}

export function compileFilter(filter: Doc, scope: MatchScope = {}): Predicate {
  const parts = Object.keys(filter).map((name) => compileEntry(name, filter[name], scope));
  if (parts.length === 1 && parts[0]) return parts[0];
  return (doc, details) => parts.every((part) => part(doc, details));
}

function compileEntry(name: string, operand: unknown, scope: MatchScope): Predicate {
  if (name.startsWith('$')) return compileLogical(name, operand, scope);
  const path = parsePath(name);
  if (isOperatorDocument(operand)) return compileFieldOperators(path, operand, scope);
  return compileEquality(path, operand, scope);
}

function compileLogical(name: string, operand: unknown, scope: MatchScope): Predicate {
  switch (name) {
    case '$and': {
      const parts = clauses(name, operand, scope);
      return (doc, details) => parts.every((part) => part(doc, details));
    }
    case '$or': {
      const parts = clauses(name, operand, { ...scope, text: undefined });
      return (doc, details) => parts.some((part) => part(doc, details));
    }
    case '$nor': {
      const parts = clauses(name, operand, { ...scope, text: undefined });
      return (doc) => !parts.some((part) => part(doc));
    }
    case '$expr': {
      const evaluate = compileExpression(operand);
      if (scope.collation) throw notSupported('$expr with a collation');
      const { variables = {} } = scope;
      return (doc) => truthy(evaluate({ root: doc, variables }));
    }
    case '$comment':
      return () => true;
    case '$text':
      // Only a query of a collection knows its text index; elsewhere there is none.
      return textPredicate(scope.text);
    default:
      if (REFUSED.has(name)) throw notSupported(`the query operator ${name}`);
      throw new MongoError(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function textPredicate(text: TextSearch | undefined): Predicate {
  if (!text)
    throw new MongoError(
      'IndexNotFound',
      'text index required for $text query, which stands beside no other, nor in $or',
    );
  return (doc) => text.matches(doc);
}

function clauses(name: string, operand: unknown, scope: MatchScope): Predicate[] {
  if (!Array.isArray(operand) || operand.length === 0) {
    throw new MongoError('BadValue', `${name} must be a nonempty array`);
  }
  return operand.map((clause: unknown) => {
    if (!isDocument(clause)) throw new MongoError('BadValue', `${name} argument's entries must be objects`);
    return compileFilter(clause, scope);
  });
}

/** `{$gt: 5}` is operators, `{a: 1}` a value; the first field decides, as on a real server. */
export function isOperatorDocument(value: unknown): value is Doc {
  if (!isDocument(value) || isRegex(value)) return false;
  const first = Object.keys(value)[0];
  return first?.startsWith('$') === true && !['$ref', '$id', '$db'].includes(first);
}
