/** `$text`: which documents have the terms, and how well. */
import { isArray, isDocument, type Doc } from '../bson/value.ts';
import { MongoError, notSupported } from '../errors.ts';
import type { Collection, Index } from '../storage/collection.ts';
import { foldText, termsOf, textsOf, type TextField } from '../storage/text-index.ts';

export interface TextSearch {
  readonly index: Index;
  /** Of any of these there has to be one. */
  readonly terms: readonly string[];
  matches(doc: Doc): boolean;
  /** `textScore`, 0 without any of the terms. */
  score(doc: Doc): number;
}

/** @throws MongoError 27 when the collection has no text index */
export function findTextSearch(collection: Collection | undefined, filter: Doc): TextSearch | undefined {
  const operand = textOperand(filter);
  if (operand === undefined) return undefined;
  const index = collection?.indexes.find(({ definition }) => definition.text !== undefined);
  if (!index?.definition.text) throw new MongoError('IndexNotFound', 'text index required for $text query');
  return compileSearch(index, index.definition.text, operand);
}

function textOperand(filter: Doc): unknown {
  if ('$text' in filter) return filter['$text'];
  const clauses = filter['$and'];
  const found = isArray(clauses)
    ? clauses.find((clause) => isDocument(clause) && '$text' in clause)
    : undefined;
  return isDocument(found) ? found['$text'] : undefined;
}

function compileSearch(index: Index, fields: readonly TextField[], operand: unknown): TextSearch {
  const search = isDocument(operand) ? operand['$search'] : undefined;
  if (!isDocument(operand) || typeof search !== 'string')
    throw new MongoError('TypeMismatch', '"$search" had the wrong type. Expected string');
  const { $language = 'none' } = operand;
  if ($language !== 'none') throw notSupported('text search that knows a language: $language is "none"');
  for (const option of ['$caseSensitive', '$diacriticSensitive'])
    if (operand[option] === true) throw notSupported(option);

  const { terms, phrases, excluded, excludedPhrases } = parseSearch(search);
  const hasPhrase = (doc: Doc, phrase: string): boolean =>
    fields.some((field) => textsOf(doc, field).some((text) => foldText(text).includes(phrase)));
  const score = (doc: Doc): number => scoreOf(doc, fields, new Set(terms));
  return {
    index,
    terms,
    score,
    matches: (doc) =>
      score(doc) > 0 &&
      phrases.every((phrase) => hasPhrase(doc, phrase)) &&
      (excluded.length === 0 || scoreOf(doc, fields, new Set(excluded)) === 0) &&
      !excludedPhrases.some((phrase) => hasPhrase(doc, phrase)),
  };
}

interface Parsed {
  readonly terms: readonly string[];
  readonly phrases: readonly string[];
  readonly excluded: readonly string[];
  readonly excludedPhrases: readonly string[];
}

/** Words, "phrases" whose words count as well, and both with a minus before them. */
function parseSearch(search: string): Parsed {
  const parts = [...search.matchAll(/(?<![^\s])(-?)(?:"([^"]*)"|([^\s"]+))/g)].map(
    ([, minus, phrase, word]) => ({
      isExcluded: minus === '-',
      phrase: phrase === undefined ? undefined : foldText(phrase),
      words: termsOf(phrase ?? word ?? ''),
    }),
  );
  const of = (isExcluded: boolean) => parts.filter((part) => part.isExcluded === isExcluded);
  const phrases = (from: typeof parts): string[] => from.flatMap(({ phrase }) => phrase ?? []);
  return {
    terms: [...new Set(of(false).flatMap(({ words }) => words))].sort(),
    phrases: phrases(of(false)),
    excluded: of(true).flatMap(({ words, phrase }) => (phrase === undefined ? words : [])),
    excludedPhrases: phrases(of(true)),
  };
}

/**
 * A server's formula: repetitions of a term count half as much each time, more in a short text than in a long one,
 * and a text that is nothing but the term a tenth more.
 */
function scoreOf(doc: Doc, fields: readonly TextField[], wanted: ReadonlySet<string>): number {
  let total = 0;
  for (const field of fields) {
    for (const text of textsOf(doc, field)) {
      const all = termsOf(text);
      for (const term of wanted) {
        const count = all.filter((one) => one === term).length;
        if (count === 0) continue;
        const frequency = 2 - 2 ** (1 - count);
        const share = 0.5 * (count / all.length) + 0.5;
        const whole = foldText(text) === term ? 1.1 : 1;
        total += field.weight * frequency * share * whole;
      }
    }
  }
  return total;
}
