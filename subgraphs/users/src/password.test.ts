import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newUuid } from '@tributary/subgraph-kit';
import { userViewer } from '@tributary/testkit';
import { readMail } from './testing/read-mail.ts';
import { PASSWORD, startTestUsers, uuidOf, type TestUsers } from './testing/start-test-users.ts';

const WEAK = '... on WeakPasswordError { field reasons }';
const RESET_ERRORS = `userErrors { __typename ... on TokenInvalidError { expired } ${WEAK} }`;
const CHANGE_ERRORS = `userErrors { __typename ${WEAK} }`;
const REQUEST = `mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }`;
const RESET = `mutation ($input: PasswordResetInput!) { passwordReset(input: $input) { accepted ${RESET_ERRORS} } }`;
const CHANGE = `mutation ($input: PasswordChangeInput!) { passwordChange(input: $input) {
  tokens { accessToken refreshToken } ${CHANGE_ERRORS} } }`;
const REFRESH = `mutation ($input: TokenRefreshInput!) { tokenRefresh(input: $input) { tokens { tokenType } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { tokens { tokenType } userErrors { __typename } } }`;

const NEW_PASSWORD = 'quite another sentence';
const RESET_SUBJECT = 'Set a new password';
const HOUR_MS = 3_600_000;

describe('passwords', () => {
  let users: TestUsers;
  const refreshes = async (refreshToken: string): Promise<boolean> =>
    (await users.request(REFRESH, { input: { refreshToken } })).data.tokenRefresh.tokens !== null;
  const signIn = async (email: string, password: string) =>
    (await users.request(SIGN_IN, { input: { email, password } })).data.signIn;
  const requestReset = async (email: string) => {
    await users.request(REQUEST, { input: { email } });
    return users.receiveMail(email.toLowerCase(), RESET_SUBJECT);
  };
  const reset = async (token: string, newPassword = NEW_PASSWORD) =>
    (await users.request(RESET, { input: { token, newPassword } })).data.passwordReset;
  const auditOf = async (id: string): Promise<unknown[]> =>
    (
      await users.pool.query<{ type: string }>(
        'SELECT type FROM audit_events WHERE subject_id = $1 ORDER BY id',
        [uuidOf(id)],
      )
    ).rows.map(({ type }) => type);

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('are set anew with a mail: sessions end, guesses are forgotten, the address counts as confirmed', async () => {
    const { id, refreshToken } = await users.registerAndSignIn('reset@example.org');
    for (let i = 0; i < 6; i += 1) await signIn('reset@example.org', 'a wrong guess');
    const { token } = await requestReset('RESET@example.org');

    expect(await reset(token)).toEqual({ accepted: true, userErrors: [] });

    expect(await refreshes(refreshToken)).toBe(false);
    expect(await signIn('reset@example.org', PASSWORD)).toMatchObject({ tokens: null });
    expect(await signIn('reset@example.org', NEW_PASSWORD)).toMatchObject({
      tokens: { tokenType: 'Bearer' },
    });
    const { data } = await users.request('{ viewer { emailVerified } }', {}, userViewer(id));
    expect(data.viewer.emailVerified).toBe(true);
    expect(await auditOf(id)).toContain('PASSWORD_RESET');
    await users.receiveMail('reset@example.org', 'Your password was changed');
  });

  it('are not set with a token that is used, old, replaced, made up or for something else', async () => {
    await users.register('strict@example.org');
    const forVerification = await users.receiveMail('strict@example.org', 'Confirm your e-mail address');
    const { token } = await requestReset('strict@example.org');
    const invalid = { accepted: false, userErrors: [{ __typename: 'TokenInvalidError', expired: false }] };

    for (const wrong of ['', 'A'.repeat(43), forVerification.token])
      expect(await reset(wrong)).toMatchObject(invalid);
    users.clock.advanceMs(HOUR_MS);
    expect(await reset(token)).toMatchObject({ userErrors: [{ expired: true }] });
  });

  it('are set once when a token is used many times at once', async () => {
    await users.register('race@example.org');
    const { token } = await requestReset('race@example.org');

    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, i) => reset(token, `${NEW_PASSWORD} number ${i}`)),
    );

    expect(answers.filter(({ accepted }) => accepted)).toHaveLength(1);
  });

  it('must be good ones, and a bad one does not use the token up', async () => {
    await users.register('weakling@example.org');
    const { token } = await requestReset('weakling@example.org');

    expect(await reset(token, 'weakling')).toMatchObject({
      accepted: false,
      userErrors: [
        {
          __typename: 'WeakPasswordError',
          field: ['input', 'newPassword'],
          reasons: ['TOO_SHORT', 'CONTAINS_IDENTIFIER'],
        },
      ],
    });
    expect(await reset(token)).toMatchObject({ accepted: true });
  });

  it('send their mail to the address as the account has it; look-alikes in other scripts are no address', async () => {
    await users.register('kelvin@example.org');

    const { data } = await users.request(REQUEST, { input: { email: 'KELVIN@Example.ORG' } });
    expect(data.passwordResetRequest).toEqual({ accepted: true });
    expect((await users.receiveMail('kelvin@example.org', RESET_SUBJECT)).to).toBe('kelvin@example.org');

    for (const email of ['\u212Aelvin@example.org', 'kel\u0475in@example.org', 'kelvin@\u0435xample.org']) {
      const { errors } = await users.request(REQUEST, { input: { email } });
      expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    }
  });

  it('are changed by whoever knows the old one: all sessions end and a new one starts', async () => {
    const first = await users.registerAndSignIn('change@example.org');
    const second = await users.signIn('change@example.org');
    const change = async (currentPassword: string, newPassword: string) =>
      (await users.request(CHANGE, { input: { currentPassword, newPassword } }, first.viewer)).data
        .passwordChange;

    expect(await change('not the password', NEW_PASSWORD)).toMatchObject({
      tokens: null,
      userErrors: [{ __typename: 'InvalidCredentialsError' }],
    });
    expect(await change(PASSWORD, 'passwordpassword')).toMatchObject({
      tokens: null,
      userErrors: [{ __typename: 'WeakPasswordError', reasons: ['COMMON'] }],
    });
    const { tokens } = await change(PASSWORD, NEW_PASSWORD);

    expect(await Promise.all([first, second].map(({ refreshToken }) => refreshes(refreshToken)))).toEqual([
      false,
      false,
    ]);
    expect(await refreshes(tokens.refreshToken)).toBe(true);
    expect(await auditOf(first.id)).toContain('PASSWORD_CHANGED');
    await users.receiveMail('change@example.org', 'Your password was changed');
  });

  it.each(['changed', 'set anew'])(
    'that are %s take back the mail by which somebody who knew the old one would get the account',
    async (how) => {
      const name = how.replace(' ', '-');
      const { id, viewer } = await users.registerAndSignIn(`${name}@example.org`);
      // As one that the mail server has not taken yet.
      const later = new Date(users.clock.now().getTime() + HOUR_MS);
      await users.pool.query(
        `INSERT INTO letters (id, kind, email, user_id, created_at, next_attempt_at, attempts)
         VALUES ($1, 'EMAIL_CHANGE', $2, $3, $4, $5, 1)`,
        [newUuid(), `${name}@thief.example`, uuidOf(id), users.clock.now(), later],
      );

      if (how === 'changed') {
        const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
        const { data } = await users.request(CHANGE, { input }, viewer);
        expect(data.passwordChange.userErrors).toEqual([]);
      } else {
        const { token } = await requestReset(`${name}@example.org`);
        expect(await reset(token)).toMatchObject({ accepted: true });
      }

      users.clock.advanceMs(HOUR_MS + 1);
      // Letters are written in turn.
      await users.register(`after-${name}@example.org`);
      await users.receiveMail(`after-${name}@example.org`, 'Confirm your e-mail address');
      const mail = await readMail(users.mailFolder);
      expect(mail.filter(({ to }) => to === `${name}@thief.example`)).toEqual([]);
    },
  );

  it('cannot be guessed by changing them', async () => {
    const { viewer } = await users.registerAndSignIn('unlocked@example.org');
    const outcomes: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      const input = { currentPassword: `guess ${i}`, newPassword: NEW_PASSWORD };
      const { data } = await users.request(CHANGE, { input }, viewer);
      outcomes.push(data.passwordChange.userErrors[0].__typename);
    }

    expect(outcomes.slice(-2)).toEqual(['InvalidCredentialsError', 'RateLimitedError']);
  });

  it('are changed by nobody who is not signed in', async () => {
    const input = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const { errors } = await users.request(CHANGE, { input });

    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});
