import { readFile } from 'node:fs/promises';

/** The contract; the path is as deep from `src/` as from a build in `dist/`. */
export function readTypeDefs(): Promise<string> {
  return readFile(new URL('../../../schema/products.graphql', import.meta.url), 'utf8');
}
