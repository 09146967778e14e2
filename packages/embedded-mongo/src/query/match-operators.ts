/** The operators of one field: `{path: {$op: operand, ...}}`. Several are a conjunction. */
import { MongoError, notSupported } from '../errors.ts';
import { asDocument, isArray, isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble, toInteger } from '../bson/numbers.ts';
import { resolveTypeOperand, typeName } from '../bson/types.ts';
import { compileBits } from './match-bits.ts';
import { compareValues, isRegex, regexParts, TYPE_RANK, typeRank, valuesEqual } from './compare.ts';
import {
  compileFilter,
  isOperatorDocument,
  type MatchDetails,
  type MatchScope,
  type Predicate,
} from './match.ts';
import { parsePath, visitPath, type Path } from './path.ts';
import { compileRegex } from './regex.ts';
import { encodeKey } from '../storage/key.ts';

type ValueTest = (value: unknown) => boolean;

export function compileEquality(path: Path, operand: unknown, scope: MatchScope): Predicate {
  if (isRegex(operand)) return anyLeaf(path, regexTest(operand));
  return anyLeaf(path, equalityTest(operand, scope));
}

export function compileFieldOperators(path: Path, operators: Doc, scope: MatchScope): Predicate {
  const parts: Predicate[] = [];
  for (const name of Object.keys(operators)) {
    if (!name.startsWith('$')) throw new MongoError('BadValue', `unknown operator: ${name}`);
    const part = compileOperator(path, name, operators, scope);
    if (part) parts.push(part);
  }
  if (parts.length === 1 && parts[0]) return parts[0];
  return (doc, details) => parts.every((part) => part(doc, details));
}

function compileOperator(path: Path, name: string, all: Doc, scope: MatchScope): Predicate | undefined {
  const operand = all[name];
  switch (name) {
    case '$eq':
      return anyLeaf(path, equalityTest(operand, scope));
    case '$ne':
      return not(
        isRegex(operand)
          ? badValue("Can't have regex as arg to $ne.")
          : anyLeaf(path, equalityTest(operand, scope)),
      );
    case '$gt':
      return anyLeaf(
        path,
        rangeTest(operand, (order) => order > 0, false, scope),
      );
    case '$gte':
      return anyLeaf(
        path,
        rangeTest(operand, (order) => order >= 0, true, scope),
      );
    case '$lt':
      return anyLeaf(
        path,
        rangeTest(operand, (order) => order < 0, false, scope),
      );
    case '$lte':
      return anyLeaf(
        path,
        rangeTest(operand, (order) => order <= 0, true, scope),
      );
    case '$in':
      return anyLeaf(path, inTest(name, operand, scope));
    case '$nin':
      return not(anyLeaf(path, inTest(name, operand, scope)));
    case '$exists':
      return existsPredicate(path, operand);
    case '$type':
      return typePredicate(path, operand);
    case '$regex':
      return anyLeaf(path, regexTest(operand, all['$options']));
    case '$options':
      return '$regex' in all ? undefined : badValue('$options needs a $regex');
    case '$mod':
      return anyLeaf(path, modTest(operand));
    case '$not':
      return notPredicate(path, operand, scope);
    case '$size':
      return sizePredicate(path, operand);
    case '$all':
      return allPredicate(path, operand, scope);
    case '$elemMatch':
      return elemMatchPredicate(path, operand, scope);
    case '$bitsAllSet':
    case '$bitsAnySet':
    case '$bitsAllClear':
    case '$bitsAnyClear':
      return anyLeaf(path, compileBits(name, operand));
    case '$comment':
      return undefined;
    case '$geoWithin':
    case '$geoIntersects':
    case '$near':
    case '$nearSphere':
      throw notSupported(`the query operator ${name}`);
    default:
      return badValue(`unknown operator: ${name}`);
  }
}

function badValue(message: string): never {
  throw new MongoError('BadValue', message);
}

function not(predicate: Predicate): Predicate {
  return (doc) => !predicate(doc);
}

/** True when the leaf or, for an array leaf, any of its elements or the array itself passes. */
function anyLeaf(path: Path, test: ValueTest): Predicate {
  return (doc, details) =>
    visitPath(doc, path, (value, element) => {
      if (isArray(value)) {
        const index = value.findIndex(test);
        if (index >= 0) return found(details, element ?? index);
        return test(value) && found(details, element);
      }
      return test(value) && found(details, element);
    });
}

function wholeLeaf(path: Path, test: ValueTest): Predicate {
  return (doc, details) => visitPath(doc, path, (value, element) => test(value) && found(details, element));
}

function found(details: MatchDetails | undefined, element: number | undefined): true {
  if (details && element !== undefined) details.element = element;
  return true;
}

function equalityTest(operand: unknown, { collation }: MatchScope): ValueTest {
  if (operand === undefined || operand === null) return (value) => value === undefined || value === null;
  return (value) => value !== undefined && compareValues(value, operand, collation?.compare) === 0;
}

/** Ranges compare within the operand's type only; MinKey and MaxKey compare with everything. */
function rangeTest(
  operand: unknown,
  accepts: (order: number) => boolean,
  inclusive: boolean,
  { collation }: MatchScope,
): ValueTest {
  if (isRegex(operand)) badValue("Can't have RegEx as arg to predicate over field");
  const rank = typeRank(operand);
  if (operand === null || operand === undefined)
    return (value) => inclusive && (value === undefined || value === null);
  if (rank === TYPE_RANK.minKey || rank === TYPE_RANK.maxKey) {
    return (value) => accepts(compareValues(value ?? null, operand));
  }
  if (isNumeric(operand) && Number.isNaN(toDouble(operand))) {
    return (value) => inclusive && isNumeric(value) && Number.isNaN(toDouble(value));
  }
  return (value) => {
    if (typeRank(value) !== rank) return false;
    if (isNumeric(value) && Number.isNaN(toDouble(value))) return false;
    return accepts(compareValues(value, operand, collation?.compare));
  };
}

function inTest(name: string, operand: unknown, { collation }: MatchScope): ValueTest {
  const keyOf = (value: unknown): string => encodeKey(collation ? collation.fold(value) : value);
  if (!isArray(operand)) return badValue(`${name} needs an array`);
  const patterns: ValueTest[] = [];
  const keys = new Set<string>();
  for (const item of operand) {
    if (isOperatorDocument(item)) badValue(`cannot nest $ under ${name}`);
    if (isRegex(item)) patterns.push(regexTest(item));
    else keys.add(keyOf(item ?? null));
  }
  return (value) => keys.has(keyOf(value ?? null)) || patterns.some((test) => test(value));
}

function existsPredicate(path: Path, operand: unknown): Predicate {
  const wanted = isNumeric(operand) ? toDouble(operand) !== 0 : operand !== false && operand !== null;
  const exists = wholeLeaf(path, (value) => value !== undefined);
  return wanted ? exists : not(exists);
}

function typePredicate(path: Path, operand: unknown): Predicate {
  const operands = isArray(operand) ? operand : [operand];
  if (operands.length === 0) badValue('$type must match at least one type');
  const names = new Set(operands.flatMap(resolveTypeOperand));
  return anyLeaf(path, (value) => names.has(typeName(value)));
}

function regexTest(operand: unknown, options?: unknown): ValueTest {
  if (typeof operand !== 'string' && !isRegex(operand)) return badValue('$regex has to be a string');
  if (options !== undefined && typeof options !== 'string') return badValue('$options has to be a string');
  const parts = regexParts(operand);
  const regex = compileRegex(parts.pattern, typeof options === 'string' ? options : parts.options);
  return (value) => {
    if (typeof value === 'string') return regex.test(value);
    return isRegex(value) && isRegex(operand) && valuesEqual(value, operand);
  };
}

function modTest(operand: unknown): ValueTest {
  if (!isArray(operand) || operand.length < 2) return badValue('malformed mod, not enough elements');
  if (operand.length > 2) return badValue('malformed mod, too many elements');
  const [divisor, remainder] = operand.map((item) =>
    isNumeric(item)
      ? truncated(toDouble(item), toInteger(item))
      : badValue('malformed mod, divisor or remainder not a number'),
  );
  if (divisor === 0n) badValue('divisor cannot be 0');
  return (value) => {
    if (!isNumeric(value) || !Number.isFinite(toDouble(value))) return false;
    return truncated(toDouble(value), toInteger(value)) % (divisor ?? 1n) === remainder;
  };
}

function truncated(double: number, exact: bigint | undefined): bigint {
  return exact ?? BigInt(Math.trunc(double));
}

function notPredicate(path: Path, operand: unknown, scope: MatchScope): Predicate {
  if (isRegex(operand)) return not(compileEquality(path, operand, scope));
  if (!isOperatorDocument(operand)) return badValue('$not needs a regex or a document');
  return not(compileFieldOperators(path, operand, scope));
}

function sizePredicate(path: Path, operand: unknown): Predicate {
  const size = isNumeric(operand) ? toInteger(operand) : undefined;
  if (size === undefined) return badValue('$size must be a whole number');
  if (size < 0n) return badValue('$size may not be negative');
  return wholeLeaf(path, (value) => isArray(value) && BigInt(value.length) === size);
}

function allPredicate(path: Path, operand: unknown, scope: MatchScope): Predicate {
  if (!isArray(operand)) return badValue('$all needs an array');
  if (operand.length === 0) return () => false;
  const parts = operand.map((item) => {
    if (isDocument(item) && '$elemMatch' in item) return elemMatchPredicate(path, item['$elemMatch'], scope);
    if (isOperatorDocument(item)) return badValue('no $ expressions in $all');
    return compileEquality(path, item, scope);
  });
  return (doc, details) => parts.every((part) => part(doc, details));
}

function elemMatchPredicate(path: Path, operand: unknown, scope: MatchScope): Predicate {
  if (!isDocument(operand)) return badValue('$elemMatch needs an Object');
  const test = elementTest(operand, scope);
  return (doc, details) =>
    visitPath(doc, path, (value, element) => {
      if (!isArray(value)) return false;
      const index = value.findIndex(test);
      return index >= 0 && found(details, element ?? index);
    });
}

/** `{$gte: 1}` tests the element as a value, `{a: 1}` as a document. */
export function elementTest(operand: Doc, scope: MatchScope): ValueTest {
  const first = Object.keys(operand)[0];
  if (isOperatorDocument(operand) && !['$and', '$or', '$nor', '$expr'].includes(first ?? '')) {
    const test = compileFieldOperators(parsePath('element'), operand, scope);
    return (value) => test({ element: isArray(value) ? [value] : value });
  }
  const test = compileFilter(operand, scope);
  return (value) => {
    const doc = asDocument(value) ?? (isArray(value) ? Object.fromEntries(value.entries()) : undefined);
    return doc !== undefined && test(doc);
  };
}
