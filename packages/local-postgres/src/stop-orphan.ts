import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const STOP_ATTEMPTS = 100;
const STOP_RETRY_MS = 100;

/**
 * Clears what a killed start left behind: a server that still runs on this data is stopped (its data is safe,
 * that is a normal fast shutdown), and a postmaster.pid whose process is gone or has become another program is removed.
 */
export async function stopOrphan(clusterDirectory: string): Promise<void> {
  const pidFile = join(clusterDirectory, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  for (let attempt = 0; attempt < STOP_ATTEMPTS && (await isServerOf(pid, clusterDirectory)); attempt += 1) {
    if (attempt === 0) process.kill(pid, 'SIGINT');
    await delay(STOP_RETRY_MS);
  }
  if (await isServerOf(pid, clusterDirectory)) {
    throw new Error(
      `PostgreSQL (process ${pid}) still runs on ${clusterDirectory} and does not stop. Stop it, then start again.`,
    );
  }
  await rm(pidFile, { force: true });
}

/** On systems without /proc a live process of that number is taken for the server: better to refuse than to harm. */
async function isServerOf(pid: number, clusterDirectory: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (commandLine === undefined) return process.platform !== 'linux';
  return commandLine.includes(clusterDirectory);
}
