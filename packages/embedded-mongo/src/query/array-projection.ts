import { MongoError } from '../errors.ts';
import { asDocument, getField, isArray, isDocument, setField, type Doc } from '../bson/value.ts';
import { isNumeric, toInteger } from '../bson/numbers.ts';
import { elementTest } from './match-operators.ts';

/** A part of a `find` projection that picks elements of an array. */
export interface ArrayProjection {
  readonly path: string;
  /** `$slice` alone leaves all other fields; `$elemMatch` and `$` name what to keep. */
  readonly includes: boolean;
  apply(result: Doc, original: Doc, element: number | undefined): Doc;
}

export function compileArrayProjection(path: string, value: unknown): ArrayProjection | undefined {
  if (path.endsWith('.$')) return positional(path.slice(0, -2));
  if (!isDocument(value)) return undefined;
  if ('$slice' in value) return slice(path, value['$slice']);
  return '$elemMatch' in value ? elemMatch(path, value['$elemMatch']) : undefined;
}

function positional(path: string): ArrayProjection {
  return {
    path,
    includes: true,
    apply: (result, _original, element) =>
      changeAt(result, path.split('.'), (value) => {
        if (!isArray(value)) return value;
        if (element === undefined || element >= value.length) {
          throw new MongoError(
            51246,
            "Executor error during find command :: caused by :: positional operator '.$' couldn't find a matching element in the array",
          );
        }
        return [value[element]];
      }),
  };
}

function slice(path: string, operand: unknown): ArrayProjection {
  const numbers = (isArray(operand) ? operand : [operand]).map((item) => {
    const whole = isNumeric(item) ? toInteger(item) : undefined;
    if (whole === undefined)
      throw new MongoError(28667, 'First argument to $slice must be a number or an array of two');
    return Number(whole);
  });
  const [first = 0, count] = numbers;
  if (isArray(operand) && (numbers.length !== 2 || (count ?? 0) <= 0))
    throw new MongoError(28724, '$slice takes [skip, limit] with a positive limit');
  return {
    path,
    includes: false,
    apply: (result) =>
      changeAt(result, path.split('.'), (value) => {
        if (!isArray(value)) return value;
        if (count === undefined) return first >= 0 ? value.slice(0, first) : value.slice(first);
        const begin = first >= 0 ? first : Math.max(0, value.length + first);
        return value.slice(begin, begin + count);
      }),
  };
}

function elemMatch(path: string, operand: unknown): ArrayProjection {
  if (!isDocument(operand)) throw new MongoError('BadValue', 'elemMatch: Invalid argument, object required');
  if (path.includes('.')) throw new MongoError(31275, 'Cannot use $elemMatch projection on a nested field.');
  const test = elementTest(operand, {});
  return {
    path,
    includes: true,
    apply(result, original) {
      const value = getField(original, path);
      const match = isArray(value) ? value.find(test) : undefined;
      const next = { ...result };
      if (match === undefined) Reflect.deleteProperty(next, path);
      else setField(next, path, [match]);
      return next;
    },
  };
}

function changeAt(doc: Doc, path: readonly string[], change: (value: unknown) => unknown): Doc {
  const [name = '', ...rest] = path;
  const value = getField(doc, name);
  if (value === undefined) return doc;
  const inner = (item: unknown): unknown => {
    const nested = asDocument(item);
    return nested ? changeAt(nested, rest, change) : item;
  };
  const next = rest.length === 0 ? change(value) : isArray(value) ? value.map(inner) : inner(value);
  const result = { ...doc };
  setField(result, name, next);
  return result;
}
