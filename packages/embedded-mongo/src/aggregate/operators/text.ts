import { Int32 } from 'bson';
import { MongoError } from '../../errors.ts';
import { isNumeric } from '../../bson/numbers.ts';
import { typeName } from '../../bson/types.ts';
import { compareStrings } from '../../query/compare.ts';
import { compileList, isNil, pure, type OperatorTable } from './arguments.ts';

/** Text a server would coerce: null is empty, numbers and dates print; the rest is an error. */
function coerce(value: unknown, name: string): string {
  if (isNil(value)) return '';
  if (typeof value === 'string') return value;
  if (isNumeric(value)) return String(value);
  if (value instanceof Date) return value.toISOString();
  throw new MongoError(16007, `${name} can't convert from BSON type ${typeName(value)} to String`);
}

/** ASCII only, as on a server: other letters stay as they are. */
function upper(text: string): string {
  return text.replace(/[a-z]+/g, (part) => part.toUpperCase());
}

function lower(text: string): string {
  return text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
}

export const TEXT: OperatorTable = {
  $concat: (operand, name) => {
    const list = compileList(operand);
    return (scope) => {
      let text = '';
      for (const evaluate of list) {
        const value = evaluate(scope);
        if (isNil(value)) return null;
        if (typeof value !== 'string')
          throw new MongoError(16702, `${name} only supports strings, not ${typeName(value)}`);
        text += value;
      }
      return text;
    };
  },
  $toUpper: pure(1, 1, (value) => upper(coerce(value, '$toUpper'))),
  $toLower: pure(1, 1, (value) => lower(coerce(value, '$toLower'))),
  $strcasecmp: pure(
    2,
    2,
    (a, b) =>
      new Int32(Math.sign(compareStrings(upper(coerce(a, '$strcasecmp')), upper(coerce(b, '$strcasecmp'))))),
  ),
  $strLenCP: pure(1, 1, (value) => new Int32(Array.from(requireText(value, '$strLenCP')).length)),
  $strLenBytes: pure(1, 1, (value) => new Int32(Buffer.byteLength(requireText(value, '$strLenBytes')))),
};

function requireText(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw new MongoError(34471, `${name} requires a string argument, found: ${typeName(value)}`);
}
