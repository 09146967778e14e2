import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tributary/testkit';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { roleOf } from '../scripts/containers/role-sql.ts';
import { root } from './source-files.ts';

const run = promisify(execFile);

describe('the role that a service serves with', () => {
  let database: TestDatabase;
  let folder: string;
  let owner: pg.Client;
  let name: string;

  /** As the task of a migration on AWS does. */
  const ensureRole = async (password: string): Promise<void> => {
    const [url, role] = [join(folder, 'store-url'), join(folder, 'role-password')];
    await writeFile(url, database.url);
    await writeFile(role, password);
    await run(process.execPath, ['scripts/run.mjs', 'scripts/containers/ensure-postgres-role.ts', name], {
      cwd: root,
      env: { PATH: process.env['PATH'], POSTGRES_URL_FILE: url, SERVICE_PASSWORD_FILE: role },
    });
  };
  /** Does something as the role. */
  const asService = async (password: string, sql: string): Promise<unknown[]> => {
    const url = new URL(database.url);
    [url.username, url.password] = [roleOf(name), password];
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'role-'));
    database = await createTestDatabase();
    name = new URL(database.url).pathname.slice(1);
    owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query('CREATE TABLE before (id serial)');
  });

  afterAll(async () => {
    await owner.query(`DROP OWNED BY ${roleOf(name)}; DROP ROLE ${roleOf(name)}`);
    await owner.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('reads and writes rows, of what was there and of what comes later in any schema, and changes nothing else', async () => {
    const password = randomBytes(24).toString('base64url');
    await ensureRole(password);
    await owner.query(
      'CREATE TABLE later (id serial); CREATE SCHEMA other; CREATE TABLE other.later (id serial)',
    );

    for (const table of ['before', 'later', 'other.later'])
      expect(await asService(password, `INSERT INTO ${table} DEFAULT VALUES RETURNING id`)).toEqual([
        { id: 1 },
      ]);
    for (const change of [
      'CREATE TABLE mine (id int)',
      'CREATE TABLE other.mine (id int)',
      'CREATE SCHEMA mine',
    ])
      await expect(asService(password, change)).rejects.toThrow('permission denied');
    for (const change of ['DROP TABLE before', 'ALTER TABLE later ADD x int'])
      await expect(asService(password, change)).rejects.toThrow('must be owner');
    await expect(asService(password, 'TRUNCATE later')).rejects.toThrow('permission denied');
  });

  it('gets another password, and keeps what it may', async () => {
    const password = randomBytes(24).toString('base64url');
    await ensureRole(password);

    expect(await asService(password, 'SELECT count(*)::int AS n FROM before')).toEqual([{ n: 1 }]);
  });
});
