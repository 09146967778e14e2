import type { FetchDataKeyRenamer, FetchDataRewrite } from '@apollo/query-planner';
import type { Location } from './collect-at-path.ts';
import { getOwn, isJsonObject, setOwn, type JsonObject } from './own.ts';
import type { TypeConditions } from './type-conditions.ts';

const FRAGMENT = '... on ';

/** Applies the planner's corrections to data on its way to or from a subgraph, in place. */
export function applyRewrites(
  rewrites: readonly FetchDataRewrite[],
  value: unknown,
  matches: TypeConditions,
): void {
  for (const rewrite of rewrites) {
    const key = rewrite.path.at(-1);
    if (key === undefined) continue;
    visit(value, rewrite.path, 0, rewrite.path.length - 1, matches, (object) => {
      if (rewrite.kind === 'ValueSetter') {
        setOwn(object, key, rewrite.setValueTo);
      } else if (Object.hasOwn(object, key)) {
        setOwn(object, rewrite.renameKeyTo, object[key]);
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
        delete object[key];
      }
    });
  }
}

/** An object without a typename is taken for a match: the planner asks for it wherever it could matter. */
function visit(
  value: unknown,
  path: readonly string[],
  from: number,
  to: number,
  matches: TypeConditions,
  action: (object: JsonObject) => void,
): void {
  if (Array.isArray(value)) {
    for (const element of value) visit(element, path, from, to, matches, action);
    return;
  }
  if (!isJsonObject(value)) return;
  if (from === to) {
    action(value);
    return;
  }
  const step = path[from] ?? '';
  if (!step.startsWith(FRAGMENT)) {
    visit(getOwn(value, step), path, from + 1, to, matches, action);
    return;
  }
  const typename = getOwn(value, '__typename');
  if (typeof typename !== 'string' || matches(step.slice(FRAGMENT.length), typename)) {
    visit(value, path, from + 1, to, matches, action);
  }
}

/**
 * The variables that an entity's surroundings give a fetch (`@fromContext`): `..` leads to the enclosing object.
 *
 * @see https://specs.apollo.dev/context/v0.1/
 */
export function contextVariables(
  rewrites: readonly FetchDataKeyRenamer[],
  location: Location,
  matches: TypeConditions,
): JsonObject {
  const variables: JsonObject = {};
  for (const { path, renameKeyTo } of rewrites) {
    const up = path.filter((step) => step === '..').length;
    const start: unknown = up === 0 ? location.object : location.ancestors[up - 1];
    const value = valueAt(start, path.slice(up), matches);
    if (value !== undefined) setOwn(variables, renameKeyTo, value);
  }
  return variables;
}

function valueAt(value: unknown, path: readonly string[], matches: TypeConditions): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.map((element) => valueAt(element, path, matches));
  if (!isJsonObject(value)) return value === null ? null : undefined;
  if (!step.startsWith(FRAGMENT)) return valueAt(getOwn(value, step), rest, matches);
  const typename = getOwn(value, '__typename');
  return typeof typename === 'string' && matches(step.slice(FRAGMENT.length), typename)
    ? valueAt(value, rest, matches)
    : undefined;
}

/** An error's path as the client knows it: names that the planner gave to keep fields apart are undone. */
export function renamePath(
  rewrites: readonly FetchDataRewrite[],
  path: readonly (string | number)[],
): readonly (string | number)[] {
  let renamed = path;
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'KeyRenamer') continue;
    const names = rewrite.path.filter((step) => !step.startsWith(FRAGMENT));
    const position = endOfMatch(renamed, names);
    if (position !== undefined) {
      renamed = renamed.map((step, index) => (index === position ? rewrite.renameKeyTo : step));
    }
  }
  return renamed;
}

/** Where the last of `names` stands when the path begins with them, list indices aside. */
function endOfMatch(path: readonly (string | number)[], names: readonly string[]): number | undefined {
  let matched = 0;
  for (const [index, step] of path.entries()) {
    if (typeof step === 'number') continue;
    if (step !== names[matched]) return undefined;
    matched += 1;
    if (matched === names.length) return index;
  }
  return undefined;
}
