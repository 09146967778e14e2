import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** Room for the tables of any service, and little more. */
const SMALL_DISK_MEGABYTES = 64;

/** An empty database on the test run's PostgreSQL. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = newName();
  await run(`CREATE DATABASE ${name}`);
  return { url: urlOf(name), drop: () => drop(name) };
}

/**
 * An empty database on a disk that can be filled.
 *
 * @returns undefined where that cannot be had: the server is on another machine, or nothing may be mounted on this one.
 */
export async function createDatabaseOnSmallDisk(): Promise<
  (TestDatabase & { readonly disk: SmallDisk }) | undefined
> {
  const [setting] = await run('SHOW data_directory');
  const owner = statSync(String(setting?.['data_directory']), { throwIfNoEntry: false });
  const disk = owner && mountSmallDisk(SMALL_DISK_MEGABYTES);
  if (owner === undefined || disk === undefined) return undefined;
  const name = newName();
  const directory = join(disk.path, 'tablespace');
  mkdirSync(directory);
  chownSync(directory, owner.uid, owner.gid);
  await run(`CREATE TABLESPACE ${name} LOCATION '${directory}'`);
  await run(`CREATE DATABASE ${name} TABLESPACE ${name}`);
  return {
    url: urlOf(name),
    disk,
    drop: async () => {
      await drop(name);
      await run(`DROP TABLESPACE ${name}`);
      disk.unmount();
    },
  };
}

const newName = (): string => `test_${randomBytes(8).toString('hex')}`;

function serverUrl(): string {
  const url = process.env['TEST_POSTGRES_URL'];
  if (url === undefined)
    throw new Error("TEST_POSTGRES_URL is not set: run the tests through jest's global setup");
  return url;
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

async function drop(database: string): Promise<void> {
  await run(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
}

async function run(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
