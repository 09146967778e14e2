import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { silentLogger } from '@tributary/service-kit';
import { startTestUsers, type TestUsers } from '../testing/start-test-users.ts';
import { userIds } from '../domain/ids.ts';
import { readAddress } from '../domain/address.ts';
import { readRegistration } from '../domain/registration.ts';
import { ROLES } from '../domain/roles.ts';
import { SAMPLE_ACCOUNTS, SAMPLE_PASSWORD } from './sample-accounts.ts';
import { seed } from './seed.ts';

describe('the sample accounts', () => {
  it('obey the rules that everybody else’s do', () => {
    for (const { mailbox, addresses, phone, role: _role, ...profile } of SAMPLE_ACCOUNTS) {
      const email = `${mailbox}@tributary.example`;
      expect(readRegistration({ ...profile, email, password: SAMPLE_PASSWORD })).toMatchObject({
        registration: { ...profile, email: { address: email } } as object,
      });
      if (phone !== undefined) expect(phone).toMatch(/^\+[1-9]\d+$/);
      for (const address of addresses) expect(readAddress(address)).toEqual({ address });
    }
  });

  it('have every role and at least twenty customers', () => {
    expect(new Set(SAMPLE_ACCOUNTS.map(({ role }) => role))).toEqual(new Set(ROLES));
    expect(SAMPLE_ACCOUNTS.filter(({ role }) => role === 'CUSTOMER').length).toBeGreaterThanOrEqual(20);
  });
});

describe('seed', () => {
  let users: TestUsers;
  const snapshot = async (): Promise<unknown> => {
    const tables = ['users', 'password_credentials', 'user_roles', 'addresses', 'audit_events'];
    return Promise.all(tables.map(async (table) => (await users.pool.query(`SELECT * FROM ${table}`)).rows));
  };
  const runSeed = () => seed(users.databaseUrl, silentLogger());

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('adds accounts with fixed ids that can sign in', async () => {
    expect(await runSeed()).toBe('users: added 26 of 26 sample accounts');

    const { data } = await users.request(
      `mutation ($input: SignInInput!) { signIn(input: $input) {
        user { id displayName phone roles addresses { city isDefaultShipping } defaultBillingAddress { city } }
      } }`,
      { input: { email: 'ada@tributary.example', password: SAMPLE_PASSWORD } },
    );
    expect(data).toEqual({
      signIn: {
        user: {
          id: userIds.fromUuid('01930000-0000-7000-8000-000000000005'),
          displayName: 'Ada L.',
          phone: '+442079460101',
          roles: ['CUSTOMER'],
          addresses: [
            { city: 'London', isDefaultShipping: true },
            { city: 'Cambridge', isDefaultShipping: false },
          ],
          defaultBillingAddress: { city: 'London' },
        },
      },
    });
  });

  it('changes nothing when it runs again, and says so', async () => {
    const before = await snapshot();

    expect(await runSeed()).toBe('users: nothing to seed, 26 of 26 sample accounts are there');
    expect(await snapshot()).toEqual(before);
  });

  it('adds what is missing and leaves an address alone that somebody else has taken', async () => {
    await users.pool.query(
      `DELETE FROM users WHERE email_key IN ('ada@tributary.example', 'kofi@tributary.example')`,
    );
    const id = await users.register('ada@tributary.example');

    expect(await runSeed()).toBe('users: added 1 of 26 sample accounts');
    const { rows } = await users.pool.query<{ id: string }>(
      `SELECT id FROM users WHERE email_key LIKE 'ada@%'`,
    );
    expect(rows.map((row) => userIds.fromUuid(row.id))).toEqual([id]);
  });

  it('adds each account once when it runs several times at once', async () => {
    await users.pool.query('DELETE FROM users');

    const lines = await Promise.all([runSeed(), runSeed(), runSeed()]);

    const { rows } = await users.pool.query('SELECT FROM users');
    expect(rows).toHaveLength(26);
    expect(lines).toContain('users: added 26 of 26 sample accounts');
  });
});
