/**
 * The in-memory value model.
 *
 * Documents are decoded with every promotion off, so numbers stay `Int32`, `Double`, `Long` or
 * `Decimal128` objects and go back to the wire as the type they came in. Stored values are never
 * mutated: an update clones the containers it changes, which is what makes cursors and snapshots stable.
 * `undefined` stands for a missing field and never occurs inside a stored document.
 */
import { BSONValue, DBRef } from 'bson';

export type Doc = Record<string, unknown>;

export function isArray(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

/** True for embedded documents; false for arrays, scalars and BSON value objects. */
export function isDocument(value: unknown): value is Doc {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof RegExp) &&
    !(value instanceof BSONValue) &&
    !(value instanceof Uint8Array)
  );
}

/** A DBRef is an ordinary document on the wire; bson decodes it to a class, so reads go through this. */
export function asDocument(value: unknown): Doc | undefined {
  if (isDocument(value)) return value;
  return value instanceof DBRef ? value.toJSON() : undefined;
}

/** Reads an own field, so that `constructor` and friends are not found on the prototype. */
export function getField(doc: Doc, name: string): unknown {
  return Object.hasOwn(doc, name) ? doc[name] : undefined;
}

/** Writes a field; plain assignment to `__proto__` would change the prototype instead. */
export function setField(doc: Doc, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(doc, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    doc[name] = value;
  }
}

/** Copies containers all the way down; scalars are immutable and shared. */
export function cloneValue<T>(value: T): T {
  if (isArray(value)) return value.map((item) => cloneValue(item)) as T;
  if (!isDocument(value)) return value;
  const copy: Doc = {};
  for (const name of Object.keys(value)) setField(copy, name, cloneValue(value[name]));
  return copy as T;
}
