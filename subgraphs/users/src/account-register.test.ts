import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, startTestUsers, uuidOf, type TestUsers } from './testing/start-test-users.ts';

const REGISTER = `mutation ($input: AccountRegisterInput!) {
  accountRegister(input: $input) {
    user { id email displayName givenName familyName locale roles scopes createdAt lastSignInAt version addresses { id } }
    userErrors {
      __typename
      ... on UserError { message field }
      ... on AccountInputError { code }
      ... on WeakPasswordError { reasons }
    }
  }
}`;

describe('accountRegister', () => {
  let users: TestUsers;
  const register = async (input: Readonly<Record<string, unknown>>) => {
    const answer = await users.request(REGISTER, {
      input: { password: PASSWORD, displayName: 'Test Person', ...input },
    });

    return { errors: answer.errors, ...answer.data?.accountRegister };
  };

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('creates a customer and shows the owner the whole account', async () => {
    const answer = await register({
      email: 'Ada.Byron@Example.org',
      displayName: '  Ada  ',
      givenName: 'Ade\u0301le',
      familyName: '',
      locale: 'en-gb',
    });

    expect(answer).toMatchObject({
      userErrors: [],
      user: {
        id: expect.stringMatching(/^usr_[0-9a-z]{26}$/),
        email: 'Ada.Byron@Example.org',
        displayName: 'Ada',
        givenName: 'Ad\u00e9le',
        familyName: null,
        locale: 'en-GB',
        roles: ['CUSTOMER'],
        scopes: [],
        createdAt: users.clock.now().toISOString(),
        lastSignInAt: null,
        version: 0,
        addresses: [],
      },
    });
  });

  it('stores the password only as an argon2id hash of the agreed cost', async () => {
    const real = await startTestUsers({ argon2: undefined });
    const id = await real.register('hash@example.org');

    const { rows } = await real.pool.query<{ hash: string }>(
      'SELECT hash FROM password_credentials WHERE user_id = $1',
      [uuidOf(id)],
    );

    expect(rows[0]?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await real.stop();
  });

  it('refuses an address that has an account, in whatever case it is written', async () => {
    await users.register('taken@example.org');

    expect(await register({ email: 'TAKEN@Example.ORG' })).toMatchObject({
      user: null,
      userErrors: [{ __typename: 'AccountInputError', code: 'EMAIL_TAKEN', field: ['input', 'email'] }],
    });
  });

  it('keeps one account when many sign up with one address at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => register({ email: 'race@example.org' })),
    );

    expect(answers.filter(({ user }) => user !== null)).toHaveLength(1);
    expect(answers.filter(({ userErrors }) => userErrors[0]?.code === 'EMAIL_TAKEN')).toHaveLength(11);
    const { rows } = await users.pool.query(`SELECT FROM users WHERE email_key = 'race@example.org'`);
    expect(rows).toHaveLength(1);
  });

  it.each([
    ['a password of 14 characters', 'fourteen chars', ['TOO_SHORT']],
    ['a password of 129 characters', 'x'.repeat(129), ['TOO_LONG']],
    ['a leaked password with digits behind it', 'Iloveyou1234567890', ['COMMON']],
    ['one character over and over', '🦉'.repeat(15), ['COMMON']],
    ['a password of a million characters', 'x'.repeat(1_000_000), ['TOO_LONG']],
    ['the local part inside the password', 'my own WEAKLING password', ['CONTAINS_IDENTIFIER']],
    ['the display name inside the password', 'never say test person here', ['CONTAINS_IDENTIFIER']],
    ['a short password with the local part', 'weakling', ['TOO_SHORT', 'CONTAINS_IDENTIFIER']],
  ])('refuses %s', async (_, password, reasons) => {
    expect(await register({ email: 'weakling@example.org', password })).toMatchObject({
      user: null,
      userErrors: [{ __typename: 'WeakPasswordError', field: ['input', 'password'], reasons }],
    });
  });

  it('counts code points: fifteen emoji are a password, an identifier of three letters is not looked for', async () => {
    const emoji = await register({ email: 'emoji@example.org', password: '🦉🐈🦊🐻🐼🦁🐯🐨🐸🐵🐔🐧🐦🐤🦆' });
    const ana = await register({ email: 'ana@example.org', password: 'a banana is a fruit' });

    expect([emoji.userErrors, ana.userErrors]).toEqual([[], []]);
  });

  it('names every problem of the input at once', async () => {
    const answer = await register({
      email: `${'x'.repeat(65)}@example.org`,
      password: 'short',
      displayName: ' \u200b ',
      givenName: 'Eve\u0000',
      familyName: 'x'.repeat(81),
    });

    expect(answer.user).toBeNull();
    expect(answer.userErrors).toMatchObject([
      { code: 'REQUIRED', field: ['input', 'displayName'] },
      { code: 'INVALID', field: ['input', 'givenName'] },
      { code: 'INVALID', field: ['input', 'familyName'] },
      { code: 'INVALID', field: ['input', 'email'] },
      { __typename: 'WeakPasswordError' },
    ]);
  });

  it.each([
    ['control characters', 'a\u0007b'],
    ['a lone surrogate', 'a\ud800b'],
    ['a line separator', 'a\u2028b'],
    ['a right-to-left override', 'a\u202eb'],
  ])('refuses %s in a name', async (_, displayName) => {
    expect(await register({ email: 'chars@example.org', displayName })).toMatchObject({
      user: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'displayName'] }],
    });
  });

  it.each([
    ['no address', { email: 'nobody' }],
    ['an address that is a number', { email: 7 }],
    ['an unknown locale', { email: 'l@example.org', locale: 'not a locale' }],
    ['a locale in an array', { email: 'l@example.org', locale: ['en'] }],
    ['no display name', { email: 'l@example.org', displayName: null }],
    ['a field that does not exist', { email: 'l@example.org', isAdmin: true }],
  ])('answers BAD_USER_INPUT for %s', async (_, input) => {
    const answer = await register(input);

    expect(answer.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  });

  it('records who registered', async () => {
    const id = await users.register('audited@example.org');

    const { rows } = await users.pool.query('SELECT type FROM audit_events WHERE subject_id = $1', [
      uuidOf(id),
    ]);

    expect(rows).toEqual([{ type: 'REGISTERED' }]);
  });
});

describe('registrations from one network', () => {
  it('are limited, those from elsewhere go on, and an hour later all do', async () => {
    const users = await startTestUsers();
    const registerFrom = async (address: string, mailbox: string): Promise<unknown> => {
      const { data } = await users.requestFrom(address)(
        `mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) {
          userErrors { __typename ... on RateLimitedError { retryAfterSeconds } }
        } }`,
        { input: { email: `${mailbox}@example.org`, password: PASSWORD, displayName: 'Test Person' } },
      );
      return data.accountRegister.userErrors;
    };
    const answers = await Promise.all(
      Array.from({ length: 21 }, (_, i) => registerFrom('203.0.113.7', `crowd${i}`)),
    );

    expect(answers.filter((errors) => (errors as unknown[]).length === 0)).toHaveLength(20);
    expect(answers).toContainEqual([{ __typename: 'RateLimitedError', retryAfterSeconds: 3_600 }]);
    expect(await registerFrom('203.0.113.8', 'neighbour')).toEqual([]);
    users.clock.advanceMs(3_600_000);
    expect(await registerFrom('203.0.113.7', 'later')).toEqual([]);
    await users.stop();
  });
});

describe('passwordPolicy', () => {
  it('tells anybody what the service will accept', async () => {
    const users = await startTestUsers();
    const { data } = await users.request('{ passwordPolicy { minLength maxLength } }');
    await users.stop();

    expect(data).toEqual({ passwordPolicy: { minLength: 15, maxLength: 128 } });
  });
});
