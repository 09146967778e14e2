import type { GitContext } from '../graphs/graph-store.ts';

export type GitContextInput = { readonly [Key in keyof GitContext]?: string | null };

const MAX_TEXT = 500;

/** What is known of where a schema comes from, each text cut to what a page can show. */
export const gitOf = (given: GitContextInput | null | undefined): GitContext =>
  Object.fromEntries(
    Object.entries(given ?? {}).flatMap(([key, text]) =>
      typeof text === 'string' ? [[key, text.slice(0, MAX_TEXT)]] : [],
    ),
  );
