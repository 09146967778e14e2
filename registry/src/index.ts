export { ensureKey } from './create-key.ts';
export { migrate } from './migrate.ts';
export { roverPlugin } from './rover-plugins/bundle-plugin.ts';
