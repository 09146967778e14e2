import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateSigningKey, silentLogger } from '@tributary/service-kit';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { loadConfig } from './config.ts';
import { migrate } from './migrate.ts';
import { serve } from './serve.ts';
import { createEnvironment } from './testing/create-environment.ts';
import { createTestDatabase, type TestDatabase, createTestTrust } from '@tributary/testkit';

describe('starting the service', () => {
  let database: TestDatabase;
  let environment: Awaited<ReturnType<typeof createEnvironment>>;
  const start = (changes: Readonly<Record<string, string>> = {}) =>
    serve(loadConfig({ ...environment.env, LOG_LEVEL: 'silent', ...changes }));

  beforeAll(async () => {
    database = await createTestDatabase();
    environment = await createEnvironment(database.url, await createTestTrust());
  });
  afterAll(async () => {
    await environment.remove();
    await database.drop();
  });

  it('asks for a migration when the database has no tables', async () => {
    await expect(start()).rejects.toThrow('is not migrated. Run "main.ts migrate" first.');
  });

  it('names the variable when the database cannot be reached', async () => {
    await expect(start({ POSTGRES_URL: 'postgres://nobody@127.0.0.1:1/none' })).rejects.toThrow(
      /^The database that POSTGRES_URL names cannot be used: .*ECONNREFUSED/,
    );
  });

  it('migrates a database that several instances migrate at once', async () => {
    const migrations = Array.from({ length: 3 }, () => migrate(database.url, silentLogger()));

    await expect(Promise.all(migrations)).resolves.toHaveLength(3);
  });

  it('names the port that is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const port = String((taken.address() as AddressInfo).port);

    await expect(start({ PORT: port })).rejects.toThrow(`Port ${port} on 127.0.0.1 is taken.`);
    taken.close();
  });

  it.each([
    ['is of another curve', { crv: 'X25519' }, 'is not an Ed25519 key'],
    ['has halves of different keys', { x: Buffer.alloc(32, 7).toString('base64url') }, 'cannot be used'],
  ])('refuses an access token key that %s', async (_, changes, message) => {
    const file = `${environment.env['ACCESS_TOKEN_KEY_FILE'] ?? ''}.wrong`;
    await writeFile(file, JSON.stringify({ ...(await generateSigningKey('wrong')), ...changes }));

    await expect(start({ ACCESS_TOKEN_KEY_FILE: file })).rejects.toThrow(
      `ACCESS_TOKEN_KEY_FILE: the key ${message}`,
    );
  });

  it('has its connections open before anybody asks, and stops', async () => {
    const service = await start();

    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT application_name AS name, count(*)::int AS open FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'users%' GROUP BY 1 ORDER BY 1`,
    );
    await client.end();
    expect(rows).toEqual([
      { name: 'users', open: 10 },
      { name: 'users-throttles', open: 4 },
    ]);
    await expect(service.stop()).resolves.toBeUndefined();
  });
});
