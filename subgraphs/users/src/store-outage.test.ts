import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startTestUsers, type TestUsers } from './testing/start-test-users.ts';
import { waitFor } from '@tributary/testkit';

describe('when the database cannot be reached', () => {
  let users: TestUsers;
  const administer = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: process.env['TEST_POSTGRES_URL'] });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const readiness = async (): Promise<number> => (await fetch(`${users.url}/readyz`)).status;

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('stays alive, says so, hides why, and recovers by itself', async () => {
    const { viewer } = await users.registerAndSignIn('outage@example.org');
    const name = new URL(users.databaseUrl).pathname.slice(1);
    await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    await waitFor(async () => (await readiness()) === 503);

    const during = await users.request('{ viewer { id } passwordPolicy { minLength } }', {}, viewer);

    expect(during.errors).toMatchObject([
      {
        message: 'Something went wrong on our side.',
        path: ['viewer'],
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ]);
    expect(during.data).toEqual({ viewer: null, passwordPolicy: { minLength: 15 } });
    expect((await fetch(`${users.url}/livez`)).status).toBe(200);

    await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await waitFor(async () => (await readiness()) === 200);
    const after = await users.request('{ viewer { email } }', {}, viewer);
    expect(after.data).toEqual({ viewer: { email: 'outage@example.org' } });
  });
});
