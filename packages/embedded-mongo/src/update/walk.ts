/** Finds the places a path of an update names, and applies a modifier there. Mutates the (already cloned) document. */
import { MongoError } from '../errors.ts';
import { isArray, isDocument, getField, setField, type Doc } from '../bson/value.ts';
import { arrayIndex, type Path } from '../query/path.ts';
import type { ArrayFilters } from './array-filters.ts';
import { REMOVE, type Modifier, type ModifierContext } from './modifier.ts';

/** A server refuses to pad an array further than this. */
const MAX_ARRAY_PADDING = 1_500_000;

export interface WalkContext extends ModifierContext {
  /** Array position the filter matched, for `$`. */
  readonly element: number | undefined;
  readonly arrayFilters: ArrayFilters;
}

export function applyAtPath(root: Doc, path: Path, modifier: Modifier, context: WalkContext): void {
  walk(root, path, 0, modifier, context);
}

function walk(container: unknown, path: Path, depth: number, modifier: Modifier, context: WalkContext): void {
  const component = path[depth] ?? '';
  if (isArray(container)) {
    for (const index of positions(container, path, depth, modifier, context)) {
      step(container, index, path, depth, modifier, context);
    }
    return;
  }
  if (component.startsWith('$') && isPositional(component)) throw noArray(path, depth, component);
  if (!isDocument(container)) {
    if (!modifier.creates) return;
    throw new MongoError(
      'PathNotViable',
      `Cannot create field '${component}' in element {${path[depth - 1] ?? ''}: ${describe(container)}}`,
    );
  }
  step(container, component, path, depth, modifier, context);
}

function step(
  container: Doc | unknown[],
  key: string | number,
  path: Path,
  depth: number,
  modifier: Modifier,
  context: WalkContext,
): void {
  const current = isArray(container) ? container[Number(key)] : getField(container, String(key));
  if (depth === path.length - 1) {
    write(container, key, modifier.apply(current, context));
    return;
  }
  if (current !== undefined) {
    walk(current, path, depth + 1, modifier, context);
    return;
  }
  if (!modifier.creates) return;
  const created: Doc = {};
  walk(created, path, depth + 1, modifier, context);
  if (Object.keys(created).length > 0) write(container, key, created);
}

function write(container: Doc | unknown[], key: string | number, next: unknown): void {
  if (next === undefined) return;
  if (!isArray(container)) {
    if (next === REMOVE) Reflect.deleteProperty(container, key);
    else setField(container, String(key), next);
    return;
  }
  const index = Number(key);
  if (next === REMOVE) {
    // Removing an element leaves null in its place, so that the others keep their positions.
    if (index < container.length) container[index] = null;
    return;
  }
  if (index - container.length > MAX_ARRAY_PADDING) {
    throw new MongoError('BadValue', `cannot pad an array with more than ${MAX_ARRAY_PADDING} nulls`);
  }
  while (container.length < index) container.push(null);
  container[index] = next;
}

function positions(
  array: unknown[],
  path: Path,
  depth: number,
  modifier: Modifier,
  context: WalkContext,
): number[] {
  const component = path[depth] ?? '';
  if (component === '$') {
    if (context.element === undefined) {
      throw new MongoError(
        'BadValue',
        'The positional operator did not find the match needed from the query.',
      );
    }
    return [context.element];
  }
  if (component === '$[]') return [...array.keys()];
  const identifier = filterIdentifier(component);
  if (identifier !== undefined) {
    return [...array.keys()].filter((i) => context.arrayFilters.matches(identifier, array[i], path));
  }
  const index = arrayIndex(component);
  if (index !== undefined) return [index];
  if (!modifier.creates) return [];
  throw new MongoError(
    'PathNotViable',
    `Cannot create field '${component}' in element {${path[depth - 1] ?? ''}: ${describe(array)}}`,
  );
}

export function filterIdentifier(component: string): string | undefined {
  return /^\$\[(.+)\]$/.exec(component)?.[1];
}

export function isPositional(component: string): boolean {
  return component === '$' || component === '$[]' || filterIdentifier(component) !== undefined;
}

function noArray(path: Path, depth: number, component: string): MongoError {
  const parent = path.slice(0, depth).join('.');
  if (component === '$') {
    return new MongoError(
      'BadValue',
      'The positional operator did not find the match needed from the query.',
    );
  }
  return new MongoError(
    'BadValue',
    `The path '${parent}' must exist in the document in order to apply array updates.`,
  );
}

function describe(value: unknown): string {
  return JSON.stringify(value);
}
