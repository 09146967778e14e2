/**
 * Operators taken from mingo: text, regular expressions, dates and trigonometry.
 *
 * They work on plain JavaScript values, so arguments are evaluated here, lowered (numbers to doubles,
 * regular expressions to RegExp), handed over as fields of a small document, and results are raised to
 * BSON types again. Nothing that needs integer types, BSON order or exact numbers goes this way.
 */
import { Double } from 'bson';
import * as date from 'mingo/operators/expression/date';
import * as text from 'mingo/operators/expression/string';
import * as trigonometry from 'mingo/operators/expression/trignometry';
import { MongoError } from '../../errors.ts';
import { isArray, isDocument, type Doc } from '../../bson/value.ts';
import { isNumeric, numericFromNumber, toDouble } from '../../bson/numbers.ts';
import { isRegex, regexParts } from '../../query/compare.ts';
import { compileRegex } from '../../query/regex.ts';
import { compileExpression } from '../expression.ts';
import type { OperatorCompiler, OperatorTable } from './arguments.ts';

type MingoOperator = (obj: never, expression: never, options: never) => unknown;

const FROM_TEXT = [
  '$indexOfBytes',
  '$ltrim',
  '$regexFind',
  '$regexFindAll',
  '$regexMatch',
  '$replaceAll',
  '$replaceOne',
  '$rtrim',
  '$split',
  '$substr',
  '$substrBytes',
  '$substrCP',
  '$trim',
];
const FROM_DATE = [
  '$dateAdd',
  '$dateDiff',
  '$dateFromParts',
  '$dateFromString',
  '$dateSubtract',
  '$dateToParts',
  '$dateToString',
  '$dateTrunc',
  '$dayOfMonth',
  '$dayOfWeek',
  '$dayOfYear',
  '$hour',
  '$isoDayOfWeek',
  '$isoWeek',
  '$isoWeekYear',
  '$millisecond',
  '$minute',
  '$month',
  '$second',
  '$week',
  '$year',
];

function lower(value: unknown): unknown {
  if (isNumeric(value)) return toDouble(value);
  if (isRegex(value)) {
    const { pattern, options } = regexParts(value);
    return compileRegex(pattern, options);
  }
  if (isArray(value)) return value.map(lower);
  return value;
}

function raise(value: unknown, whole: boolean): unknown {
  if (typeof value === 'number') return whole ? numericFromNumber(value) : new Double(value);
  if (isArray(value)) return value.map((item) => raise(item, whole));
  if (isDocument(value))
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, raise(v, whole)]));
  return value;
}

/** Replaces each argument by a reference to a field of the document mingo will see. */
function adapt(operator: MingoOperator, whole: boolean): OperatorCompiler {
  return (operand, name) => {
    const named = isDocument(operand) && Object.keys(operand)[0]?.startsWith('$') !== true;
    const source: Readonly<Record<string, unknown>> = named
      ? operand
      : isArray(operand)
        ? Object.fromEntries(operand.entries())
        : { only: operand };
    const list = Object.entries(source).map(([key, value]) => [key, compileExpression(value)] as const);
    const references = Object.fromEntries(list.map(([key]) => [key, `$a${key}`]));
    const expression = named ? references : isArray(operand) ? Object.values(references) : references['only'];
    return (scope) => {
      const values: Doc = {};
      for (const [key, evaluate] of list) values[`a${key}`] = lower(evaluate(scope));
      try {
        return raise(operator(values as never, expression as never, {} as never), whole);
      } catch (error) {
        throw new MongoError(
          'BadValue',
          `${name} failed: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    };
  };
}

function pick(module: object, names: readonly string[], whole: boolean): Record<string, OperatorCompiler> {
  const table = module as Readonly<Record<string, MingoOperator | undefined>>;
  return Object.fromEntries(
    names.flatMap((name) => {
      const operator = table[name];
      return operator ? [[name, adapt(operator, whole)]] : [];
    }),
  );
}

export const MINGO_OPERATORS: OperatorTable = {
  ...pick(text, FROM_TEXT, true),
  ...pick(date, FROM_DATE, true),
  ...pick(trigonometry, Object.keys(trigonometry), false),
};
