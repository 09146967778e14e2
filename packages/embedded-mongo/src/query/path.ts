/**
 * Walking a dotted path the way queries do.
 *
 * An array met on the way stands for each of its documents (one level, arrays inside arrays are not
 * opened), and a numeric component also names one element. Updates use a stricter walk of their own.
 */
import { asDocument, getField, isArray } from '../bson/value.ts';

export type Path = readonly string[];

/** Called per leaf; `undefined` means missing. `element` is the outermost array position passed. Return true to stop. */
export type LeafVisitor = (value: unknown, element: number | undefined) => boolean;

export function parsePath(path: string): Path {
  return path.split('.');
}

export function arrayIndex(component: string): number | undefined {
  return /^(?:0|[1-9]\d{0,9})$/.test(component) ? Number(component) : undefined;
}

/** @returns true when a visitor stopped the walk. */
export function visitPath(
  root: unknown,
  path: Path,
  visit: LeafVisitor,
  depth = 0,
  element?: number,
): boolean {
  const doc = asDocument(root);
  if (!doc) return visit(undefined, element);
  const value = getField(doc, path[depth] ?? '');
  if (depth === path.length - 1) return visit(value, element);
  if (isArray(value)) return visitElements(value, path, visit, depth + 1, element);
  return visitPath(value, path, visit, depth + 1, element);
}

function visitElements(
  array: readonly unknown[],
  path: Path,
  visit: LeafVisitor,
  depth: number,
  outer: number | undefined,
): boolean {
  const component = path[depth] ?? '';
  for (const [i, item] of array.entries()) {
    if (asDocument(item) && visitPath(item, path, visit, depth, outer ?? i)) return true;
  }
  const index = arrayIndex(component);
  if (index === undefined || index >= array.length) return false;
  const item = array[index];
  if (depth === path.length - 1) return visit(item, outer);
  if (isArray(item)) return visitElements(item, path, visit, depth + 1, outer);
  return asDocument(item) ? visitPath(item, path, visit, depth + 1, outer) : false;
}

/** All leaf values of a path; missing ones are left out. */
export function valuesAt(root: unknown, path: Path): unknown[] {
  const values: unknown[] = [];
  visitPath(root, path, (value) => {
    if (value !== undefined) values.push(value);
    return false;
  });
  return values;
}
