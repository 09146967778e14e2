import type { Logger } from '@tributary/service-kit';
import type { VersionStore } from '../store/version-store.ts';
import { createVersionWatcher, type VersionWatcher } from './version-watcher.ts';

/** A variant is told of at most this often. */
const LOOK_EVERY_MS = 1_000;

export type Watchers = Readonly<Record<'products' | 'variants', VersionWatcher>>;

export const createWatchers = (versions: VersionStore, logger: Logger): Watchers => ({
  products: createVersionWatcher({
    name: 'watched-products',
    load: versions.productVersions,
    everyMs: LOOK_EVERY_MS,
    logger,
  }),
  variants: createVersionWatcher({
    name: 'watched-variants',
    load: versions.variantVersions,
    everyMs: LOOK_EVERY_MS,
    logger,
  }),
});
