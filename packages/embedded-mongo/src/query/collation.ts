/** Orders of text by language: `{locale: 'en', strength: 2}` minds accents and not case. */
import { Int32 } from 'bson';
import { asDocument, isArray, isDocument, type Doc } from '../bson/value.ts';
import { isNumeric, toDouble } from '../bson/numbers.ts';
import { MongoError, notSupported } from '../errors.ts';

export interface Collation {
  /** With every field, as `listIndexes` tells it. */
  readonly spec: Doc;
  readonly compare: (a: string, b: string) => number;
  /**
   * The value with each text in it replaced by the first one seen that is equal to it: values are equal in this
   * collation exactly when their folded ones are equal.
   */
  readonly fold: (value: unknown) => unknown;
}

const SENSITIVITY = { 1: 'base', 2: 'accent', 3: 'variant' } as const;
const DEFAULTS: Doc = {
  caseLevel: false,
  caseFirst: 'off',
  strength: new Int32(3),
  numericOrdering: false,
  alternate: 'non-ignorable',
  maxVariable: 'punct',
  normalization: false,
  backwards: false,
};

/** Undefined for the simple one, byte by byte. @throws MongoError 2 or 9 when malformed, 115 for what is not built here */
export function readCollation(value: unknown): Collation | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isDocument(value)) throw new MongoError('TypeMismatch', 'a collation is a document');
  // The version is only told: of the tables that a server was built with.
  const { locale, version: _, ...options } = value;
  if (typeof locale !== 'string')
    throw new MongoError(40414, "BSON field 'collation.locale' is missing but a required field");
  if (locale === 'simple') return undefined;
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(DEFAULTS, name))
      throw new MongoError('UnknownField', `BSON field 'collation.${name}' is an unknown field.`);
  }
  const spec: Doc = { locale, ...DEFAULTS, ...options };
  const collator = createCollator(locale, spec);
  const compare = (a: string, b: string): number => collator.compare(a, b);
  const representative = createRepresentatives(compare);
  const fold = (folded: unknown): unknown => {
    if (typeof folded === 'string') return representative(folded);
    if (isArray(folded)) return folded.map(fold);
    const doc = asDocument(folded);
    return doc ? Object.fromEntries(Object.entries(doc).map(([name, inner]) => [name, fold(inner)])) : folded;
  };
  return { spec, compare, fold };
}

function createCollator(locale: string, spec: Doc): Intl.Collator {
  const strength = isNumeric(spec['strength']) ? toDouble(spec['strength']) : 0;
  if (strength === 4 || strength === 5) throw notSupported(`collations of strength ${strength}`);
  if (strength !== 1 && strength !== 2 && strength !== 3)
    throw new MongoError('FailedToParse', 'Enumeration value for collation.strength has to be 1 to 5');
  if (spec['caseLevel'] === true && strength !== 1) throw notSupported('caseLevel with a strength above 1');
  if (spec['backwards'] === true) throw notSupported('collations that compare accents backwards');
  if (spec['alternate'] !== 'non-ignorable') throw notSupported('collations that ignore punctuation');
  const caseFirst = spec['caseFirst'] === 'off' ? 'false' : spec['caseFirst'];
  if (caseFirst !== 'false' && caseFirst !== 'upper' && caseFirst !== 'lower')
    throw new MongoError('FailedToParse', 'Enumeration value for collation.caseFirst is not valid');
  const tag = locale.replaceAll('_', '-');
  if (!isKnownLocale(tag))
    throw new MongoError('BadValue', `Field 'locale' is invalid in: { locale: "${locale}" }`);
  return new Intl.Collator(tag, {
    sensitivity: spec['caseLevel'] === true ? 'case' : SENSITIVITY[strength],
    numeric: spec['numericOrdering'] === true,
    caseFirst,
  });
}

function isKnownLocale(tag: string): boolean {
  try {
    return Intl.Collator.supportedLocalesOf(tag).length === 1;
  } catch {
    return false;
  }
}

/** Sorted, so that a text is found by halving; an equal one that is there stands for it. */
function createRepresentatives(compare: Collation['compare']): (text: string) => string {
  const seen: string[] = [];
  return (text) => {
    let [low, high] = [0, seen.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const candidate = seen[middle] ?? '';
      const order = compare(candidate, text);
      if (order === 0) return candidate;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    seen.splice(low, 0, text);
    return text;
  };
}

/** Whether two parts of a command mean the same order. */
export function sameCollation(a: Collation | undefined, b: Collation | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return Object.keys(a.spec).every((name) => String(a.spec[name]) === String(b.spec[name]));
}

/** Whether an order of text can make a difference to a comparison with it. */
export function mentionsText(value: unknown): boolean {
  if (typeof value === 'string') return true;
  if (isArray(value)) return value.some(mentionsText);
  const doc = asDocument(value);
  return doc !== undefined && Object.values(doc).some(mentionsText);
}
