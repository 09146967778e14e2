/**
 * One process per data directory.
 *
 * The lock file names its owner by process id and, where the system tells, by start time: an id is
 * reused sooner or later, in containers at once, and a stranger must not keep a directory locked.
 */
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../log.ts';

const FILE_NAME = 'lock.json';

export class DataDirectoryLockedError extends Error {
  constructor(directory: string, pid: number) {
    super(`data directory ${directory} is in use by process ${pid}`);
  }
}

interface Owner {
  readonly pid: number;
  readonly startedAt: string | null;
}

/**
 * Takes the lock, also over from a process that died without giving it back.
 *
 * @returns a function that gives the lock back
 * @throws DataDirectoryLockedError while the owner lives
 */
export async function lockDirectory(directory: string, log: Log): Promise<() => Promise<void>> {
  const path = join(directory, FILE_NAME);
  const own: Owner = { pid: process.pid, startedAt: await startTime(process.pid) };
  const text = JSON.stringify(own);
  for (;;) {
    if (await createWith(path, text)) return () => unlink(path);
    const held = await readFile(path, 'utf8').catch(() => undefined);
    if (held === undefined) continue;
    const owner = parseOwner(held);
    if (owner && (await isAlive(owner))) throw new DataDirectoryLockedError(directory, owner.pid);
    await takeAway(path, held);
    log(`took over the lock of process ${owner?.pid ?? 'unknown'}, which is gone`);
  }
}

/** Creates the lock with its content in one step (write aside, then link), so nobody reads half a lock. */
async function createWith(path: string, text: string): Promise<boolean> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(aside, text, { flag: 'wx' });
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await unlink(aside);
  }
}

/**
 * Removes a stale lock without ever removing a fresh one: two processes may find the same stale lock, and
 * the slower one must not delete what the faster one put in its place. So: move it, look, put it back if wrong.
 */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    return typeof value.pid === 'number' ? { pid: value.pid, startedAt: value.startedAt ?? null } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return owner.startedAt === null || owner.startedAt === (await startTime(owner.pid));
}

/** Linux: boot id and start tick of the process; elsewhere null. */
async function startTime(pid: number): Promise<string | null> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ]);
    // The name in parentheses may hold spaces; fields are counted after it. Field 22 is the start time.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields[19];
    // A zombie has ended and only waits for its parent to notice.
    return ticks === undefined || fields[0] === 'Z' ? null : `${boot.trim()}/${ticks}`;
  } catch {
    return null;
  }
}
