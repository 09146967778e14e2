/** Long enough to tell titles apart; index keys stay small. */
const MAX_LENGTH = 120;

/**
 * The form under which texts are sorted and compared: no accents, no case.
 * Kept in the store because DocumentDB 5 has no collations.
 */
export const toSortKey = (text: string): string =>
  cutText(foldText(text).replace(/\s+/gu, ' ').trim(), MAX_LENGTH);

/** Without accents and case; longer than the text where one character stands for several. */
export const foldText = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Its beginning, and no half character at the end of it. */
export const cutText = (text: string, maxLength: number): string =>
  text.slice(0, maxLength).replace(/\p{Cs}/gu, '');
