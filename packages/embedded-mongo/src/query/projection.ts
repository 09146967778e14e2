/** Projections of `find` and of `$project`: the same rules, with `$slice`, `$elemMatch` and `$` only in `find`. */
import { MongoError, notSupported } from '../errors.ts';
import { isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble } from '../bson/numbers.ts';
import { compileExpression, type Variables } from '../aggregate/expression.ts';
import { compileArrayProjection, type ArrayProjection } from './array-projection.ts';
import {
  addLeaf,
  computeInto,
  dropFrom,
  hasComputed,
  keepOnly,
  type Leaf,
  type ProjectionTree,
} from './projection-tree.ts';

/** @param element array position the filter matched, for the positional `$` */
export type Projection = (doc: Doc, variables: Variables, element?: number) => Doc;

type Mode = 'keep' | 'drop';

interface Parsed {
  readonly leaves: [string, Leaf][];
  readonly arrays: ArrayProjection[];
  id: Leaf | undefined;
  mode: Mode | undefined;
}

export function compileProjection(spec: Doc, kind: 'find' | 'aggregate'): Projection {
  const parsed: Parsed = { leaves: [], arrays: [], id: undefined, mode: undefined };
  for (const [path, value] of Object.entries(spec)) parseEntry(parsed, path, value, kind);
  const mode = parsed.mode ?? (parsed.id === undefined || parsed.id === 'drop' ? 'drop' : 'keep');
  const tree: ProjectionTree = new Map();
  for (const [path, leaf] of parsed.leaves) addLeaf(tree, path, leaf);
  for (const { path } of parsed.arrays) if (mode === 'keep') addLeaf(tree, path, 'keep');
  if (mode === 'keep' && parsed.id !== 'drop') tree.set('_id', parsed.id ?? 'keep');
  if (mode === 'drop' && parsed.id === 'drop') tree.set('_id', 'drop');
  const computes = hasComputed(tree);
  return (doc, variables, element) => {
    let result = mode === 'keep' ? keepOnly(tree, doc) : dropFrom(tree, doc);
    if (computes) result = computeInto(tree, result, { root: doc, variables });
    for (const array of parsed.arrays) result = array.apply(result, doc, element);
    return result;
  };
}

function parseEntry(parsed: Parsed, path: string, value: unknown, kind: 'find' | 'aggregate'): void {
  if (path === '') throw new MongoError(40353, 'An empty sub-projection is not a valid value');
  if (kind === 'find') {
    const array = compileArrayProjection(path, value);
    if (array) {
      parsed.arrays.push(array);
      if (array.includes) setMode(parsed, 'keep', path);
      return;
    }
  }
  if (path.startsWith('$') || path.includes('.$')) {
    throw new MongoError(16410, `FieldPath field names may not start with '$': '${path}'`);
  }
  if (isDocument(value) && Object.keys(value)[0]?.startsWith('$') !== true) {
    if (Object.keys(value).length === 0)
      throw new MongoError(51270, 'An empty sub-projection is not a valid value. Found empty object at path');
    for (const [name, inner] of Object.entries(value)) parseEntry(parsed, `${path}.${name}`, inner, kind);
    return;
  }
  if (isDocument(value) && '$meta' in value) throw notSupported('$meta in a projection');
  const leaf = leafOf(value);
  if (path === '_id') {
    parsed.id = leaf;
    return;
  }
  parsed.leaves.push([path, leaf]);
  // A computed field fits both: with exclusions it is refused, as it would be on a server.
  setMode(parsed, leaf === 'drop' ? 'drop' : 'keep', path);
}

function leafOf(value: unknown): Leaf {
  if (typeof value === 'boolean') return value ? 'keep' : 'drop';
  if (isNumeric(value)) return toDouble(value) === 0 ? 'drop' : 'keep';
  return compileExpression(value);
}

function setMode(parsed: Parsed, mode: Mode, path: string): void {
  if (parsed.mode !== undefined && parsed.mode !== mode) {
    const [code, wanted, found] =
      mode === 'drop'
        ? ([31254, 'exclusion', 'inclusion'] as const)
        : ([31253, 'inclusion', 'exclusion'] as const);
    throw new MongoError(code, `Cannot do ${wanted} on field ${path} in ${found} projection`);
  }
  parsed.mode = mode;
}
