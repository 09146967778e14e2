/**
 * Longest document, in tokens: more than any client writes, and few enough that a document cannot occupy a thread
 * by its length alone. The default of Apollo Router.
 */
export const MAX_TOKENS = 15_000;

/** Deepest nesting of selections, by the same measure. */
export const MAX_DEPTH = 500;
