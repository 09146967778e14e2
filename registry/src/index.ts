export { ensureKey } from './create-key.ts';
