import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { chmod, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { removeDataDirectory, startLocalPostgres, type LocalPostgres } from './index.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('local PostgreSQL', () => {
  let folder: string;
  const running: LocalPostgres[] = [];
  const start = async (dataDir: string): Promise<LocalPostgres> => {
    const server = await startLocalPostgres({ dataDir });
    running.push(server);
    return server;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-postgres-'));
    // A clone below /root or in a home folder of mode 0700: only its owner may enter.
    await chmod(folder, 0o700);
  });

  afterAll(async () => {
    await Promise.all(running.map((server) => server.stop()));
    await removeDataDirectory(join(folder, 'data'));
    await rm(folder, { recursive: true });
  });

  it('keeps committed data when the server is killed, and takes over what was left behind', async () => {
    const dataDir = join(folder, 'data');
    const first = await start(dataDir);
    await query(await first.createDatabase('shop'), 'CREATE TABLE t AS SELECT 42 AS answer');
    first.process.kill('SIGKILL');

    const second = await start(dataDir);

    expect(await query(second.urlOf('shop'), 'SELECT answer FROM t')).toEqual([{ answer: 42 }]);
  });

  it('stops a server that an ended start left running on the same data', async () => {
    const third = await start(join(folder, 'data'));

    expect(await query(third.urlOf('shop'), 'SELECT answer FROM t')).toEqual([{ answer: 42 }]);
    expect(running.at(-2)?.process.exitCode).toBe(0);
  });

  it('refuses connections without the password', async () => {
    const url = new URL(running.at(-1)?.urlOf('shop') ?? '');
    url.password = 'wrong';

    await expect(query(url.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  it('as root, keeps the data where the unprivileged server account can reach it', async () => {
    const link = await readlink(join(folder, 'data')).catch(() => undefined);

    expect(link !== undefined).toBe(process.getuid?.() === 0);
  });
});
