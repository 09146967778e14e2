import { Double } from 'bson';
import { MongoError } from '../../errors.ts';
import { isArray, isDocument } from '../../bson/value.ts';
import { compileExpression, truthy, type Evaluate } from '../expression.ts';
import {
  compileExactly,
  compileList,
  compileNamed,
  isNil,
  rawNamed,
  type OperatorCompiler,
  type OperatorTable,
} from './arguments.ts';

const cond: OperatorCompiler = (operand, name) => {
  const named = isArray(operand) ? undefined : compileNamed(operand, name, ['if', 'then', 'else']);
  const [test, yes, no] = named
    ? [named['if'], named['then'], named['else']]
    : compileExactly(operand, name, 3);
  return (scope) => (truthy(test?.(scope)) ? yes?.(scope) : no?.(scope));
};

const ifNull: OperatorCompiler = (operand) => {
  const list = compileList(operand);
  if (list.length < 2) throw new MongoError(1257300, '$ifNull needs at least two arguments');
  return (scope) => {
    let value: unknown;
    for (const evaluate of list) {
      value = evaluate(scope);
      if (!isNil(value)) return value;
    }
    return value;
  };
};

const switchOperator: OperatorCompiler = (operand, name) => {
  const { branches, default: otherwise } = rawNamed(operand, name, ['branches'], ['default']);
  if (!isArray(branches)) throw new MongoError(40061, "$switch expected an array for 'branches'");
  const cases = branches.map((branch) => compileNamed(branch, name, ['case', 'then']));
  const fallback: Evaluate | undefined = otherwise === undefined ? undefined : compileExpression(otherwise);
  return (scope) => {
    const chosen = cases.find((branch) => truthy(branch['case']?.(scope)));
    if (chosen) return chosen['then']?.(scope);
    if (!fallback)
      throw new MongoError(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    return fallback(scope);
  };
};

const letOperator: OperatorCompiler = (operand, name) => {
  const raw = rawNamed(operand, name, ['vars', 'in']);
  if (!isDocument(raw['vars'])) throw new MongoError(16876, '$let needs an object of vars');
  const vars = Object.entries(raw['vars']).map(([key, value]) => [key, compileExpression(value)] as const);
  const body = compileExpression(raw['in']);
  return (scope) => {
    const bound = Object.fromEntries(vars.map(([key, evaluate]) => [key, evaluate(scope)]));
    return body({ root: scope.root, variables: { ...scope.variables, ...bound } });
  };
};

export const CONDITIONAL: OperatorTable = {
  $cond: cond,
  $ifNull: ifNull,
  $switch: switchOperator,
  $let: letOperator,
  $literal: (operand) => () => operand,
  $rand: () => () => new Double(Math.random()),
};
