import { StartupError, type Logger } from '@tributary/service-kit';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { poll } from '../sources/poll.ts';
import { readManifests, type Manifest } from './manifest.ts';

const POLL_MS = 500;

export interface ManifestSourceOptions {
  /** Files, and folders whose `.json` files all are manifests. */
  readonly paths: readonly string[];
  /** Whether changes take effect while the gateway runs. */
  readonly hotReload: boolean;
  readonly logger: Logger;
}

export interface ManifestSource {
  readonly current: Manifest;
  stop(): void;
}

/**
 * @throws StartupError for what cannot be read or is no manifest. Later that only means that what was last good
 *   stays.
 */
export async function openManifests({
  paths,
  hotReload,
  logger,
}: ManifestSourceOptions): Promise<ManifestSource> {
  let version: string;
  let current: Manifest;
  try {
    version = await versionOf(paths);
    current = await readAll(paths);
  } catch (error) {
    throw new StartupError(`persisted_queries.local_manifests: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const look = async (): Promise<void> => {
    const seen = await versionOf(paths);
    if (seen === version) return;
    const next = await readAll(paths);
    // Written while it was read: the next poll sees it whole.
    if ((await versionOf(paths)) !== seen) return;
    version = seen;
    current = next;
    logger.info({ 'persisted_operations.count': next.bodies.length }, 'persisted operations reloaded');
  };
  let told = '';
  if (!hotReload) return { current, stop: () => undefined };
  const stop = poll({
    everyMs: () => POLL_MS,
    look,
    onError: (error) => {
      const { message } = error as Error;
      if (message !== told)
        logger.error({ err: error }, 'persisted operations refused, keeping the old ones');
      told = message;
    },
  });
  return {
    get current() {
      return current;
    },
    stop,
  };
}

async function readAll(paths: readonly string[]): Promise<Manifest> {
  const files = await filesOf(paths);
  return readManifests(
    await Promise.all(files.map(async (path) => ({ path, text: await readFile(path, 'utf8') }))),
  );
}

/** Changes with every write and every replacement of a file. */
async function versionOf(paths: readonly string[]): Promise<string> {
  const files = await filesOf(paths);
  const versions = await Promise.all(
    files.map(async (path) => {
      const { mtimeMs, size, ino } = await stat(path);
      return [path, mtimeMs, size, ino];
    }),
  );
  return JSON.stringify(versions);
}

async function filesOf(paths: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(
    paths.map(async (path) => {
      if (!(await stat(path)).isDirectory()) return [path];
      const names = await readdir(path);
      return names
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => join(path, name));
    }),
  );
  return files.flat();
}
