import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, rmdirSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk {
  /** Folder on it that every account may write to. */
  readonly path: string;
  /** Leaves not a byte. */
  fill(): Promise<void>;
  /** Undoes `fill`. */
  free(): Promise<void>;
  /** Takes it away, with what is on it. */
  unmount(): void;
}

const BLOCK_BYTES = 4_096;

/**
 * A disk of its own, of memory, for a test that fills it.
 *
 * @returns undefined where one may not be mounted: on other systems than Linux, and for other accounts than root.
 */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'tributary-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmdirSync(path);
    return undefined;
  }
  chmodSync(path, 0o777);
  const filler = join(path, 'filler');
  const fillWith = async (bytes: number): Promise<void> => {
    const block = Buffer.alloc(bytes);
    for (;;) {
      try {
        await appendFile(filler, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return;
        throw error;
      }
    }
  };
  return {
    path,
    fill: async () => {
      await fillWith(256 * BLOCK_BYTES);
      await fillWith(BLOCK_BYTES);
    },
    free: () => rm(filler),
    unmount: () => {
      execFileSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true });
    },
  };
}
