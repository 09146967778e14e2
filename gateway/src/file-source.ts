import { StartupError, type Logger } from '@tributary/service-kit';
import { readFile, stat } from 'node:fs/promises';

/** Polled, not watched: inotify tells nothing about bind mounts, and editors replace files in a dozen ways. */
const POLL_MS = 500;

const OPTIONS = { supergraph: '--supergraph', configuration: '--config' } as const;

export interface FileSourceOptions {
  readonly path: string;
  /** What the file is, for the log. */
  readonly what: 'supergraph' | 'configuration';
  readonly logger: Logger;
  /** Takes the new content; rejects when it is not usable, the old one then stays. */
  readonly onChange: (content: string) => Promise<void>;
}

export interface FileSource {
  readonly content: string;
  stop(): void;
}

/**
 * Reads a file and reports every later change of its content.
 *
 * @throws StartupError when the file cannot be read at the start. Later, a file that is gone or half-written
 *   only means that what was last good stays.
 */
export async function openFileSource({
  path,
  what,
  logger,
  onChange,
}: FileSourceOptions): Promise<FileSource> {
  let first: string;
  try {
    first = await readFile(path, 'utf8');
  } catch (cause) {
    throw new StartupError(
      `Cannot read the ${what} at ${path} (${(cause as NodeJS.ErrnoException).code ?? 'error'}). Name one with ${OPTIONS[what]} FILE.`,
      { cause },
    );
  }
  let seen = { content: first, version: await versionOf(path) };
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
      logger.info({ 'file.path': path }, `${what} reloaded`);
    } catch (error) {
      logger.error({ err: error, 'file.path': path }, `${what} refused, keeping the old one`);
    }
  };
  const timer = setInterval(() => {
    if (polling) return;
    polling = true;
    poll()
      .catch((error: unknown) => {
        logger.warn({ err: error, 'file.path': path }, `${what} file not readable, keeping the old one`);
      })
      .finally(() => {
        polling = false;
      });
  }, POLL_MS).unref();
  return {
    content: first,
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
