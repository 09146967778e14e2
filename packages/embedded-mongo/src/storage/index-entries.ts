import { MongoError } from '../errors.ts';
import { asDocument, getField, isArray, type Doc } from '../bson/value.ts';
import { arrayIndex, type Path } from '../query/path.ts';
import type { IndexDefinition } from './index-definition.ts';
import { encodeKey, invertKey } from './key.ts';
import { termsOf, textsOf } from './text-index.ts';

export interface IndexEntries {
  /** One compound key per combination of array elements; usually one. */
  readonly keys: ReadonlySet<string>;
  /** Positions of fields whose path met an array: bounds on them cannot be combined freely. */
  readonly arrayFields: readonly number[];
}

const NONE: IndexEntries = { keys: new Set(), arrayFields: [] };

interface FieldValues {
  readonly values: readonly unknown[];
  readonly isArray: boolean;
  readonly exists: boolean;
}

/** @throws MongoError 171 when two fields are arrays in parallel: their combinations would multiply */
export function indexEntries(definition: IndexDefinition, doc: Doc): IndexEntries {
  if (definition.matchesPartial && !definition.matchesPartial(doc)) return NONE;
  if (definition.text) {
    const texts = definition.text.flatMap((field) => textsOf(doc, field));
    return { keys: new Set(texts.flatMap(termsOf).map((term) => encodeKey(term))), arrayFields: [] };
  }
  const fields = definition.fields.map(({ path }) => fieldValues(doc, path));
  if (definition.sparse && !fields.some((field) => field.exists)) return NONE;
  const arrayFields = fields.flatMap((field, i) => (field.isArray ? [i] : []));
  if (arrayFields.length === 0)
    return {
      keys: new Set([
        compoundKey(
          definition,
          fields.map(({ values }) => values[0]),
        ),
      ]),
      arrayFields,
    };
  const roots = new Set(arrayFields.map((i) => arrayPrefix(doc, definition.fields[i]?.path ?? [])));
  if (roots.size > 1) throw parallel([...roots]);
  return { keys: arrayKeys(definition, doc, fields, [...roots][0] ?? ''), arrayFields };
}

/** Fields under the same array advance together: each element gives one key. */
function arrayKeys(
  definition: IndexDefinition,
  doc: Doc,
  fields: readonly FieldValues[],
  root: string,
): Set<string> {
  const whole = valueAtPrefix(doc, root.split('.'));
  const elements = isArray(whole) && whole.length > 0 ? whole : [undefined];
  const keys = new Set<string>();
  for (const element of elements) {
    const perField = definition.fields.map(({ path }, i): readonly unknown[] => {
      const name = path.join('.');
      if (name === root) return [isArray(whole) && whole.length === 0 ? undefined : element];
      if (!name.startsWith(`${root}.`)) return fields[i]?.values ?? [null];
      const rest = path.slice(root.split('.').length);
      const position = arrayIndex(rest[0] ?? '');
      if (position !== undefined) return fields[i]?.values ?? [null];
      return asDocument(element) ? fieldValues(element as Doc, rest).values : [null];
    });
    for (const values of combinations(perField)) keys.add(compoundKey(definition, values));
  }
  return keys;
}

function combinations(perField: readonly (readonly unknown[])[]): unknown[][] {
  return perField.reduce<unknown[][]>(
    (rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
}

function compoundKey(definition: IndexDefinition, values: readonly unknown[]): string {
  let key = '';
  const { collation } = definition;
  for (const [i, { direction }] of definition.fields.entries()) {
    const part = encodeKey(collation ? collation.fold(values[i]) : values[i]);
    key += direction === 1 ? part : invertKey(part);
  }
  return key;
}

/** Values as an index holds them: missing is null, an empty array is undefined, array elements one by one. */
function fieldValues(root: Doc, path: Path, depth = 0): FieldValues {
  const value = getField(root, path[depth] ?? '');
  const last = depth === path.length - 1;
  if (isArray(value))
    return last
      ? { values: value.length === 0 ? [undefined] : value, isArray: true, exists: true }
      : elementValues(value, path, depth + 1);
  if (last) return { values: [value ?? null], isArray: false, exists: value !== undefined };
  const doc = asDocument(value);
  return doc ? fieldValues(doc, path, depth + 1) : { values: [null], isArray: false, exists: false };
}

function elementValues(array: readonly unknown[], path: Path, depth: number): FieldValues {
  const parts: FieldValues[] = [];
  for (const item of array) {
    const doc = asDocument(item);
    parts.push(doc ? fieldValues(doc, path, depth) : { values: [null], isArray: false, exists: false });
  }
  const index = arrayIndex(path[depth] ?? '');
  if (index !== undefined && index < array.length) {
    const wrapped = fieldValues({ item: array[index] }, ['item', ...path.slice(depth + 1)]);
    parts.push(wrapped);
  }
  if (parts.length === 0) return { values: [null], isArray: true, exists: false };
  return {
    values: parts.flatMap(({ values }) => values),
    isArray: true,
    exists: parts.some(({ exists }) => exists),
  };
}

/** The part of a path up to and including its first array. */
function arrayPrefix(doc: Doc, path: Path): string {
  let value: unknown = doc;
  for (const [i, component] of path.entries()) {
    value = getField(asDocument(value) ?? {}, component);
    if (isArray(value)) return path.slice(0, i + 1).join('.');
  }
  return path.join('.');
}

function valueAtPrefix(doc: Doc, path: Path): unknown {
  return path.reduce<unknown>((value, component) => getField(asDocument(value) ?? {}, component), doc);
}

function parallel(roots: readonly string[]): MongoError {
  return new MongoError(
    'CannotIndexParallelArrays',
    `cannot index parallel arrays ${roots.map((root) => `[${root}]`).join(' ')}`,
  );
}
