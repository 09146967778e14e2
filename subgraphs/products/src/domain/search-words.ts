import type { ProductContent } from './model.ts';
import { cutText, foldText } from './sort-key.ts';

/** Index keys stay small, and so does the number of them. */
const MAX_WORDS = 100;
const MAX_LENGTH = 40;

/** Letters and digits only, without accents and case: nothing in them means anything to a pattern. */
export function wordsOf(text: string): readonly string[] {
  return foldText(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => cutText(word, MAX_LENGTH));
}

/** What a product is found by: each word of its title, brand and attribute values. */
export function searchWordsOf({
  title,
  brand,
  attributes,
}: Pick<ProductContent, 'title' | 'brand' | 'attributes'>): readonly string[] {
  const texts = [title, brand ?? '', ...attributes.map(({ value }) => value)];
  return [...new Set(texts.flatMap(wordsOf))].slice(0, MAX_WORDS);
}
