import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { PASSWORD, startTestUsers, type TestUsers } from './testing/start-test-users.ts';
import { createLogger } from '@tributary/service-kit';
import { createDatabaseOnSmallDisk, waitFor } from '@tributary/testkit';

async function administer(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env['TEST_POSTGRES_URL'] });
  await client.connect();
  await client.query(sql);
  await client.end();
}

const REGISTER = `mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) {
  user { id } userErrors { ... on AccountInputError { code } } } }`;
const REFRESH = `mutation ($input: TokenRefreshInput!) { tokenRefresh(input: $input) {
  tokens { refreshToken } userErrors { __typename } } }`;
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { user { id } } }';
/** What a client is told when it did not happen, and when nobody knows whether it did. */
const AGAIN = /^(?:SERVICE_UNAVAILABLE|INTERNAL_SERVER_ERROR)$/;
/** A database whose disk can be filled, where there may be one. */
const place = await createDatabaseOnSmallDisk();

describe('when the database cannot be reached', () => {
  let users: TestUsers;
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
        message: 'A service this request depends on is not answering. Try again.',
        path: ['viewer'],
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      },
    ]);
    expect(during.data).toEqual({ viewer: null, passwordPolicy: { minLength: 15 } });
    expect((await fetch(`${users.url}/livez`)).status).toBe(200);

    await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    await waitFor(async () => (await readiness()) === 200);
    const after = await users.request('{ viewer { email } }', {}, viewer);
    expect(after.data).toEqual({ viewer: { email: 'outage@example.org' } });
  });

  it('loses nothing that it acknowledged when it is restarted in the middle of requests', async () => {
    const name = new URL(users.databaseUrl).pathname.slice(1);
    const restart = async (): Promise<void> => {
      await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
      await administer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
      await administer(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
    };
    let failures = 0;
    /** As a client that tries again until it has an answer. */
    const insist = async (document: string, input: unknown) => {
      for (;;) {
        const { data, errors } = await users.request(document, { input });
        if (errors === undefined) return Object.values(data)[0] as any; // eslint-disable-line @typescript-eslint/no-explicit-any
        expect(errors[0]?.extensions?.code).toMatch(AGAIN);
        failures += 1;
      }
    };
    let { refreshToken } = await users.registerAndSignIn('refreshing@example.org');
    let done = false;
    const refreshing = async (): Promise<void> => {
      while (!done) {
        const { tokens, userErrors } = await insist(REFRESH, { refreshToken });
        expect(userErrors).toEqual([]);
        refreshToken = tokens.refreshToken;
      }
    };
    const emails = Array.from({ length: 20 }, (_, i) => `restarted${i}@example.org`);
    const registering = emails.map(async (email) => {
      const input = { email, password: PASSWORD, displayName: 'Restarted' };
      const { user, userErrors } = await insist(REGISTER, input);
      // One that failed for the client may have happened.
      if (user === null) expect(userErrors).toEqual([{ code: 'EMAIL_TAKEN' }]);
    });
    const restarting = async (): Promise<void> => {
      while (failures < 3) await restart();
      await Promise.all(registering);
      done = true;
    };
    await Promise.all([refreshing(), restarting()]);

    for (const email of emails)
      expect(await insist(SIGN_IN, { email, password: PASSWORD })).toMatchObject({
        user: { id: expect.any(String) },
      });
  });

  it('has nobody wait for those who guess one password at the same time', async () => {
    const { viewer, email } = await users.registerAndSignIn('guessed@example.org');
    await users.request(SIGN_IN, { input: { email, password: 'a wrong one, but long' } });
    const locker = new pg.Client({ connectionString: users.databaseUrl });
    await locker.connect();
    await locker.query('BEGIN');
    await locker.query('SELECT FROM throttles FOR UPDATE');
    let settled = 0;
    const guesses = Array.from({ length: 40 }, () =>
      users.request(SIGN_IN, { input: { email, password: 'a wrong one, but long' } }).then(() => {
        settled += 1;
      }),
    );
    await waitFor(async () => {
      const { rows } = await users.pool.query<{ count: string }>(
        `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return Number(rows[0]?.count) >= 4;
    });

    expect((await users.request('{ viewer { email } }', {}, viewer)).data).toEqual({ viewer: { email } });
    expect(settled).toBe(0);
    await locker.query('ROLLBACK');
    await locker.end();
    await Promise.all(guesses);
  });

  it('gives up on what takes too long, answers the rest meanwhile, and goes on', async () => {
    const { viewer, email } = await users.registerAndSignIn('waiting@example.org');
    const locker = new pg.Client({ connectionString: users.databaseUrl });
    await locker.connect();
    await locker.query('BEGIN');
    await locker.query('LOCK TABLE sessions IN ACCESS EXCLUSIVE MODE');
    const stuck = Array.from({ length: 20 }, () =>
      users.request(SIGN_IN, { input: { email, password: PASSWORD } }),
    );
    // The sign-ins wait for the table; what does not need it goes by.
    await waitFor(async () => {
      const { rows } = await users.pool.query<{ count: string }>(
        `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return Number(rows[0]?.count) > 0;
    });
    expect((await users.request('{ viewer { email } }', {}, viewer)).data).toEqual({ viewer: { email } });

    for (const { data, errors } of await Promise.all(stuck)) {
      if (errors === undefined) expect(data.signIn.user).toBeNull();
      else expect(errors[0]?.extensions?.code).toBe('SERVICE_UNAVAILABLE');
    }
    await locker.query('ROLLBACK');
    await locker.end();
    users.clock.advanceMs(15 * 60_000);
    expect((await users.signIn(email)).email).toBe(email);
  });
});

describe('when the disk of the database is full', () => {
  (place === undefined ? it.skip : it)('refuses what it cannot keep, reads on, and recovers', async () => {
    if (place === undefined) return;
    let log = '';
    const logger = createLogger('users', 'error', {
      write: (line: string) => {
        log += line;
      },
    });
    const users = await startTestUsers({ logger }, place);
    try {
      const { viewer } = await users.registerAndSignIn('before@example.org');
      await place.disk.fill();
      let lastEmail = '';
      const register = (number: number) => {
        lastEmail = `late${number}@example.org`;
        const input = { email: lastEmail, password: PASSWORD, displayName: 'Late' };
        return users.request(REGISTER, { input });
      };
      // Pages that are there already have room for some.
      let [answer, registered] = [await register(0), 0];
      for (; answer.errors === undefined; registered += 1) {
        if (registered > 500) throw new Error('the disk does not become full');
        answer = await register(registered + 1);
      }

      expect(answer.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
      expect(JSON.stringify(answer)).not.toMatch(/disk|PostgreSQL/);
      expect(log).toContain('PostgreSQL has no disk space left: give its volume more');
      expect((await users.request('{ viewer { email } }', {}, viewer)).data).toEqual({
        viewer: { email: 'before@example.org' },
      });
      expect((await fetch(`${users.url}/readyz`)).status).toBe(200);

      await place.disk.free();
      const { data } = await users.request(REGISTER, {
        input: { email: lastEmail, password: PASSWORD, displayName: 'Late' },
      });
      expect(data.accountRegister).toEqual({ user: { id: expect.any(String) }, userErrors: [] });
    } finally {
      await users.stop();
    }
  });
});
