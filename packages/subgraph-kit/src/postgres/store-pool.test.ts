import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { createDatabaseOnSmallDisk, createTestDatabase, type TestDatabase } from '@tributary/testkit';
import type pg from 'pg';
import { createPool, type PoolOptions } from './create-pool.ts';
import { openConnections } from './open-connections.ts';
import { commitWithThisTurn, withTransaction } from './with-transaction.ts';

const poolOf = (
  connectionString: string,
  options: Pick<PoolOptions, 'statementTimeoutMs' | 'minConnections' | 'prepares'> = {},
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

describe('a pool that prepares', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = poolOf(database.url, { prepares: true });
    await pool.query('CREATE TABLE notes (id int PRIMARY KEY)');
    await pool.query('INSERT INTO notes VALUES ($1)', [1]);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const READ = 'SELECT * FROM notes WHERE id = $1';

  it('plans a statement once for each connection', async () => {
    const client = await pool.connect();
    for (let i = 0; i < 3; i += 1) await client.query(READ, [1]);
    const { rows } = await client.query('SELECT statement FROM pg_prepared_statements WHERE statement = $1', [
      READ,
    ]);
    client.release();
    expect(rows).toHaveLength(1);
  });

  it('asks again when a migration has changed what is answered, and begins a transaction again', async () => {
    const add = (column: string): Promise<unknown> =>
      pool.query(`ALTER TABLE notes ADD COLUMN ${column} int NOT NULL DEFAULT 7`);
    await pool.query(READ, [1]);
    await add('a');
    expect((await pool.query(READ, [1])).rows).toEqual([{ id: 1, a: 7 }]);
    await add('b');
    const inTransaction = withTransaction(pool, async (client) => {
      await client.query('INSERT INTO notes VALUES ($1)', [2]);
      return (await client.query(READ, [1])).rows;
    });
    expect(await inTransaction).toEqual([{ id: 1, a: 7, b: 7 }]);
    expect((await pool.query('SELECT count(*)::int AS count FROM notes')).rows).toEqual([{ count: 2 }]);
  });

  it('sends together what belongs together, and undoes all of it when one fails', async () => {
    const together = (...ids: number[]): Promise<unknown> =>
      withTransaction(pool, (client) =>
        Promise.all(ids.map((id) => client.query('INSERT INTO notes (id) VALUES ($1)', [id]))),
      );
    await together(11, 12, 13);
    await expect(together(21, 11, 22)).rejects.toMatchObject({ code: '23505' });
    // Whichever is heard of first.
    const second = withTransaction(pool, async (client) => {
      const first = client.query('INSERT INTO notes (id) VALUES ($1)', [11]);
      const other = client.query('SELECT count(*) FROM notes WHERE id < $1', [11]);
      first.catch(() => undefined);
      await other;
    });
    await expect(second).rejects.toMatchObject({ code: '23505' });
    let late: Promise<unknown> = Promise.resolve();
    const failing = withTransaction(pool, async (client) => {
      late = client.query('SELECT $1::int', [1]).then(async () => {
        await expect(failing).rejects.toThrow();
        return client.query('INSERT INTO notes (id) VALUES ($1)', [23]);
      });
      await client.query('INSERT INTO notes (id) VALUES ($1)', [11]);
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    await expect(late).rejects.toThrow('the transaction is over');
    await together(22);
    const { rows } = await pool.query('SELECT id FROM notes WHERE id > $1 ORDER BY id', [10]);
    expect(rows.map(({ id }) => id as number)).toEqual([11, 12, 13, 22]);
  });
});

describe('a transaction that commits with what it asks for', () => {
  let database: TestDatabase;
  let pool: pg.Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = poolOf(database.url, { prepares: true });
    await pool.query(
      'CREATE TABLE notes (id int PRIMARY KEY, other int REFERENCES notes DEFERRABLE INITIALLY DEFERRED)',
    );
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const INSERT = 'INSERT INTO notes VALUES ($1, $2)';
  const ids = async (): Promise<readonly number[]> => {
    const { rows } = await pool.query<{ id: number }>('SELECT id FROM notes ORDER BY id');
    return rows.map(({ id }) => id);
  };
  const insertAtOnce = (...rows: readonly (readonly [id: number, other: number | null])[]): Promise<number> =>
    withTransaction(pool, async (client) => {
      const inserted = Promise.all(rows.map((row) => client.query(INSERT, [...row])));
      commitWithThisTurn(client);
      return (await inserted).length;
    });

  it('does all of it, or nothing when the database refuses a part or the commit', async () => {
    await expect(insertAtOnce([1, 2], [2, null])).resolves.toBe(2);
    await expect(insertAtOnce([3, null], [1, null], [4, null])).rejects.toMatchObject({ code: '23505' });
    await expect(insertAtOnce([5, 99])).rejects.toMatchObject({ code: '23503' });
    await expect(insertAtOnce([6, null])).resolves.toBe(1);
    expect(await ids()).toEqual([1, 2, 6]);
  });

  it('refuses what is asked for later, and takes back what was not sent yet', async () => {
    const late = withTransaction(pool, async (client) => {
      const first = client.query(INSERT, [11, null]);
      commitWithThisTurn(client);
      await first;
      await client.query(INSERT, [12, null]);
    });
    await expect(late).rejects.toThrow('the transaction is over');
    const thrown = withTransaction(pool, (client) => {
      client.query(INSERT, [13, null]).catch(() => undefined);
      commitWithThisTurn(client);
      return Promise.reject(new Error('no'));
    });
    await expect(thrown).rejects.toThrow('no');
    expect(await ids()).toEqual([1, 2, 6, 11]);
  });

  it('reads what a statement answers the second time too, when that is not described any more', async () => {
    const read = () =>
      withTransaction(pool, async (client) => {
        const [one, none] = await Promise.all([
          client.query<{ id: number }>('SELECT id FROM notes WHERE id = $1', [1]),
          client.query('SELECT id, other FROM notes WHERE id = $1', [-1]),
        ]);
        return [one.rows, one.rowCount, none.rows, none.rowCount];
      });
    const first = await read();
    expect(first).toEqual([[{ id: 1 }], 1, [], 0]);
    expect(await read()).toEqual(first);
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
