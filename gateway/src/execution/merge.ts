import { getOwn, isJsonObject, setOwn, type JsonObject } from './own.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * Grafts a subgraph's answer onto the response: objects are joined key by key, lists element by element.
 * Null never replaces an object that is there: another subgraph knew more.
 */
export function mergeInto(target: JsonObject, source: JsonObject, matches: TypeConditions): void {
  for (const key of Object.keys(source)) {
    const incoming = source[key];
    const present = getOwn(target, key);
    if (present === undefined || present === null) setOwn(target, key, incoming);
    else if (key !== '__typename' || !isMoreGeneral(incoming, present, matches))
      setOwn(target, key, mergeValue(present, incoming, matches));
  }
}

/** An interface object calls its objects by the interface's name: what they are has been said by one who knows. */
const isMoreGeneral = (incoming: unknown, present: unknown, matches: TypeConditions): boolean =>
  typeof incoming === 'string' && typeof present === 'string' && matches(incoming, present);

function mergeValue(present: unknown, incoming: unknown, matches: TypeConditions): unknown {
  if (isJsonObject(present) && isJsonObject(incoming)) {
    mergeInto(present, incoming, matches);
    return present;
  }
  if (Array.isArray(present) && Array.isArray(incoming) && present.length === incoming.length) {
    const elements: readonly unknown[] = incoming;
    for (const [index, element] of elements.entries()) {
      const there: unknown = present[index];
      present[index] = there === null ? element : mergeValue(there, element, matches);
    }
    return present;
  }
  return incoming === null ? present : incoming;
}

/** A copy to graft a second time: two places of the response never share an object. */
export function copyJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyJson) as T;
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  for (const key of Object.keys(value)) setOwn(copy, key, copyJson((value as JsonObject)[key]));
  return copy as T;
}
