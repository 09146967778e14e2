import type { Logger } from '@tributary/service-kit';
import { readFile, stat } from 'node:fs/promises';
import { StartupError } from '@tributary/service-kit';

/** Polled, not watched: inotify tells nothing about bind mounts, and editors replace files in a dozen ways. */
const POLL_MS = 500;

export interface FileSourceOptions {
  readonly path: string;
  readonly logger: Logger;
  /** Takes a new supergraph; rejects when it is not usable, the old one then stays. */
  readonly onChange: (sdl: string) => Promise<void>;
}

export interface FileSource {
  readonly sdl: string;
  stop(): void;
}

/**
 * Reads a supergraph file and reports every later change of its content.
 *
 * @throws StartupError when the file cannot be read at the start. Later, a file that is gone or half-written
 *   only means that the last good supergraph stays.
 */
export async function openFileSource({ path, logger, onChange }: FileSourceOptions): Promise<FileSource> {
  let sdl: string;
  try {
    sdl = await readFile(path, 'utf8');
  } catch (cause) {
    throw new StartupError(
      `Cannot read the supergraph at ${path} (${(cause as NodeJS.ErrnoException).code ?? 'error'}). Name one with --supergraph FILE.`,
      { cause },
    );
  }
  let seen = { content: sdl, version: await versionOf(path) };
  let polling = false;
  const poll = async (): Promise<void> => {
    const version = await versionOf(path);
    if (version === undefined || version === seen.version) return;
    const content = await readFile(path, 'utf8');
    // Written while it was read: the next poll sees it whole.
    if ((await versionOf(path)) !== version) return;
    const changed = content !== seen.content;
    seen = { content, version };
    if (!changed) return;
    try {
      await onChange(content);
      logger.info({ 'file.path': path }, 'supergraph reloaded');
    } catch (error) {
      logger.error({ err: error, 'file.path': path }, 'supergraph refused, keeping the old one');
    }
  };
  const timer = setInterval(() => {
    if (polling) return;
    polling = true;
    poll()
      .catch((error: unknown) => {
        logger.warn({ err: error, 'file.path': path }, 'supergraph file not readable, keeping the old one');
      })
      .finally(() => {
        polling = false;
      });
  }, POLL_MS).unref();
  return {
    sdl,
    stop: () => {
      clearInterval(timer);
    },
  };
}

/** Changes with every write and every replacement of the file; undefined while there is none. */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return undefined;
  }
}
