import { readFile } from 'node:fs/promises';

/** The contract, `schema/users.graphql`: as far from here as from the bundled dist/main.js. */
export function loadSchema(): Promise<string> {
  return readFile(new URL('../../../schema/users.graphql', import.meta.url), 'utf8');
}
