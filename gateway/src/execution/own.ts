/** JSON objects from subgraphs may hold keys such as `__proto__` or `constructor`: only own properties count. */
export type JsonObject = Record<string, unknown>;

/** Whether a JSON value has parts: an object or a list. */
export const isComposite = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null;

export const isJsonObject = (value: unknown): value is JsonObject =>
  isComposite(value) && !Array.isArray(value);

/** The object's own value, never one that every object inherits. */
export function getOwn(object: JsonObject, key: string): unknown {
  const value = object[key];
  // What every object inherits are functions, which JSON has none of, and `__proto__`.
  if (typeof value !== 'function' && key !== '__proto__') return value;
  return Object.hasOwn(object, key) ? value : undefined;
}

/** Sets a property, also one whose name assignment would treat specially. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[key] = value;
  }
}
