import { createRequire } from 'node:module';

/** Of @apollo/composition. The registry itself never loads the library, only its threads do. */
export const compositionVersion = (
  createRequire(import.meta.url)('@apollo/composition/package.json') as { version: string }
).version;
