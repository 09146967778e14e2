import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createDatabaseOnSmallDisk, createTestDatabase, type TestDatabase } from '@tributary/testkit';
import type pg from 'pg';
import { createPool } from './create-pool.ts';
import { openConnections } from './open-connections.ts';
import { withTransaction } from './with-transaction.ts';

const poolOf = (
  connectionString: string,
  options: { readonly statementTimeoutMs?: number; readonly minConnections?: number } = {},
): pg.Pool => createPool({ connectionString, applicationName: 'test', logger: silentLogger(), ...options });

const unavailable = (problem: string, code: string) => ({
  name: 'StoreUnavailableError',
  code: 'SERVICE_UNAVAILABLE',
  status: 503,
  problem,
  cause: { code },
});

const place = await createDatabaseOnSmallDisk();
afterAll(() => place?.drop());

describe('a pool of connections', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = poolOf(database.url, { statementTimeoutMs: 200 });
    await pool.query('CREATE TABLE notes (id int PRIMARY KEY)');
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('leaves the faults of a statement as they are', async () => {
    await pool.query('INSERT INTO notes VALUES (1)');
    await expect(pool.query('INSERT INTO notes VALUES (1)')).rejects.toMatchObject({ code: '23505' });
    await expect(
      withTransaction(pool, (client) => client.query('INSERT INTO notes VALUES ($1)', [1])),
    ).rejects.toMatchObject({ code: '23505' });
  });

  it('says what a store that refuses suffers from, within a transaction and without', async () => {
    const slow = unavailable('tooSlow', '57014');
    await expect(pool.query('SELECT pg_sleep(60)')).rejects.toMatchObject(slow);
    await expect(
      withTransaction(pool, (client) => client.query('SELECT pg_sleep($1)', [60])),
    ).rejects.toMatchObject(slow);
    await expect(
      withTransaction(pool, async (client) => {
        await client.query('SET TRANSACTION READ ONLY');
        await client.query('INSERT INTO notes VALUES (2)');
      }),
    ).rejects.toMatchObject(unavailable('readOnly', '25006'));
  });

  it('says what hinders a connection', async () => {
    const nowhere = poolOf('postgres://somebody@127.0.0.1:1/nothing');
    await expect(nowhere.query('SELECT 1')).rejects.toMatchObject(unavailable('unreachable', 'ECONNREFUSED'));
    await expect(withTransaction(nowhere, () => Promise.resolve())).rejects.toMatchObject(
      unavailable('unreachable', 'ECONNREFUSED'),
    );
    await nowhere.end();

    const { pathname, href } = new URL(database.url);
    const role = `${pathname.slice(1)}_role`;
    const url = new URL(href);
    [url.username, url.password] = [role, 'secret'];
    await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret' CONNECTION LIMIT 0`);
    const crowded = poolOf(url.href, { minConnections: 2 });
    await expect(crowded.query('SELECT 1')).rejects.toMatchObject(unavailable('outOfConnections', '53300'));
    await expect(openConnections(crowded, silentLogger())).resolves.toBeUndefined();
    await crowded.end();
    await pool.query(`DROP ROLE ${role}`);
  });
});

describe('a pool of connections to a server whose disk is full', () => {
  (place === undefined ? it.skip : it)('says so, reads on, and writes again when there is room', async () => {
    if (place === undefined) return;
    const pool = poolOf(place.url);
    const insertMuch = (): Promise<unknown> =>
      withTransaction(pool, async (client) => {
        for (let i = 0; i < 10; i += 1)
          await client.query(`INSERT INTO notes VALUES ($1)`, ['x'.repeat(4_000)]);
      });
    try {
      await pool.query('CREATE TABLE notes (text text STORAGE PLAIN)');
      await insertMuch();
      await place.disk.fill();
      const refusal = insertMuch();
      await expect(refusal).rejects.toMatchObject(unavailable('full', '53100'));
      await expect(refusal).rejects.toThrow(/PostgreSQL has no disk space left: give its volume more/);
      expect((await pool.query('SELECT text FROM notes')).rowCount).toBe(10);
      await place.disk.free();
      await insertMuch();
      expect((await pool.query('SELECT text FROM notes')).rowCount).toBe(20);
    } finally {
      await pool.end();
    }
  });
});
