export { ensureKey } from './create-key.ts';
export { migrate } from './migrate.ts';
