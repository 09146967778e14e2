import { Int32, Timestamp } from 'bson';
import { MongoError } from '../errors.ts';
import { cloneValue, isDocument } from '../bson/value.ts';
import {
  addNumeric,
  integer,
  isNumeric,
  multiplyNumeric,
  numericKind,
  toInteger,
  type Numeric,
} from '../bson/numbers.ts';
import { typeName } from '../bson/types.ts';
import { compareValues } from '../query/compare.ts';
import { REMOVE, type Modifier, type ModifierFactory } from './modifier.ts';

const set: ModifierFactory = (operand) => ({ creates: true, apply: () => cloneValue(operand) });

const setOnInsert: ModifierFactory = (operand) => ({
  creates: true,
  apply: (_current, { isInsert }) => (isInsert ? cloneValue(operand) : undefined),
});

const unset: ModifierFactory = () => ({
  creates: false,
  apply: (current) => (current === undefined ? undefined : REMOVE),
});

function arithmetic(
  name: string,
  verb: string,
  combine: (current: Numeric, operand: Numeric) => Numeric,
  start: (operand: Numeric) => Numeric,
): ModifierFactory {
  return (operand, path) => {
    if (!isNumeric(operand)) {
      throw new MongoError(
        'TypeMismatch',
        `Cannot ${verb} with non-numeric argument: {${path}: ${JSON.stringify(operand)}}`,
      );
    }
    return {
      creates: true,
      apply(current) {
        if (current === undefined) return start(operand);
        if (!isNumeric(current)) {
          throw new MongoError(
            'TypeMismatch',
            `Cannot apply ${name} to a value of non-numeric type. The field '${path}' is of type ${typeName(current)}`,
          );
        }
        const result = combine(current, operand);
        if (isWhole(current) && isWhole(operand) && !isWhole(result)) {
          throw new MongoError(
            'BadValue',
            `Failed to apply ${name} operations to current value for '${path}': the result does not fit 64 bits`,
          );
        }
        return result;
      },
    };
  };
}

/** Zero of the operand's own type: `$mul` on a missing field stores that. */
function zeroLike(operand: Numeric): Numeric {
  return multiplyNumeric(operand, new Int32(0));
}

function extreme(sign: 1 | -1): ModifierFactory {
  return (operand) => ({
    creates: true,
    apply: (current) =>
      current === undefined || sign * compareValues(operand, current) > 0 ? operand : undefined,
  });
}

const currentDate: ModifierFactory = (operand, path) => {
  const type = isDocument(operand)
    ? operand['$type']
    : operand === true || operand === false
      ? 'date'
      : undefined;
  if (type !== 'date' && type !== 'timestamp') {
    throw new MongoError('BadValue', `$currentDate takes true or {$type: 'date' | 'timestamp'} for ${path}`);
  }
  return {
    creates: true,
    apply: (_current, { now }) =>
      type === 'date' ? now : new Timestamp({ t: Math.floor(now.getTime() / 1000), i: 1 }),
  };
};

const bit: ModifierFactory = (operand, path): Modifier => {
  const [entry, ...others] = isDocument(operand) ? Object.entries(operand) : [];
  const mask = entry && isNumeric(entry[1]) && isWhole(entry[1]) ? toInteger(entry[1]) : undefined;
  if (!entry || others.length > 0 || mask === undefined || !['and', 'or', 'xor'].includes(entry[0])) {
    throw new MongoError(
      'BadValue',
      `The $bit modifier takes one of and, or, xor with a whole number for ${path}`,
    );
  }
  const kindOf = (current: unknown): 'int' | 'long' =>
    entry[1] instanceof Int32 && (current === undefined || current instanceof Int32) ? 'int' : 'long';
  return {
    creates: true,
    apply(current) {
      const value =
        current === undefined ? 0n : isNumeric(current) && isWhole(current) ? toInteger(current) : undefined;
      if (value === undefined)
        throw new MongoError(
          'BadValue',
          `Cannot apply $bit to a value of non-integral type. ${path} is ${typeName(current)}`,
        );
      const result = entry[0] === 'and' ? value & mask : entry[0] === 'or' ? value | mask : value ^ mask;
      return integer(result, kindOf(current));
    },
  };
};

function isWhole(value: Numeric): boolean {
  const kind = numericKind(value);
  return kind === 'int' || kind === 'long';
}

export const FIELD_MODIFIERS: Readonly<Record<string, ModifierFactory>> = {
  $set: set,
  $setOnInsert: setOnInsert,
  $unset: unset,
  $inc: arithmetic('$inc', 'increment', addNumeric, (operand) => operand),
  $mul: arithmetic('$mul', 'multiply', multiplyNumeric, zeroLike),
  $min: extreme(-1),
  $max: extreme(1),
  $currentDate: currentDate,
  $bit: bit,
};
