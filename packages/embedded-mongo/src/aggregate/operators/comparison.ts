import { Int32 } from 'bson';
import { compareValues } from '../../query/compare.ts';
import { truthy } from '../expression.ts';
import { compileList, pure, type OperatorCompiler, type OperatorTable } from './arguments.ts';

function comparison(accepts: (order: number) => boolean): OperatorCompiler {
  return pure(2, 2, (a, b) => accepts(compareValues(a, b)));
}

export const COMPARISON: OperatorTable = {
  $eq: comparison((order) => order === 0),
  $ne: comparison((order) => order !== 0),
  $gt: comparison((order) => order > 0),
  $gte: comparison((order) => order >= 0),
  $lt: comparison((order) => order < 0),
  $lte: comparison((order) => order <= 0),
  $cmp: pure(2, 2, (a, b) => new Int32(Math.sign(compareValues(a, b)))),
  $and: (operand) => {
    const list = compileList(operand);
    return (scope) => list.every((evaluate) => truthy(evaluate(scope)));
  },
  $or: (operand) => {
    const list = compileList(operand);
    return (scope) => list.some((evaluate) => truthy(evaluate(scope)));
  },
  $not: pure(1, 1, (value) => !truthy(value)),
};
