/** Helpers that read an operator's operand: a list of expressions, or a document of named ones. */
import { MongoError } from '../../errors.ts';
import { isArray, isDocument } from '../../bson/value.ts';
import { compileExpression, type Evaluate } from '../expression.ts';

export type OperatorCompiler = (operand: unknown, name: string) => Evaluate;
export type OperatorTable = Readonly<Record<string, OperatorCompiler>>;

/** Operands as expressions; a single one needs no array. */
export function compileList(operand: unknown): Evaluate[] {
  return isArray(operand) ? operand.map(compileExpression) : [compileExpression(operand)];
}

/** @throws MongoError 16020 when the number of arguments is out of bounds */
export function compileExactly(operand: unknown, name: string, least: number, most = least): Evaluate[] {
  const list = compileList(operand);
  if (list.length < least || list.length > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    throw new MongoError(
      16020,
      `Expression ${name} takes ${wanted} arguments. ${list.length} were passed in.`,
    );
  }
  return list;
}

/** Named arguments; unknown names are refused because ignoring one would change the answer. */
export function compileNamed(
  operand: unknown,
  name: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, Evaluate>> {
  const raw = rawNamed(operand, name, required, optional);
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, compileExpression(value)]));
}

export function rawNamed(
  operand: unknown,
  name: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  if (!isDocument(operand))
    throw new MongoError('FailedToParse', `${name} takes an object with named arguments`);
  for (const key of Object.keys(operand)) {
    if (!required.includes(key) && !optional.includes(key)) {
      throw new MongoError('FailedToParse', `${name} found an unknown argument: ${key}`);
    }
  }
  for (const key of required) {
    if (!(key in operand)) throw new MongoError('FailedToParse', `${name} requires the argument '${key}'`);
  }
  return operand;
}

export function isNil(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

/** An operator over evaluated arguments, with a fixed number of them. */
export function pure(
  least: number,
  most: number,
  apply: (...values: unknown[]) => unknown,
): OperatorCompiler {
  return (operand, name) => {
    const list = compileExactly(operand, name, least, most);
    return (scope) => apply(...list.map((evaluate) => evaluate(scope)));
  };
}
