import { MongoError, notSupported } from '../errors.ts';
import { asDocument, isArray, isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toInteger } from '../bson/numbers.ts';
import type { Collation } from './collation.ts';
import { compareValues } from './compare.ts';
import { parsePath, visitPath, type Path } from './path.ts';

export type DocumentOrder = (a: Doc, b: Doc) => number;

export interface SortField {
  readonly path: Path;
  readonly name: string;
  readonly direction: 1 | -1;
}

/** @throws MongoError 2 for a direction other than 1 and -1 */
export function parseSort(sort: Doc): SortField[] {
  return Object.keys(sort).map((name) => {
    const value = sort[name];
    if (isDocument(value)) throw notSupported(`the sort expression on "${name}"`);
    const direction = isNumeric(value) ? toInteger(value) : undefined;
    if (direction !== 1n && direction !== -1n) {
      throw new MongoError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    }
    if (name === '' || name.startsWith('$'))
      throw new MongoError(16410, `FieldPath field names may not start with '$' or be empty: '${name}'`);
    return { path: parsePath(name), name, direction: direction === 1n ? 1 : -1 };
  });
}

export function compileSort(sort: Doc): DocumentOrder {
  const fields = parseSort(sort);
  return (a, b) => {
    for (const { path, direction } of fields) {
      const order = direction * compareValues(sortKey(a, path, direction), sortKey(b, path, direction));
      if (order !== 0) return order;
    }
    return 0;
  };
}

/** An array sorts by its smallest element ascending and its largest descending; an empty one below null. */
export function sortKey(doc: Doc, path: Path, direction: 1 | -1, collation?: Collation): unknown {
  const candidates: unknown[] = [];
  visitPath(doc, path, (value) => {
    if (!isArray(value)) candidates.push(value ?? null);
    else if (value.length === 0) candidates.push(undefined);
    else for (const item of value) candidates.push(item);
    return false;
  });
  if (candidates.length === 0) return null;
  return candidates.reduce((best, value) =>
    direction * compareValues(value, best, collation?.compare) < 0 ? value : best,
  );
}

/** Stable sort that reads each document's keys once. */
export function sortDocuments(docs: readonly Doc[], sort: Doc, collation?: Collation): Doc[] {
  const fields = parseSort(sort);
  const keyed = docs.map((doc) => ({
    doc,
    keys: fields.map(({ path, direction }) => sortKey(doc, path, direction, collation)),
  }));
  keyed.sort((a, b) => {
    for (const [i, { direction }] of fields.entries()) {
      const order = direction * compareValues(a.keys[i], b.keys[i], collation?.compare);
      if (order !== 0) return order;
    }
    return 0;
  });
  return keyed.map(({ doc }) => doc);
}

/** Comparator of `$sortArray` and of `$push` with `$sort`: by fields of documents, or by whole value. */
export function arrayOrder(sortBy: unknown): (a: unknown, b: unknown) => number {
  if (isDocument(sortBy)) {
    const order = compileSort(sortBy);
    return (a, b) => order(asDocument(a) ?? {}, asDocument(b) ?? {});
  }
  const direction = isNumeric(sortBy) ? toInteger(sortBy) : undefined;
  if (direction !== 1n && direction !== -1n)
    throw new MongoError('BadValue', 'the sort direction has to be 1, -1 or a document');
  return (a, b) => Number(direction) * compareValues(a, b);
}
