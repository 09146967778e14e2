import type { Logger } from '@tributary/service-kit';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';

/** The last text that could be used, kept on disk for a start while its source is away. */
export interface LastGood {
  /** Undefined: there is none. */
  read(): Promise<string | undefined>;
  /** What cannot be kept is told in the log; nothing else depends on it. */
  keep(content: string): Promise<void>;
}

/** @param what What the text is, for the log. */
export function openLastGood(path: string, what: string, logger: Logger): LastGood {
  let turn: Promise<void> = Promise.resolve();
  const write = async (content: string): Promise<void> => {
    try {
      await mkdir(dirname(path), { recursive: true });
      // Whole or not at all, whenever the process ends; workers, and containers that share a volume, each write their own.
      const draft = `${path}.${hostname()}.${process.pid}`;
      const file = await open(draft, 'w');
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      logger.warn(
        { err: error, 'file.path': path },
        `the ${what} cannot be kept for a start without its source`,
      );
    }
  };
  return {
    read: async () => {
      try {
        return await readFile(path, 'utf8');
      } catch {
        return undefined;
      }
    },
    keep: (content) => (turn = turn.then(() => write(content))),
  };
}
