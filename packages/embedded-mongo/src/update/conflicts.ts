import { MongoError } from '../errors.ts';
import { arrayIndex, parsePath, type Path } from '../query/path.ts';

/** @throws MongoError 40 when two paths are equal or one lies inside the other: their order would decide the result */
export function assertNoConflicts(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    const components = parsePath(path);
    for (let length = 1; length <= components.length; length += 1) {
      const prefix = components.slice(0, length).join('.');
      if (seen.has(prefix)) throw conflict(path, prefix);
    }
    const inner = [...seen].find((other) => other.startsWith(`${path}.`));
    if (inner !== undefined) throw conflict(inner, path);
    seen.add(path);
  }
}

function conflict(path: string, at: string): MongoError {
  return new MongoError(
    'ConflictingUpdateOperators',
    `Updating the path '${path}' would create a conflict at '${at}'`,
  );
}

/** By component; numbers by value, so that "items.2" comes before "items.10". */
export function comparePaths(a: Path, b: Path): number {
  for (const [i, left] of a.entries()) {
    const right = b[i];
    if (right === undefined) return 1;
    if (left === right) continue;
    const [x, y] = [arrayIndex(left), arrayIndex(right)];
    if (x !== undefined && y !== undefined) return x - y;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
