import { MongoError } from '../errors.ts';
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { valuesEqual, isRegex } from '../query/compare.ts';
import { isOperatorDocument } from '../query/match.ts';
import { parsePath } from '../query/path.ts';
import { compileArrayFilters } from './array-filters.ts';
import { applyAtPath } from './walk.ts';

/**
 * The document an upsert starts from: the fields its filter fixes to one value.
 *
 * @throws MongoError 54 when the filter fixes one path twice
 */
export function documentFromFilter(filter: Doc, onlyId: boolean): Doc {
  const fixed = new Map<string, unknown>();
  for (const [path, value] of equalities(filter)) {
    if (onlyId && path !== '_id') continue;
    if (fixed.has(path) && !valuesEqual(fixed.get(path), value)) {
      throw new MongoError(54, `cannot infer query fields to set, path '${path}' is matched twice`);
    }
    fixed.set(path, value);
  }
  const doc: Doc = {};
  const context = {
    isInsert: true,
    now: new Date(0),
    element: undefined,
    arrayFilters: compileArrayFilters(undefined, {}),
  };
  for (const [path, value] of fixed) {
    applyAtPath(doc, parsePath(path), { creates: true, apply: () => value }, context);
  }
  return doc;
}

function equalities(filter: Doc): [string, unknown][] {
  return Object.entries(filter).flatMap(([name, operand]): [string, unknown][] => {
    if (name === '$and' && isArray(operand))
      return operand.flatMap((clause) => (isDocument(clause) ? equalities(clause) : []));
    // One alternative is no alternative.
    if (name === '$or' && isArray(operand) && operand.length === 1 && isDocument(operand[0]))
      return equalities(operand[0]);
    if (name.startsWith('$') || isRegex(operand)) return [];
    if (!isOperatorDocument(operand)) return [[name, operand]];
    if ('$eq' in operand) return [[name, operand['$eq']]];
    const single = operand['$in'] ?? operand['$all'];
    return isArray(single) && single.length === 1 && !isRegex(single[0]) && !isOperatorDocument(single[0])
      ? [[name, single[0]]]
      : [];
  });
}
