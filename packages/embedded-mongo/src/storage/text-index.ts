/** Text indexes: which fields they read, and what terms they find in a document. */
import { Int32 } from 'bson';
import { isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble, toInteger } from '../bson/numbers.ts';
import { MongoError, notSupported } from '../errors.ts';
import { parsePath, valuesAt, type Path } from '../query/path.ts';

export interface TextField {
  readonly path: Path;
  readonly weight: number;
}

export const isTextKey = (key: Doc): boolean => Object.values(key).includes('text');

/** Fields by name, as a server keeps them. @throws MongoError for what is malformed or not built here */
export function readTextWeights(raw: Doc, key: Doc): Doc {
  if (raw['default_language'] !== 'none')
    throw notSupported('text indexes that know a language: name default_language: "none"');
  const names = Object.keys(key).filter((name) => key[name] === 'text' && name !== '_fts');
  if (Object.keys(key).some((name) => key[name] !== 'text' && name !== '_ftsx'))
    throw notSupported('text indexes with other keys beside the text');
  if (names.includes('$**')) throw notSupported('wildcard indexes');
  const given = isDocument(raw['weights']) ? raw['weights'] : {};
  const weights: Doc = {};
  for (const name of [...new Set([...names, ...Object.keys(given)])].sort()) {
    const weight = given[name] ?? new Int32(1);
    const whole = isNumeric(weight) ? toInteger(weight) : undefined;
    if (whole === undefined || whole < 1n || whole > 99_999n)
      throw new MongoError(
        'CannotCreateIndex',
        'text index weight must be in the exclusive interval (0,100000)',
      );
    weights[name] = weight;
  }
  return weights;
}

export function textFields(weights: Doc): readonly TextField[] {
  return Object.entries(weights).map(([name, weight]) => ({
    path: parsePath(name),
    weight: isNumeric(weight) ? toDouble(weight) : 1,
  }));
}

/** Every text of a field, an array's one by one. */
export function textsOf(doc: Doc, { path }: TextField): readonly string[] {
  return valuesAt(doc, path)
    .flat()
    .filter((value) => typeof value === 'string');
}

/** Words without case and accents. */
export function termsOf(text: string): readonly string[] {
  return foldText(text).match(/[\p{L}\p{N}_]+/gu) ?? [];
}

export function foldText(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC');
}
