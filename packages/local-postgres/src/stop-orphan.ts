import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const STOP_ATTEMPTS = 100;
const STOP_RETRY_MS = 100;

/**
 * Clears what a killed start left behind: a server that still runs on this data is stopped (a normal fast
 * shutdown, its data is safe). The pid file of a server that is gone stays: PostgreSQL needs it to see whether
 * backends of that server still run. Only one whose number another program has by now is removed, because
 * PostgreSQL would take that program for the old server and refuse to start.
 */
export async function stopOrphan(clusterDirectory: string): Promise<void> {
  const pidFile = join(clusterDirectory, 'postmaster.pid');
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !isAlive(pid)) return;
  if (!(await isServerOf(pid, clusterDirectory))) {
    await rm(pidFile, { force: true });
    return;
  }
  process.kill(pid, 'SIGINT');
  for (let attempt = 0; attempt < STOP_ATTEMPTS && isAlive(pid); attempt += 1) await delay(STOP_RETRY_MS);
  if (isAlive(pid)) {
    throw new Error(
      `PostgreSQL (process ${pid}) still runs on ${clusterDirectory} and does not stop. Stop it, then start again.`,
    );
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Where there is no /proc, a live process of that number is taken for the server. */
async function isServerOf(pid: number, clusterDirectory: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return commandLine === undefined ? process.platform !== 'linux' : commandLine.includes(clusterDirectory);
}
