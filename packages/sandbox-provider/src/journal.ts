import { mkdir, open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

/** An append-only file of JSON lines. A line is whole or, torn by a crash, not there. */
export interface Journal<T> {
  append(entry: T): void;
  /** Resolves when all that was appended before this call is on disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal and gives back what it holds.
 *
 * @param compact Fewer entries that say the same as all there are; the file is rewritten with them.
 */
export async function openJournal<T>(
  folder: string,
  compact: (entries: readonly T[]) => readonly T[],
): Promise<{ readonly journal: Journal<T>; readonly entries: readonly T[] }> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'journal.jsonl');
  const entries = compact(linesOf(await readIfThere(path)).map((line) => JSON.parse(line) as T));
  await replaceFile(path, folder, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  return { journal: createJournal(await open(path, 'a')), entries };
}

/** A journal that is there and cannot be read is not taken for an empty one. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return '';
  }
}

/** What follows the last line break was never acknowledged. */
const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line !== '');

async function replaceFile(path: string, folder: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w');
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await rename(`${path}.new`, path);
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}

/** Lines that come while others are being written share the next write and flush. */
function createJournal<T>(file: FileHandle): Journal<T> {
  let waiting = '';
  let flushed: Promise<void> = Promise.resolve();
  let isScheduled = false;
  const flush = async (): Promise<void> => {
    isScheduled = false;
    const text = waiting;
    waiting = '';
    await file.appendFile(text);
    await file.datasync();
  };
  return {
    append: (entry) => {
      waiting += `${JSON.stringify(entry)}\n`;
      if (isScheduled) return;
      isScheduled = true;
      flushed = flushed.then(flush);
      // Whoever waits for it is told; here it only must not be unhandled.
      flushed.catch(() => undefined);
    },
    sync: () => flushed,
    close: async () => {
      await flushed;
      await file.close();
    },
  };
}
