import type { FetchPath } from './executable-plan.ts';
import { getOwn, isComposite, isJsonObject, setOwn, type JsonObject } from './own.ts';
import type { EntityGroup } from './represent.ts';

/** What stands for objects that were given up. */
export type Union = ReadonlyMap<JsonObject, JsonObject>;

/**
 * Lets one object stand for an entity at all places of a path where the same is known of it: what is still to be fetched
 * is then grafted once, collected once and written once. Where an author of fifty reviews is in an answer fifty times,
 * that is most of the work.
 *
 * A place where something else is known keeps its own object: a value may depend on where it stands.
 *
 * @param groups The objects at the path by entity; those that are given up are taken out.
 * @param isAlone Whether nobody else holds objects of the response: what is below those that are given up is not told then.
 * @returns Undefined when there are none that are equal.
 */
export function uniteObjects(
  root: JsonObject,
  path: FetchPath,
  groups: readonly EntityGroup[],
  isAlone: boolean,
): Union | undefined {
  let replacements: Map<JsonObject, JsonObject> | undefined;
  for (const { objects } of groups) {
    const [first] = objects;
    if (first === undefined || objects.length === 1) continue;
    let kept = 0;
    for (const object of objects) {
      if (object !== first && isSameJson(first, object)) {
        replacements ??= new Map<JsonObject, JsonObject>();
        if (isAlone) replacements.set(object, first);
        else replace(replacements, object, first);
      } else objects[kept++] = object;
    }
    objects.length = kept;
  }
  if (replacements !== undefined) replaceObjects(root, path, replacements);
  return replacements;
}

/** With all that is below the one: fetches may be on their way for that, too. */
function replace(replacements: Map<JsonObject, JsonObject>, value: JsonObject, by: JsonObject): void {
  if (!Array.isArray(value)) replacements.set(value, by);
  for (const key in value) {
    const below = value[key];
    if (isComposite(below) && below !== by[key]) replace(replacements, below, by[key] as JsonObject);
  }
}

function replaceObjects(
  root: JsonObject,
  path: FetchPath,
  replacements: ReadonlyMap<JsonObject, JsonObject>,
): void {
  const visited = path.map(() => new Set<unknown>());
  /** What is to stand in the place of a value. */
  const visit = (value: unknown, depth: number): unknown => {
    if (!isComposite(value)) return value;
    const key = path[depth];
    if (key === undefined && isJsonObject(value)) return replacements.get(value) ?? value;
    const seen = visited[depth];
    if (seen?.has(value) === true) return value;
    seen?.add(value);
    if (Array.isArray(value)) {
      const next = key === '@' ? depth + 1 : depth;
      for (const [index, element] of value.entries()) {
        const other = visit(element, next);
        if (other !== element) value[index] = other;
      }
    } else if (key !== undefined && key !== '@') {
      const member = getOwn(value, key);
      const other = visit(member, depth + 1);
      if (other !== member) setOwn(value, key, other);
    }
    return value;
  };
  visit(root, 0);
}

/** Whether two JSON values are the same text: members count in their order. */
function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isComposite(one) || !isComposite(other)) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    for (let index = 0; index < one.length; index += 1)
      if (!isSameJson(one[index], other[index])) return false;
    return true;
  }
  const otherKeys = Object.keys(other);
  let count = 0;
  // What JSON text was parsed to inherits nothing that is enumerated here, and this needs no list of its own.
  for (const key in one) {
    if (otherKeys[count] !== key || !isSameJson(one[key], other[key])) return false;
    count += 1;
  }
  return count === otherKeys.length;
}
