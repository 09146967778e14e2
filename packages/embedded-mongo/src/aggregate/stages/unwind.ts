import { Long } from 'bson';
import { MongoError } from '../../errors.ts';
import { asDocument, getField, isArray, isDocument, setField, type Doc } from '../../bson/value.ts';
import { rawNamed } from '../operators/arguments.ts';
import type { StageCompiler } from './stage.ts';

/** One document per array element. A value that is no array counts as an array of one. */
export const unwind: StageCompiler = (operand, name) => {
  const raw = isDocument(operand)
    ? rawNamed(operand, name, ['path'], ['includeArrayIndex', 'preserveNullAndEmptyArrays'])
    : { path: operand };
  const reference = raw['path'];
  if (typeof reference !== 'string' || !reference.startsWith('$') || reference.length < 2) {
    throw new MongoError(
      28818,
      "path option to $unwind stage should be prefixed with a '$': " + String(reference),
    );
  }
  const path = reference.slice(1).split('.');
  const index =
    typeof raw['includeArrayIndex'] === 'string' ? raw['includeArrayIndex'].split('.') : undefined;
  const preserve = raw['preserveNullAndEmptyArrays'] === true;

  const withIndex = (doc: Doc, position: number | null): Doc =>
    index ? replaceAt(doc, index, position === null ? null : Long.fromNumber(position)) : doc;

  return (docs) =>
    docs.flatMap((doc) => {
      const value = path.reduce<unknown>((current, field) => getField(asDocument(current) ?? {}, field), doc);
      if (isArray(value) && value.length > 0)
        return value.map((item, i) => withIndex(replaceAt(doc, path, item), i));
      if (!isArray(value) && value !== null && value !== undefined) return [withIndex(doc, null)];
      if (!preserve) return [];
      return [withIndex(isArray(value) ? replaceAt(doc, path, undefined) : doc, null)];
    });
};

/** A copy with the value at the path; `undefined` removes it. */
export function replaceAt(doc: Doc, path: readonly string[], value: unknown): Doc {
  const [name = '', ...rest] = path;
  const copy = { ...doc };
  const next = rest.length === 0 ? value : replaceAt(asDocument(getField(doc, name)) ?? {}, rest, value);
  if (next === undefined) Reflect.deleteProperty(copy, name);
  else setField(copy, name, next);
  return copy;
}
