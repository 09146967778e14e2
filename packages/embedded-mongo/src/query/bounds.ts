/**
 * Index bounds of one field, as half-open intervals of encoded keys.
 *
 * An interval may hold more than the condition allows (every document found is tested with the whole
 * filter again) but never less.
 */
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { AFTER, encodeKey, invertKey, rankPrefix } from '../storage/key.ts';
import { isRegex, regexParts, TYPE_RANK, typeRank } from './compare.ts';
import { isOperatorDocument } from './match.ts';

export interface Interval {
  readonly from: string;
  readonly until: string;
  /** Exactly one value: the next field of a compound index can be bounded too. */
  readonly isPoint: boolean;
}

/** One condition on one field, all of which must hold. */
export interface Condition {
  readonly name: string;
  readonly operator: string;
  readonly operand: unknown;
}

/** Conditions that every matching document meets; `$or` and negations contribute none. */
export function collectConditions(filter: Doc, prefix = ''): Condition[] {
  return Object.entries(filter).flatMap(([name, operand]): Condition[] => {
    if (name === '$and' && isArray(operand)) {
      return operand.flatMap((clause) => (isDocument(clause) ? collectConditions(clause, prefix) : []));
    }
    if (name.startsWith('$')) return [];
    return fieldConditions(prefix + name, operand);
  });
}

function fieldConditions(name: string, operand: unknown): Condition[] {
  if (isRegex(operand)) return [{ name, operator: '$regex', operand }];
  if (!isOperatorDocument(operand)) return [{ name, operator: '$eq', operand }];
  return Object.entries(operand).flatMap(([operator, value]): Condition[] => {
    if (operator === '$all' && isArray(value)) return value.flatMap((item) => fieldConditions(name, item));
    if (operator === '$elemMatch' && isDocument(value)) {
      return isOperatorDocument(value) ? fieldConditions(name, value) : collectConditions(value, `${name}.`);
    }
    if (operator === '$regex' && operand['$options'] !== undefined) return [];
    return [{ name, operator, operand: value }];
  });
}

/** The values the condition allows, or undefined when it bounds nothing. */
export function intervalsOf({ operator, operand }: Condition): Interval[] | undefined {
  switch (operator) {
    case '$eq':
      return equalTo(operand);
    case '$in':
      return isArray(operand) ? anyOf(operand) : undefined;
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return comparedWith(operator, operand);
    case '$regex':
      return startingWith(operand);
    default:
      return undefined;
  }
}

/** Intervals present in both lists; both sorted and without overlaps, as is the result. */
export function intersect(a: readonly Interval[], b: readonly Interval[]): Interval[] {
  return a.flatMap((left) =>
    b.flatMap((right) => {
      const from = left.from > right.from ? left.from : right.from;
      const until = left.until < right.until ? left.until : right.until;
      return from < until ? [{ from, until, isPoint: left.isPoint || right.isPoint }] : [];
    }),
  );
}

/** The same values in a descending index, where encoded bytes are inverted. */
export function invertIntervals(intervals: readonly Interval[]): Interval[] {
  const flip = (bound: string): string =>
    bound.endsWith(AFTER) ? invertKey(bound.slice(0, -AFTER.length)) : invertKey(bound) + AFTER;
  return intervals
    .map(({ from, until, isPoint }) => ({ from: flip(until), until: flip(from), isPoint }))
    .reverse();
}

function equalTo(operand: unknown): Interval[] | undefined {
  // An index holds an array's elements, not the array, so a whole array cannot be looked up.
  if (isArray(operand) || operand === undefined) return undefined;
  const key = encodeKey(operand);
  return [{ from: key, until: key + AFTER, isPoint: true }];
}

function anyOf(operands: readonly unknown[]): Interval[] | undefined {
  const intervals: Interval[] = [];
  for (const operand of operands) {
    const own = isRegex(operand) ? startingWith(operand) : equalTo(operand);
    if (!own) return undefined;
    intervals.push(...own);
  }
  return withoutOverlaps(intervals);
}

function withoutOverlaps(intervals: Interval[]): Interval[] {
  intervals.sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const result: Interval[] = [];
  for (const interval of intervals) {
    const last = result.at(-1);
    if (!last || interval.from >= last.until) result.push(interval);
    else if (interval.until > last.until)
      result[result.length - 1] = { from: last.from, until: interval.until, isPoint: false };
  }
  return result;
}

function comparedWith(operator: string, operand: unknown): Interval[] | undefined {
  const rank = typeRank(operand);
  if (rank === TYPE_RANK.null) return operator.endsWith('e') ? equalTo(null) : undefined;
  if (
    rank === TYPE_RANK.minKey ||
    rank === TYPE_RANK.maxKey ||
    rank === TYPE_RANK.undefined ||
    rank === TYPE_RANK.array
  )
    return undefined;
  const [key, type] = [encodeKey(operand), rankPrefix(rank)];
  const interval = {
    $gt: { from: key + AFTER, until: type + AFTER },
    $gte: { from: key, until: type + AFTER },
    $lt: { from: type, until: key },
    $lte: { from: type, until: key + AFTER },
  }[operator];
  return interval && [{ ...interval, isPoint: false }];
}

/** An anchored, case-sensitive prefix is a range of strings, plus the type of regular expressions stored as values. */
function startingWith(operand: unknown): Interval[] | undefined {
  const { pattern, options } =
    typeof operand === 'string' ? { pattern: operand, options: '' } : regexParts(operand);
  const prefix = /^\^([\w \-/:=@,]+)(.*)$/s.exec(pattern);
  if (options !== '' || !prefix?.[1] || /\|/.test(pattern)) return undefined;
  // The last character may be optional ("^ab*"), so a quantifier takes it out of the prefix.
  const text = /^[*?{]/.test(prefix[2] ?? '') ? prefix[1].slice(0, -1) : prefix[1];
  if (text === '') return undefined;
  const from = rankPrefix(TYPE_RANK.string) + Buffer.from(text, 'utf8').toString('latin1');
  const regexes = rankPrefix(TYPE_RANK.regex);
  return [
    { from, until: from + AFTER, isPoint: false },
    { from: regexes, until: regexes + AFTER, isPoint: false },
  ];
}
