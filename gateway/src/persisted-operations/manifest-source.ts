import { StartupError, type Logger } from '@tributary/service-kit';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { poll } from '../sources/poll.ts';
import { readManifests, type Manifest, type ManifestFile } from './manifest.ts';
import { describeList, openPublished, type RegistryList } from './published-operations.ts';

const POLL_MS = 500;

export interface ManifestSourceOptions {
  /** Files, and folders whose `.json` files all are manifests. */
  readonly paths: readonly string[];
  /** Whether changes of files take effect while the gateway runs. */
  readonly hotReload: boolean;
  /** List of a registry, which is followed; undefined: none. */
  readonly registry: RegistryList | undefined;
  readonly logger: Logger;
}

export interface ManifestSource {
  readonly current: Manifest;
  stop(): void;
}

/**
 * What was registered beforehand, in files and at a registry, as one manifest.
 *
 * @throws StartupError for what cannot be read or is no manifest. Later that only means that what was last good
 *   stays.
 */
export async function openManifests(options: ManifestSourceOptions): Promise<ManifestSource> {
  const { paths, hotReload, registry, logger } = options;
  let local: readonly ManifestFile[];
  let version: string;
  let current: Manifest;
  try {
    version = await versionOf(paths);
    local = await readFiles(paths);
    current = readManifests(local);
  } catch (error) {
    throw new StartupError(`persisted_queries.local_manifests: ${(error as Error).message}`, {
      cause: error,
    });
  }
  let published: readonly ManifestFile[] = [];
  const take = (files: readonly ManifestFile[], list: readonly ManifestFile[]): void => {
    current = readManifests([...files, ...list]);
    [local, published] = [files, list];
  };
  const takePublished = (list: RegistryList, text: string): void => {
    take(local, [{ path: describeList(list), text }]);
  };
  const source =
    registry &&
    (await openPublished(registry, {
      logger,
      onChange: async (text) => {
        takePublished(registry, text);
      },
    }));
  try {
    if (registry !== undefined && source !== undefined) takePublished(registry, source.content);
  } catch (error) {
    source?.stop();
    throw new StartupError(`persisted_queries.registry: ${(error as Error).message}`, { cause: error });
  }
  const look = async (): Promise<void> => {
    const seen = await versionOf(paths);
    if (seen === version) return;
    const next = await readFiles(paths);
    // Written while it was read: the next poll sees it whole.
    if ((await versionOf(paths)) !== seen) return;
    take(next, published);
    version = seen;
    logger.info({ 'persisted_operations.count': current.bodies.length }, 'persisted operations reloaded');
  };
  const stopFiles = hotReload && paths.length > 0 ? followFiles(look, logger) : undefined;
  return {
    get current() {
      return current;
    },
    stop: () => {
      source?.stop();
      stopFiles?.();
    },
  };
}

function followFiles(look: () => Promise<void>, logger: Logger): () => void {
  let told = '';
  return poll({
    everyMs: () => POLL_MS,
    look,
    onError: (error) => {
      const { message } = error as Error;
      if (message !== told)
        logger.error({ err: error }, 'persisted operations refused, keeping the old ones');
      told = message;
    },
  });
}

async function readFiles(paths: readonly string[]): Promise<readonly ManifestFile[]> {
  const files = await filesOf(paths);
  return Promise.all(files.map(async (path) => ({ path, text: await readFile(path, 'utf8') })));
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
