import { removeDataDirectory } from '@tributary/local-postgres';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Claims the folder for this process, so that two starts never share one store. */
export async function claimDataFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    const owner = Number(await readFile(join(folder, 'owner.pid'), 'utf8').catch(() => '0'));
    if (owner > 0 && owner !== process.pid && (await isStart(owner))) {
      throw new Error(
        `Tributary already runs on ${folder} (process ${owner}). Stop it first, or open what it printed.`,
      );
    }
    await writeFile(join(folder, 'owner.pid'), String(process.pid));
    await mkdir(join(folder, 'logs'), { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
      throw new Error(
        `Cannot write to ${folder} (${code}). Give this account the right to, or choose another with DATA_DIR=...`,
        { cause: error },
      );
    }
    throw error;
  }
}

export async function releaseDataFolder(folder: string): Promise<void> {
  await rm(join(folder, 'owner.pid'), { force: true });
}

/** Deletes all local data, keys and secrets. */
export async function removeDataFolder(folder: string): Promise<void> {
  await removeDataDirectory(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
}

/** A process of that number that is something else by now does not count, where the system can tell. */
async function isStart(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return commandLine === undefined || commandLine.includes('node');
}
