import { startLocalPostgres } from '@tributary/local-postgres';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { TestDatabase } from './create-test-database.ts';
import { createDataFolder } from './data-folder.ts';
import { mountSmallDisk, type SmallDisk } from './small-disk.ts';

/** Room for the tables of any service, and little more. */
const SMALL_DISK_MEGABYTES = 64;

/**
 * An empty database on a disk that can be filled.
 *
 * Its server is its own: while a disk is full, no checkpoint of its server succeeds, and creating or dropping any
 * database asks for one.
 *
 * @returns undefined where nothing may be mounted.
 */
export async function createDatabaseOnSmallDisk(): Promise<
  (TestDatabase & { readonly disk: SmallDisk }) | undefined
> {
  const disk = mountSmallDisk(SMALL_DISK_MEGABYTES);
  if (disk === undefined) return undefined;
  const folder = await createDataFolder();
  const server = await startLocalPostgres({ dataDir: folder.dataDir, fsync: false });
  const client = new pg.Client({ connectionString: server.urlOf('postgres') });
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  const owner = statSync(String(rows[0]?.data_directory));
  const directory = join(disk.path, 'tablespace');
  mkdirSync(directory);
  chownSync(directory, owner.uid, owner.gid);
  await client.query(`CREATE TABLESPACE small LOCATION '${directory}'`);
  await client.query('CREATE DATABASE test TABLESPACE small');
  await client.end();
  return {
    url: server.urlOf('test'),
    disk,
    drop: async () => {
      await server.stop();
      await folder.remove();
      disk.unmount();
    },
  };
}
