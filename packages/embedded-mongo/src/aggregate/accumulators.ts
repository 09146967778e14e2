import { Double, Int32 } from 'bson';
import { asDocument, setField, type Doc } from '../bson/value.ts';
import {
  addNumeric,
  divideNumeric,
  isNumeric,
  numericKind,
  toDouble,
  type Numeric,
} from '../bson/numbers.ts';
import { compareValues } from '../query/compare.ts';
import { encodeKey } from '../storage/key.ts';
import { MongoError } from '../errors.ts';

export interface Accumulator {
  add(value: unknown): void;
  result(): unknown;
}

function sum(): Accumulator {
  let total: Numeric = new Int32(0);
  return {
    add(value) {
      if (isNumeric(value)) total = addNumeric(total, value);
    },
    result: () => total,
  };
}

function average(): Accumulator {
  const total = sum();
  let count = 0;
  return {
    add(value) {
      if (!isNumeric(value)) return;
      total.add(value);
      count += 1;
    },
    result() {
      if (count === 0) return null;
      const value = total.result() as Numeric;
      const exact = numericKind(value) === 'decimal';
      return exact ? divideNumeric(value, new Int32(count)) : new Double(toDouble(value) / count);
    },
  };
}

function extreme(sign: 1 | -1): () => Accumulator {
  return () => {
    let best: unknown = null;
    return {
      add(value) {
        if (value === null || value === undefined) return;
        if (best === null || sign * compareValues(value, best) > 0) best = value;
      },
      result: () => best,
    };
  };
}

function first(): Accumulator {
  let [seen, value]: [boolean, unknown] = [false, null];
  return {
    add(next) {
      if (!seen) [seen, value] = [true, next ?? null];
    },
    result: () => value,
  };
}

function last(): Accumulator {
  let value: unknown = null;
  return {
    add(next) {
      value = next ?? null;
    },
    result: () => value,
  };
}

function push(): Accumulator {
  const values: unknown[] = [];
  return {
    add(value) {
      if (value !== undefined) values.push(value);
    },
    result: () => values,
  };
}

function addToSet(): Accumulator {
  const values = new Map<string, unknown>();
  return {
    add(value) {
      if (value === undefined) return;
      const key = encodeKey(value);
      if (!values.has(key)) values.set(key, value);
    },
    result: () => [...values.values()],
  };
}

function mergeObjects(): Accumulator {
  const merged: Doc = {};
  return {
    add(value) {
      if (value === null || value === undefined) return;
      const doc = asDocument(value);
      if (!doc) throw new MongoError(40400, '$mergeObjects requires object inputs');
      for (const [key, field] of Object.entries(doc)) setField(merged, key, field);
    },
    result: () => merged,
  };
}

function deviation(sample: boolean): () => Accumulator {
  return () => {
    const values: number[] = [];
    return {
      add(value) {
        if (isNumeric(value)) values.push(toDouble(value));
      },
      result() {
        const divisor = sample ? values.length - 1 : values.length;
        if (divisor <= 0) return null;
        const mean = values.reduce((a, b) => a + b, 0) / values.length;
        return new Double(
          Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / divisor),
        );
      },
    };
  };
}

function count(): Accumulator {
  let total: Numeric = new Int32(0);
  return {
    add() {
      total = addNumeric(total, new Int32(1));
    },
    result: () => total,
  };
}

/** The operators a `$group` field may use. */
export const ACCUMULATORS: Readonly<Record<string, () => Accumulator>> = {
  $sum: sum,
  $avg: average,
  $min: extreme(-1),
  $max: extreme(1),
  $first: first,
  $last: last,
  $push: push,
  $addToSet: addToSet,
  $mergeObjects: mergeObjects,
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
  $count: count,
};
