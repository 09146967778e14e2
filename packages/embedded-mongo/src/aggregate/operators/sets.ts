import { MongoError } from '../../errors.ts';
import { isArray } from '../../bson/value.ts';
import { typeName } from '../../bson/types.ts';
import { compareValues } from '../../query/compare.ts';
import { encodeKey } from '../../storage/key.ts';
import { truthy } from '../expression.ts';
import { compileList, isNil, pure, type OperatorCompiler, type OperatorTable } from './arguments.ts';

/** A set keyed by BSON equality, so 1 and Long(1) are one member. */
function toSet(value: unknown, name: string): Map<string, unknown> {
  if (!isArray(value)) throw new MongoError(17047, `${name} needs arrays, but got ${typeName(value)}`);
  return new Map([...value].reverse().map((item) => [encodeKey(item), item]));
}

/** Sets have no order in MongoDB; sorted output makes results repeatable. */
function members(set: Map<string, unknown>): unknown[] {
  return [...set.values()].sort(compareValues);
}

function fold(
  combine: (a: Map<string, unknown>, b: Map<string, unknown>) => Map<string, unknown>,
): OperatorCompiler {
  return (operand, name) => {
    const list = compileList(operand);
    return (scope) => {
      const values = list.map((evaluate) => evaluate(scope));
      if (values.some(isNil)) return null;
      const sets = values.map((value) => toSet(value, name));
      return sets.length === 0 ? [] : members(sets.reduce(combine));
    };
  };
}

function isSubset(a: Map<string, unknown>, b: Map<string, unknown>): boolean {
  return [...a.keys()].every((key) => b.has(key));
}

function keep(a: Map<string, unknown>, accepts: (key: string) => boolean): Map<string, unknown> {
  return new Map([...a].filter(([key]) => accepts(key)));
}

export const SETS: OperatorTable = {
  $setUnion: fold((a, b) => new Map([...b, ...a])),
  $setIntersection: fold((a, b) => keep(a, (key) => b.has(key))),
  $setDifference: pure(2, 2, (a, b) => {
    if (isNil(a) || isNil(b)) return null;
    const removed = toSet(b, '$setDifference');
    return members(keep(toSet(a, '$setDifference'), (key) => !removed.has(key)));
  }),
  $setEquals: (operand, name) => {
    const list = compileList(operand);
    return (scope) => {
      const [first, ...others] = list.map((evaluate) => toSet(evaluate(scope), name));
      return (
        first !== undefined && others.every((other) => other.size === first.size && isSubset(first, other))
      );
    };
  },
  $setIsSubset: pure(2, 2, (a, b) => isSubset(toSet(a, '$setIsSubset'), toSet(b, '$setIsSubset'))),
  $anyElementTrue: pure(1, 1, (value) => isArray(value) && value.some(truthy)),
  $allElementsTrue: pure(1, 1, (value) => isArray(value) && value.every(truthy)),
};
