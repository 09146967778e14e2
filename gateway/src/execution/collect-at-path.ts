import type { FetchPath } from './executable-plan.ts';
import { getOwn, isJsonObject, type JsonObject } from './own.ts';

/** An object of the response, with the objects around it, the nearest first, and where it stands. */
export interface Location {
  readonly object: JsonObject;
  readonly ancestors: readonly JsonObject[];
  readonly path: readonly (string | number)[];
}

/**
 * The objects at a path; nulls, and whatever else a subgraph put there, are left out.
 *
 * @param shared Whether objects may stand at several places: each is then visited once.
 */
export function collectObjects(root: JsonObject, path: FetchPath, shared = false): JsonObject[] {
  const found: JsonObject[] = [];
  collect(root, path, 0, found, shared ? path.map(() => new Set()) : undefined);
  return shared ? [...new Set(found)] : found;
}

function collect(
  value: unknown,
  path: FetchPath,
  depth: number,
  found: JsonObject[],
  visited: readonly Set<JsonObject>[] | undefined,
): void {
  if (Array.isArray(value)) {
    const next = path[depth] === '@' ? depth + 1 : depth;
    for (const element of value) collect(element, path, next, found, visited);
  } else if (isJsonObject(value)) {
    const key = path[depth];
    if (key === undefined) found.push(value);
    else if (key !== '@') {
      const seen = visited?.[depth];
      if (seen !== undefined) {
        if (seen.has(value)) return;
        seen.add(value);
      }
      collect(getOwn(value, key), path, depth + 1, found, visited);
    }
  }
}

/** Every place of these objects in the same order, with what is needed only for errors and for `@fromContext`. */
export function collectLocations(root: JsonObject, path: FetchPath): Location[] {
  const found: Location[] = [];
  const walk = (
    value: unknown,
    depth: number,
    ancestors: readonly JsonObject[],
    at: readonly (string | number)[],
  ): void => {
    if (Array.isArray(value)) {
      const next = path[depth] === '@' ? depth + 1 : depth;
      for (const [index, element] of value.entries()) walk(element, next, ancestors, [...at, index]);
    } else if (isJsonObject(value)) {
      const key = path[depth];
      if (key === undefined) found.push({ object: value, ancestors, path: at });
      else if (key !== '@') walk(getOwn(value, key), depth + 1, [value, ...ancestors], [...at, key]);
    }
  };
  walk(root, 0, [], []);
  return found;
}
