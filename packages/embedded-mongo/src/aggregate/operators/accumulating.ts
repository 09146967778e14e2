import { isArray } from '../../bson/value.ts';
import { ACCUMULATORS } from '../accumulators.ts';
import { compileList, type OperatorCompiler, type OperatorTable } from './arguments.ts';

/** `$sum` and friends as expressions: over their arguments, or over the elements of a single array. */
const accumulate: OperatorCompiler = (operand, name) => {
  const list = compileList(operand);
  return (scope) => {
    const values = list.map((evaluate) => evaluate(scope));
    const [only] = values;
    const accumulator = ACCUMULATORS[name]?.();
    for (const value of values.length === 1 && isArray(only) ? only : values) accumulator?.add(value);
    return accumulator?.result();
  };
};

export const ACCUMULATING: OperatorTable = {
  $sum: accumulate,
  $avg: accumulate,
  $min: accumulate,
  $max: accumulate,
  $stdDevPop: accumulate,
  $stdDevSamp: accumulate,
};
