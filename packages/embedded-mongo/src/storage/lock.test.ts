import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { makeDataDir } from '../testing/test-mongo.ts';
import { DataDirectoryLockedError, lockDirectory } from './lock.ts';

let directory: string;
let logs: string[];
beforeEach(async () => {
  directory = await makeDataDir();
  logs = [];
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

const lock = (): Promise<() => Promise<void>> => lockDirectory(directory, (message) => logs.push(message));

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('the lock of a data directory', () => {
  it('is refused while somebody holds it and free afterwards', async () => {
    const unlock = await lock();
    await expect(lock()).rejects.toBeInstanceOf(DataDirectoryLockedError);
    await unlock();
    await (
      await lock()
    )();
    expect(await readdir(directory)).toEqual([]);
  });

  it('is taken over from a process that is gone', async () => {
    await writeFile(join(directory, 'lock.json'), JSON.stringify({ pid: await deadPid(), startedAt: null }));
    await (
      await lock()
    )();
    expect(logs.join()).toContain('took over the lock');
  });

  it('is taken over when its process id now belongs to another process', async () => {
    await writeFile(
      join(directory, 'lock.json'),
      JSON.stringify({ pid: process.pid, startedAt: 'another start' }),
    );
    await (
      await lock()
    )();
    expect(logs).toHaveLength(1);
  });

  it('is taken over when a crash left it unreadable', async () => {
    await writeFile(join(directory, 'lock.json'), '{');
    await (
      await lock()
    )();
    expect(logs).toHaveLength(1);
  });

  it('goes to exactly one of many that find it stale at once', async () => {
    await writeFile(join(directory, 'lock.json'), JSON.stringify({ pid: await deadPid(), startedAt: null }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, lock));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
