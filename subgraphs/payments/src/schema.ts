import { readFile } from 'node:fs/promises';

/** The contract, `schema/payments.graphql`: as far from here as from the bundled dist/main.js. */
export function loadSchema(): Promise<string> {
  return readFile(new URL('../../../schema/payments.graphql', import.meta.url), 'utf8');
}
