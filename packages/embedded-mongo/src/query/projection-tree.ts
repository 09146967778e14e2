/** The paths of a projection as a tree, with collisions refused, and the walks over it. */
import { MongoError } from '../errors.ts';
import { asDocument, getField, isArray, setField, type Doc } from '../bson/value.ts';
import type { Evaluate, Scope } from '../aggregate/expression.ts';

/** A leaf keeps or drops its field, or computes it. */
export type Leaf = 'keep' | 'drop' | Evaluate;

export type ProjectionTree = Map<string, Leaf | ProjectionTree>;

/** @throws MongoError 31249 when one path lies inside another */
export function addLeaf(tree: ProjectionTree, path: string, leaf: Leaf): void {
  const components = path.split('.');
  let node = tree;
  for (const [i, component] of components.entries()) {
    if (component === '') throw new MongoError(15998, 'FieldPath field names may not be empty strings.');
    const existing = node.get(component);
    if (i === components.length - 1) {
      if (existing !== undefined) throw collision(path);
      node.set(component, leaf);
    } else if (existing === undefined) {
      const child: ProjectionTree = new Map();
      node.set(component, child);
      node = child;
    } else if (existing instanceof Map) {
      node = existing;
    } else {
      throw collision(path);
    }
  }
}

function collision(path: string): MongoError {
  return new MongoError(31249, `Path collision at ${path}`);
}

/** Only the kept paths, in the order of the document. */
export function keepOnly(tree: ProjectionTree, doc: Doc): Doc {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const node = tree.get(name);
    if (node === 'keep') setField(result, name, doc[name]);
    else if (node instanceof Map)
      setIfPresent(
        result,
        name,
        mapInside(doc[name], (inner) => keepOnly(node, inner), true),
      );
  }
  return result;
}

/** Everything but the dropped paths. */
export function dropFrom(tree: ProjectionTree, doc: Doc): Doc {
  const result: Doc = {};
  for (const name of Object.keys(doc)) {
    const node = tree.get(name);
    if (node === 'drop') continue;
    setField(
      result,
      name,
      node instanceof Map ? mapInside(doc[name], (inner) => dropFrom(node, inner), false) : doc[name],
    );
  }
  return result;
}

/** Sets the computed paths; what was there and is no document gives way to one. */
export function computeInto(tree: ProjectionTree, doc: Doc, scope: Scope): Doc {
  const result = { ...doc };
  for (const [name, node] of tree) {
    if (node instanceof Map) {
      if (hasComputed(node)) setField(result, name, computeInside(node, getField(result, name), scope));
    } else if (typeof node === 'function') {
      const value = node(scope);
      if (value === undefined) Reflect.deleteProperty(result, name);
      else setField(result, name, value);
    }
  }
  return result;
}

function computeInside(node: ProjectionTree, value: unknown, scope: Scope): unknown {
  if (isArray(value)) return value.map((item) => computeInside(node, item, scope));
  return computeInto(node, asDocument(value) ?? {}, scope);
}

export function hasComputed(tree: ProjectionTree): boolean {
  return [...tree.values()].some((node) =>
    node instanceof Map ? hasComputed(node) : typeof node === 'function',
  );
}

/** Applies to a document, or to the documents of an array; other values vanish when `onlyDocuments`. */
function mapInside(value: unknown, change: (doc: Doc) => Doc, onlyDocuments: boolean): unknown {
  if (isArray(value)) {
    return value.map((item) => mapInside(item, change, onlyDocuments)).filter((item) => item !== undefined);
  }
  const doc = asDocument(value);
  if (doc) return change(doc);
  return onlyDocuments ? undefined : value;
}

function setIfPresent(doc: Doc, name: string, value: unknown): void {
  if (value !== undefined) setField(doc, name, value);
}
