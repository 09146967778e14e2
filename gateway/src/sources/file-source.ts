import { StartupError } from '@tributary/service-kit';
import { readFile, stat } from 'node:fs/promises';
import { poll } from './poll.ts';
import { offer, type TextSource, type TextSourceOptions } from './text-source.ts';

const POLL_MS = 500;

export interface FileSourceOptions extends TextSourceOptions {
  readonly path: string;
  /** Option of the command line that names another. */
  readonly option: string;
}

/**
 * Reads a file and reports every later change of its content.
 *
 * @throws StartupError when the file cannot be read at the start. Later, a file that is gone or half-written
 *   only means that what was last good stays.
 */
export async function openFileSource(options: FileSourceOptions): Promise<TextSource> {
  const { path, option, what, logger, onUnavailable } = options;
  // Looked at before it is read: what is written in between is another version by then.
  const version = await versionOf(path);
  let first: string;
  try {
    first = await readFile(path, 'utf8');
  } catch (cause) {
    throw new StartupError(
      `Cannot read the ${what} at ${path} (${(cause as NodeJS.ErrnoException).code ?? 'error'}). Name one with ${option} FILE.`,
      { cause },
    );
  }
  let seen = { content: first, version };
  const look = async (): Promise<void> => {
    const version = await versionOf(path);
    if (version === undefined || version === seen.version) return;
    const content = await readFile(path, 'utf8');
    // Written while it was read: the next poll sees it whole.
    if ((await versionOf(path)) !== version) return;
    const changed = content !== seen.content;
    seen = { content, version };
    if (changed) await offer(content, options, { 'file.path': path });
  };
  const stop = poll({
    everyMs: () => POLL_MS,
    look,
    onError: (error) => {
      onUnavailable?.();
      logger.warn({ err: error, 'file.path': path }, `${what} file not readable, keeping the old one`);
    },
  });
  return { content: first, stop };
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
