/** Long enough to tell titles apart; index keys stay small. */
const MAX_LENGTH = 120;

/**
 * The form under which texts are sorted and compared: no accents, no case.
 * Kept in the store because DocumentDB 5 has no collations.
 */
export function toSortKey(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\s+/gu, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
    .replace(/\p{Cs}/gu, '');
}
