/** Chooses how to reach the documents of a query: one index, or the whole collection. */
import { MongoError } from '../errors.ts';
import { isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble } from '../bson/numbers.ts';
import type { Collection, Index } from '../storage/collection.ts';
import { AFTER, encodeKey } from '../storage/key.ts';
import type { Range } from '../storage/tree.ts';
import {
  collectConditions,
  intersect,
  intervalsOf,
  invertIntervals,
  type Condition,
  type Interval,
} from './bounds.ts';
import { mentionsText, sameCollation, type Collation } from './collation.ts';
import { isIdentical, valuesEqual } from './compare.ts';
import { parseSort, type SortField } from './sort.ts';
import type { TextSearch } from './text-search.ts';

export interface CollectionScan {
  readonly kind: 'COLLSCAN';
  readonly direction: 1 | -1;
  readonly providesSort: boolean;
}

export interface IndexScan {
  readonly kind: 'IXSCAN';
  readonly index: Index;
  readonly ranges: readonly Range<string>[];
  readonly direction: 1 | -1;
  readonly providesSort: boolean;
  readonly score: number;
  /** How many leading fields the ranges bound. */
  readonly boundFields: number;
}

export type Plan = CollectionScan | IndexScan;

export interface PlanRequest {
  readonly filter: Doc;
  readonly sort?: Doc | undefined;
  /** An index name, a key pattern or `{$natural: 1}`. */
  readonly hint?: unknown;
  readonly collation?: Collation | undefined;
  readonly text?: TextSearch | undefined;
}

/** More ranges than this and a scan is simpler. */
const MAX_RANGES = 5_000;

export function choosePlan(collection: Collection, request: PlanRequest): Plan {
  if (request.text) return planText(request.text, request.sort);
  const sort = request.sort && Object.keys(request.sort).length > 0 ? request.sort : undefined;
  const natural = naturalOrder(sort) ?? naturalOrder(request.hint);
  if (natural)
    return { kind: 'COLLSCAN', direction: natural, providesSort: naturalOrder(sort) !== undefined };
  const conditions = collectConditions(request.filter);
  const sortFields = sort ? parseSort(sort) : [];
  if (request.hint !== undefined && request.hint !== '') {
    const index = hintedIndex(collection, request.hint);
    return planIndex(
      index,
      usableConditions(index, conditions, request.collation),
      sortFields,
      request.collation,
    );
  }
  let best: IndexScan | undefined;
  for (const index of collection.indexes) {
    if (!holdsEveryMatch(index, conditions, request.collation)) continue;
    const usable = usableConditions(index, conditions, request.collation);
    const plan = planIndex(index, usable, sortFields, request.collation);
    if (plan.score > (best?.score ?? 0)) best = plan;
  }
  return best ?? { kind: 'COLLSCAN', direction: 1, providesSort: sortFields.length === 0 };
}

/** Documents that have one of the terms. */
function planText({ index, terms }: TextSearch, sort: Doc | undefined): IndexScan {
  const keys = terms.map((term) => encodeKey(term));
  return {
    kind: 'IXSCAN',
    index,
    ranges: keys.map((key) => ({ from: key, until: key + AFTER })),
    direction: 1,
    providesSort: sort === undefined || Object.keys(sort).length === 0,
    score: 0,
    boundFields: 1,
  };
}

/**
 * Entries of a collated index say which texts are equal, not how they are ordered; and those of any other order of
 * text than the query's say nothing about text at all.
 */
function usableConditions(
  { definition }: Index,
  conditions: readonly Condition[],
  collation: Collation | undefined,
): readonly Condition[] {
  const own = definition.collation;
  if (!own && !collation) return conditions;
  const isSame = sameCollation(own, collation);
  return conditions
    .filter(({ operator, operand }) =>
      isSame && (operator === '$eq' || operator === '$in')
        ? true
        : operator !== '$regex' && !mentionsText(operand),
    )
    .map((condition) => (own && isSame ? { ...condition, operand: own.fold(condition.operand) } : condition));
}

function naturalOrder(value: unknown): 1 | -1 | undefined {
  if (!isDocument(value) || !('$natural' in value)) return undefined;
  const order = isNumeric(value['$natural']) ? toDouble(value['$natural']) : 0;
  if (order !== 1 && order !== -1) throw new MongoError('BadValue', '$natural has to be 1 or -1');
  return order;
}

function hintedIndex(collection: Collection, hint: unknown): Index {
  const index = collection.indexes.find(({ definition }) =>
    typeof hint === 'string'
      ? definition.name === hint
      : isDocument(hint) &&
        Object.keys(hint).join() === definition.fields.map(({ name }) => name).join() &&
        valuesEqual(hint, definition.spec['key']),
  );
  if (!index) throw new MongoError('BadValue', 'hint provided does not correspond to an existing index');
  return index;
}

function planIndex(
  index: Index,
  conditions: readonly Condition[],
  sort: readonly SortField[],
  collation: Collation | undefined,
): IndexScan {
  const perField = boundFields(index, conditions);
  const ranges = composeRanges(perField);
  const points = perField.filter((intervals) => intervals.every(({ isPoint }) => isPoint)).length;
  const isPlain = collation === undefined && index.definition.collation === undefined;
  const direction = sort.length > 0 && isPlain ? sortDirection(index, perField, sort) : undefined;
  const covers = index.definition.unique && points === index.definition.fields.length ? 100 : 0;
  return {
    kind: 'IXSCAN',
    index,
    ranges,
    direction: direction ?? 1,
    providesSort: sort.length === 0 || direction !== undefined,
    score: covers + points * 10 + (perField.length - points) * 6 + (direction === undefined ? 0 : 5),
    boundFields: perField.length,
  };
}

/** Intervals of the leading fields, as far as they are bounded. Only points let the next field be bounded as well. */
function boundFields(index: Index, conditions: readonly Condition[]): Interval[][] {
  const result: Interval[][] = [];
  const usedArrays = new Set<string>();
  let ranges = 1;
  for (const [position, field] of index.definition.fields.entries()) {
    const isArrayField = index.arrayFields.has(position);
    const root = field.path[0] ?? '';
    // Two conditions on one array may be met by different elements, so only one of them may bound the scan.
    if (isArrayField && usedArrays.has(root)) break;
    const lists = conditions
      .filter(({ name }) => name === field.name)
      .flatMap((condition) => {
        const intervals = intervalsOf(condition);
        return intervals ? [intervals] : [];
      });
    const intervals = isArrayField
      ? narrowest(lists)
      : lists.length > 0
        ? lists.reduce(intersect)
        : undefined;
    if (!intervals || ranges * intervals.length > MAX_RANGES) break;
    if (isArrayField) usedArrays.add(root);
    ranges *= intervals.length;
    result.push(field.direction === 1 ? intervals : invertIntervals(intervals));
    if (!intervals.every(({ isPoint }) => isPoint)) break;
  }
  return result;
}

function narrowest(lists: readonly Interval[][]): Interval[] | undefined {
  const weight = (list: readonly Interval[]): number =>
    (list.every(({ isPoint }) => isPoint) ? 0 : 1_000_000) + list.length;
  return [...lists].sort((a, b) => weight(a) - weight(b))[0];
}

function composeRanges(perField: readonly Interval[][]): Range<string>[] {
  let prefixes = [''];
  let ranges: Range<string>[] = [{}];
  for (const intervals of perField) {
    ranges = prefixes.flatMap((prefix) =>
      intervals.map(({ from, until }) => ({ from: prefix + from, until: prefix + until })),
    );
    prefixes = prefixes.flatMap((prefix) => intervals.map(({ from }) => prefix + from));
  }
  return ranges;
}

/** The scan direction that yields documents in the wanted order, if one does. */
function sortDirection(
  index: Index,
  perField: readonly Interval[][],
  sort: readonly SortField[],
): 1 | -1 | undefined {
  const isConstant = (position: number): boolean =>
    perField[position]?.length === 1 && perField[position][0]?.isPoint === true;
  const { fields } = index.definition;
  let direction: 1 | -1 | undefined;
  let position = 0;
  for (const wanted of sort) {
    const constant = fields.findIndex(({ name }, i) => name === wanted.name && isConstant(i));
    if (constant >= 0 && !index.arrayFields.has(constant)) continue;
    while (position < fields.length && isConstant(position)) position += 1;
    const field = fields[position];
    // An array sorts by one element chosen over the whole array; its index entries do not say which.
    if (field?.name !== wanted.name || index.arrayFields.has(position)) return undefined;
    const needed = field.direction === wanted.direction ? 1 : -1;
    if (direction !== undefined && direction !== needed) return undefined;
    direction = needed;
    position += 1;
  }
  return direction ?? 1;
}

/** A sparse or partial index may only be used when no matching document can be missing from it. */
function holdsEveryMatch(
  { definition }: Index,
  conditions: readonly Condition[],
  collation: Collation | undefined,
): boolean {
  if (
    definition.sparse &&
    !definition.fields.some(({ name }) => conditions.some((c) => c.name === name && needsValue(c)))
  ) {
    return false;
  }
  if (!definition.partialFilter) return true;
  if (collation && mentionsText(definition.partialFilter)) return false;
  const required = collectConditions(definition.partialFilter);
  const simple = Object.keys(definition.partialFilter).every(
    (name) => name === '$and' || !name.startsWith('$'),
  );
  return (
    simple && required.every((requirement) => conditions.some((condition) => implies(condition, requirement)))
  );
}

/** True when only documents that have the field can meet the condition. */
function needsValue({ operator, operand }: Condition): boolean {
  switch (operator) {
    case '$eq':
    case '$gt':
    case '$lt':
    case '$gte':
    case '$lte':
      return operand !== null && operand !== undefined;
    case '$in':
      return Array.isArray(operand) && operand.every((item) => item !== null);
    case '$regex':
      return true;
    case '$exists':
      return operand === true || (isNumeric(operand) && toDouble(operand) !== 0);
    default:
      return false;
  }
}

function implies(condition: Condition, requirement: Condition): boolean {
  if (condition.name !== requirement.name) return false;
  if (requirement.operator === '$exists') return needsValue(condition);
  if (condition.operator === requirement.operator && isIdentical(condition.operand, requirement.operand))
    return true;
  const [narrow, wide] = [intervalsOf(condition), intervalsOf(requirement)];
  if (!narrow || !wide || requirement.operator === '$regex') return false;
  return narrow.every((inner) =>
    wide.some((outer) => inner.from >= outer.from && inner.until <= outer.until),
  );
}
