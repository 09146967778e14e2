import { Int32 } from 'bson';
import { MongoError } from '../../errors.ts';
import { asDocument, getField, isArray, setField, type Doc } from '../../bson/value.ts';
import { isNumeric, toInteger } from '../../bson/numbers.ts';
import { typeName } from '../../bson/types.ts';
import { valuesEqual } from '../../query/compare.ts';
import { arrayOrder } from '../../query/sort.ts';
import { compileExpression, truthy } from '../expression.ts';
import {
  compileExactly,
  compileList,
  compileNamed,
  isNil,
  pure,
  rawNamed,
  type OperatorCompiler,
  type OperatorTable,
} from './arguments.ts';

function array(value: unknown, name: string): unknown[] {
  if (isArray(value)) return value;
  throw new MongoError('TypeMismatch', `${name} needs an array, but got ${typeName(value)}`);
}

function whole(value: unknown, name: string): number {
  const result = isNumeric(value) ? toInteger(value) : undefined;
  if (result === undefined)
    throw new MongoError('TypeMismatch', `${name} needs a whole number, but got ${typeName(value)}`);
  return Number(result);
}

/** Null or missing gives null; anything else has to be an array. */
function onArray(name: string, apply: (value: unknown[]) => unknown): OperatorCompiler {
  return pure(1, 1, (value) => (isNil(value) ? null : apply(array(value, name))));
}

const elementAt = pure(2, 2, (value, position) => {
  if (isNil(value) || isNil(position)) return null;
  return array(value, '$arrayElemAt').at(whole(position, '$arrayElemAt'));
});

const slice = pure(2, 3, (value, first, second) => {
  if (isNil(value) || isNil(first) || second === null) return null;
  const items = array(value, '$slice');
  const start = whole(first, '$slice');
  if (second === undefined) return start >= 0 ? items.slice(0, start) : items.slice(start);
  const count = whole(second, '$slice');
  if (count <= 0) throw new MongoError(28729, 'Third argument to $slice must be positive');
  const begin = start >= 0 ? start : Math.max(0, items.length + start);
  return items.slice(begin, begin + count);
});

const concatArrays: OperatorCompiler = (operand, name) => {
  const list = compileList(operand);
  return (scope) => {
    const values = list.map((evaluate) => evaluate(scope));
    return values.some(isNil) ? null : values.flatMap((value) => array(value, name));
  };
};

/** `$$this` unless named otherwise. */
function variableName(as: unknown): string {
  if (as === undefined) return 'this';
  if (typeof as === 'string' && /^[a-z][A-Za-z0-9_]*$/.test(as)) return as;
  throw new MongoError(16867, `not a valid variable name: ${JSON.stringify(as)}`);
}

const map: OperatorCompiler = (operand, name) => {
  const raw = rawNamed(operand, name, ['input', 'in'], ['as']);
  const input = compileExpression(raw['input']);
  const body = compileExpression(raw['in']);
  const as = variableName(raw['as']);
  return (scope) => {
    const items = input(scope);
    if (isNil(items)) return null;
    return array(items, name).map(
      (item) => body({ root: scope.root, variables: { ...scope.variables, [as]: item } }) ?? null,
    );
  };
};

const filter: OperatorCompiler = (operand, name) => {
  const raw = rawNamed(operand, name, ['input', 'cond'], ['as', 'limit']);
  const input = compileExpression(raw['input']);
  const test = compileExpression(raw['cond']);
  const limit = compileExpression(raw['limit'] ?? null);
  const as = variableName(raw['as']);
  return (scope) => {
    const items = input(scope);
    if (isNil(items)) return null;
    const kept = array(items, name).filter((item) =>
      truthy(test({ root: scope.root, variables: { ...scope.variables, [as]: item } })),
    );
    const most = limit(scope);
    return isNil(most) ? kept : kept.slice(0, whole(most, name));
  };
};

const reduce: OperatorCompiler = (operand, name) => {
  const { input, initialValue, in: body } = compileNamed(operand, name, ['input', 'initialValue', 'in']);
  return (scope) => {
    const items = input?.(scope);
    if (isNil(items)) return null;
    return array(items, name).reduce<unknown>(
      (value, item) => body?.({ root: scope.root, variables: { ...scope.variables, value, this: item } }),
      initialValue?.(scope),
    );
  };
};

const range = pure(2, 3, (start, end, step) => {
  const [from, to, by] = [
    whole(start, '$range'),
    whole(end, '$range'),
    step === undefined ? 1 : whole(step, '$range'),
  ];
  if (by === 0) throw new MongoError(34449, '$range requires a non-zero step value');
  const items: Int32[] = [];
  for (let i = from; by > 0 ? i < to : i > to; i += by) items.push(new Int32(i));
  return items;
});

const inOperator = pure(2, 2, (value, items) => array(items, '$in').some((item) => valuesEqual(item, value)));

const indexOfArray = pure(2, 4, (value, search, start, end) => {
  if (isNil(value)) return null;
  const items = array(value, '$indexOfArray');
  const from = start === undefined ? 0 : whole(start, '$indexOfArray');
  const to = end === undefined ? items.length : whole(end, '$indexOfArray');
  return new Int32(items.findIndex((item, i) => i >= from && i < to && valuesEqual(item, search)));
});

const zip: OperatorCompiler = (operand, name) => {
  const { inputs, useLongestLength, defaults } = compileNamed(
    operand,
    name,
    ['inputs'],
    ['useLongestLength', 'defaults'],
  );
  return (scope) => {
    const lists = array(inputs?.(scope), name);
    if (lists.some(isNil)) return null;
    const arrays = lists.map((list) => array(list, name));
    const lengths = arrays.map((list) => list.length);
    const length = truthy(useLongestLength?.(scope)) ? Math.max(...lengths) : Math.min(...lengths);
    const fill = defaults?.(scope);
    return Array.from({ length }, (_, row) =>
      arrays.map((list, column) =>
        row < list.length ? list[row] : ((isArray(fill) ? fill[column] : null) ?? null),
      ),
    );
  };
};

const arrayToObject = onArray('$arrayToObject', (items) => {
  const result: Doc = {};
  for (const item of items) {
    const doc = asDocument(item);
    const [key, value] = doc ? [getField(doc, 'k'), getField(doc, 'v')] : array(item, '$arrayToObject');
    if (typeof key !== 'string') throw new MongoError(40394, '$arrayToObject requires keys to be strings');
    setField(result, key, value ?? null);
  }
  return result;
});

const sortArray: OperatorCompiler = (operand, name) => {
  const raw = rawNamed(operand, name, ['input', 'sortBy']);
  const input = compileExpression(raw['input']);
  const order = arrayOrder(raw['sortBy']);
  return (scope) => {
    const items = input(scope);
    return isNil(items) ? null : [...array(items, name)].sort(order);
  };
};

export const ARRAYS: OperatorTable = {
  $arrayElemAt: elementAt,
  $first: onArray('$first', (items) => items[0]),
  $last: onArray('$last', (items) => items.at(-1)),
  $slice: slice,
  $concatArrays: concatArrays,
  $map: map,
  $filter: filter,
  $reduce: reduce,
  $range: range,
  $in: inOperator,
  $indexOfArray: indexOfArray,
  $isArray: pure(1, 1, (value) => isArray(value)),
  $reverseArray: onArray('$reverseArray', (items) => [...items].reverse()),
  $size: (operand, name) => {
    const [value] = compileExactly(operand, name, 1);
    return (scope) => {
      const items = value?.(scope);
      if (!isArray(items))
        throw new MongoError(
          17124,
          `The argument to $size must be an array, but was of type: ${typeName(items)}`,
        );
      return new Int32(items.length);
    };
  },
  $zip: zip,
  $arrayToObject: arrayToObject,
  $sortArray: sortArray,
};
