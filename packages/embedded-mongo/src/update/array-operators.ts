import { MongoError } from '../errors.ts';
import { asDocument, isArray, isDocument } from '../bson/value.ts';
import { isNumeric, toDouble, toInteger } from '../bson/numbers.ts';
import { typeName } from '../bson/types.ts';
import { isRegex, valuesEqual } from '../query/compare.ts';
import { isOperatorDocument } from '../query/match.ts';
import { elementTest } from '../query/match-operators.ts';
import { compileFilter } from '../query/match.ts';
import type { Variables } from '../aggregate/expression.ts';
import { arrayOrder } from '../query/sort.ts';
import type { ModifierFactory } from './modifier.ts';

const PUSH_MODIFIERS = ['$each', '$position', '$slice', '$sort'];

function requireArray(current: unknown, path: string, name: string): readonly unknown[] {
  if (isArray(current)) return current;
  throw new MongoError(
    'BadValue',
    `The field '${path}' must be an array but is of type ${typeName(current)} in ${name}`,
  );
}

function wholeNumber(value: unknown, what: string): number | undefined {
  if (value === undefined) return undefined;
  const whole = isNumeric(value) ? toInteger(value) : undefined;
  if (whole === undefined)
    throw new MongoError(
      'BadValue',
      `The value for ${what} must be an integer value but was given type: ${typeName(value)}`,
    );
  return Number(whole);
}

const push: ModifierFactory = (operand, path) => {
  const spec = isDocument(operand) && '$each' in operand ? operand : { $each: [operand] };
  for (const key of Object.keys(spec)) {
    if (!PUSH_MODIFIERS.includes(key))
      throw new MongoError('BadValue', `Unrecognized clause in $push: ${key}`);
  }
  const each = spec['$each'];
  if (!isArray(each))
    throw new MongoError(
      'BadValue',
      `The argument to $each in $push must be an array but it was of type: ${typeName(each)}`,
    );
  const position = wholeNumber(spec['$position'], '$position');
  const slice = wholeNumber(spec['$slice'], '$slice');
  const order = spec['$sort'] === undefined ? undefined : arrayOrder(spec['$sort']);
  return {
    creates: true,
    apply(current) {
      const items = current === undefined ? [] : requireArray(current, path, '$push');
      const at = position ?? items.length;
      const next = [...items.slice(0, at), ...each, ...items.slice(at)];
      if (order) next.sort(order);
      if (slice === undefined) return next;
      return slice >= 0 ? next.slice(0, slice) : next.slice(slice);
    },
  };
};

const addToSet: ModifierFactory = (operand, path) => {
  const hasEach = isDocument(operand) && '$each' in operand;
  if (hasEach && Object.keys(operand).length > 1) {
    throw new MongoError(
      'BadValue',
      `Found unexpected fields after $each in $addToSet: ${Object.keys(operand).join(', ')}`,
    );
  }
  const each = hasEach ? operand['$each'] : [operand];
  if (!isArray(each))
    throw new MongoError(
      'TypeMismatch',
      `The argument to $each in $addToSet must be an array but it was of type ${typeName(each)}`,
    );
  return {
    creates: true,
    apply(current) {
      const next = current === undefined ? [] : [...requireArray(current, path, '$addToSet')];
      const length = next.length;
      for (const value of each) if (!next.some((item) => valuesEqual(item, value))) next.push(value);
      return current !== undefined && next.length === length ? undefined : next;
    },
  };
};

/** A document is a filter over documents in the array (or operators over values); anything else is compared. */
const pull: ModifierFactory = (operand, path, variables) => {
  const test = pullTest(operand, variables);
  return {
    creates: false,
    apply(current) {
      if (current === undefined) return undefined;
      const items = requireArray(current, path, '$pull');
      const kept = items.filter((item) => !test(item));
      return kept.length === items.length ? undefined : kept;
    },
  };
};

function pullTest(operand: unknown, variables: Variables): (item: unknown) => boolean {
  if (isRegex(operand)) return elementTest({ $regex: operand }, { variables });
  if (!isDocument(operand)) return (item) => valuesEqual(item, operand);
  if (isOperatorDocument(operand)) return elementTest(operand, { variables });
  const filter = compileFilter(operand, { variables });
  return (item) => {
    const doc = asDocument(item);
    return doc !== undefined && filter(doc);
  };
}

const pullAll: ModifierFactory = (operand, path) => {
  if (!isArray(operand))
    throw new MongoError(
      'BadValue',
      `$pullAll requires an array argument but was given a ${typeName(operand)}`,
    );
  return {
    creates: false,
    apply(current) {
      if (current === undefined) return undefined;
      const items = requireArray(current, path, '$pullAll');
      const kept = items.filter((item) => !operand.some((value) => valuesEqual(item, value)));
      return kept.length === items.length ? undefined : kept;
    },
  };
};

const pop: ModifierFactory = (operand, path) => {
  const end = isNumeric(operand) ? toDouble(operand) : 0;
  if (end !== 1 && end !== -1) throw new MongoError('FailedToParse', `$pop expects 1 or -1 for ${path}`);
  return {
    creates: false,
    apply(current) {
      if (current === undefined) return undefined;
      if (!isArray(current))
        throw new MongoError(
          'TypeMismatch',
          `Path '${path}' contains an element of non-array type '${typeName(current)}'`,
        );
      return end === 1 ? current.slice(0, -1) : current.slice(1);
    },
  };
};

export const ARRAY_MODIFIERS: Readonly<Record<string, ModifierFactory>> = {
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
};
