import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readMail } from './testing/read-mail.ts';
import { PASSWORD, startTestUsers, type TestUsers } from './testing/start-test-users.ts';

const ERRORS = 'userErrors { __typename ... on UserError { message field } }';
const TOKEN_ERRORS = 'userErrors { __typename ... on TokenInvalidError { expired } }';
const REGISTER = `mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) {
  accepted user { id } ${ERRORS} } }`;
const VERIFY = `mutation ($input: EmailVerifyInput!) { emailVerify(input: $input) { user { email emailVerified } ${TOKEN_ERRORS} } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { tokens { tokenType } ${ERRORS} } }`;
const REQUEST = `mutation ($input: EmailVerificationRequestInput!) { emailVerificationRequest(input: $input) {
  accepted userErrors { __typename retryAfterSeconds } } }`;
const CHANGE = `mutation ($input: EmailChangeRequestInput!) { emailChangeRequest(input: $input) { accepted ${ERRORS} } }`;
const CONFIRM = `mutation ($input: EmailChangeConfirmInput!) { emailChangeConfirm(input: $input) {
  user { email emailVerified version } ${TOKEN_ERRORS} } }`;

const HOUR_MS = 3_600_000;
const VERIFY_SUBJECT = 'Confirm your e-mail address';
const CHANGE_SUBJECT = 'Confirm your new e-mail address';

describe('an e-mail address that must be confirmed', () => {
  let users: TestUsers;
  const register = async (email: string, displayName = 'Test Person') =>
    (await users.request(REGISTER, { input: { email, password: PASSWORD, displayName } })).data
      .accountRegister;
  const verify = async (token: string) =>
    (await users.request(VERIFY, { input: { token } })).data.emailVerify;
  const signIn = async (email: string, password = PASSWORD) =>
    (await users.request(SIGN_IN, { input: { email, password } })).data.signIn;

  beforeAll(async () => {
    users = await startTestUsers({ needsVerifiedEmail: true });
  });
  afterAll(() => users.stop());

  it('lets its owner in once the link in the mail was used', async () => {
    expect(await register('Ada@example.org')).toEqual({ accepted: true, user: null, userErrors: [] });
    expect(await signIn('ada@example.org')).toMatchObject({
      tokens: null,
      userErrors: [{ __typename: 'EmailNotVerifiedError' }],
    });
    const mail = await users.receiveMail('Ada@example.org', VERIFY_SUBJECT);
    expect(mail.text).toContain(`https://shop.test/account/verify-email#token=${mail.token}`);
    expect(mail.html).toContain(`href="https://shop.test/account/verify-email#token=${mail.token}"`);

    expect(await verify(mail.token)).toEqual({
      user: { email: 'Ada@example.org', emailVerified: true },
      userErrors: [],
    });
    expect(await signIn('ada@example.org')).toMatchObject({ tokens: { tokenType: 'Bearer' } });
  });

  it('is told to nobody but its owner to have an account', async () => {
    await register('known@example.org');
    await users.receiveMail('known@example.org', VERIFY_SUBJECT);

    expect(await register('KNOWN@example.org', 'Somebody Else')).toEqual({
      accepted: true,
      user: null,
      userErrors: [],
    });
    expect((await users.receiveMail('known@example.org', 'You already have an account')).token).toBe('');
    expect(await signIn('known@example.org', 'not the password')).toMatchObject({
      userErrors: [{ __typename: 'InvalidCredentialsError' }],
    });
  });

  it('takes a token once, for a day, and only the newest', async () => {
    await register('tokens@example.org');
    const first = await users.receiveMail('tokens@example.org', VERIFY_SUBJECT);
    await users.request(REQUEST, { input: { email: 'tokens@example.org' } });
    const second = await users.receiveMail('tokens@example.org', VERIFY_SUBJECT).then(async (mail) => {
      let newest = mail;
      while (newest.id === first.id) newest = await users.receiveMail('tokens@example.org', VERIFY_SUBJECT);
      return newest;
    });
    const invalid = { user: null, userErrors: [{ __typename: 'TokenInvalidError', expired: false }] };

    expect(await verify(first.token)).toMatchObject(invalid);
    const answers = await Promise.all([verify(second.token), verify(second.token)]);
    expect(answers.filter(({ user }) => user !== null)).toHaveLength(1);
    for (const token of [second.token, '', 'x', 'A'.repeat(43), "' OR 1=1 --"]) {
      expect(await verify(token)).toMatchObject(invalid);
    }

    await register('late@example.org');
    const late = await users.receiveMail('late@example.org', VERIFY_SUBJECT);
    users.clock.advanceMs(24 * HOUR_MS);
    expect(await verify(late.token)).toMatchObject({ userErrors: [{ expired: true }] });
  });

  it('gets three mails an hour, and answers alike when it has no account', async () => {
    const ask = async (email: string) =>
      (await users.request(REQUEST, { input: { email } })).data.emailVerificationRequest;
    await register('often@example.org');
    // The registration was one.
    users.clock.advanceMs(HOUR_MS);
    const accepted = { accepted: true, userErrors: [] };
    const refused = {
      accepted: false,
      userErrors: [{ __typename: 'RateLimitedError', retryAfterSeconds: 3_600 }],
    };

    for (const email of ['often@example.org', 'nobody@example.org']) {
      const answers = [await ask(email), await ask(email), await ask(email), await ask(email)];
      expect(answers).toEqual([accepted, accepted, accepted, refused]);
    }
    await register('last@example.org');
    await users.receiveMail('last@example.org', VERIFY_SUBJECT);
    expect((await readMail(users.mailFolder)).filter(({ to }) => to === 'nobody@example.org')).toEqual([]);
  });

  it('gets no more mails by registrations, which are all answered and counted alike', async () => {
    const letters = async (kind: string) =>
      (
        await users.pool.query('SELECT FROM letters WHERE email = $1 AND kind = $2', [
          'target@example.org',
          kind,
        ])
      ).rows.length;
    const ask = async (email: string) =>
      (await users.request(REQUEST, { input: { email } })).data.emailVerificationRequest.accepted;
    const answers = [];
    for (let i = 0; i < 6; i += 1) answers.push(await register('target@example.org'));

    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect([await letters('EMAIL_VERIFY'), await letters('ALREADY_REGISTERED')]).toEqual([1, 2]);
    users.clock.advanceMs(HOUR_MS);
    await register('target@example.org');
    expect(await letters('ALREADY_REGISTERED')).toBe(3);

    // Otherwise what is left of the limit would say whether there was an account before.
    await register('untaken@example.org');
    for (const email of ['target@example.org', 'untaken@example.org'])
      expect([await ask(email), await ask(email), await ask(email)]).toEqual([true, true, false]);
  });

  it('is registered also when it has had its mails', async () => {
    for (let i = 0; i < 4; i += 1)
      await users.request(REQUEST, { input: { email: 'asked-for@example.org' } });

    await register('asked-for@example.org');

    const { rows } = await users.pool.query(
      `SELECT kind FROM letters JOIN users ON users.id = user_id WHERE users.email = 'asked-for@example.org'`,
    );
    expect(rows).toEqual([{ kind: 'EMAIL_VERIFY' }]);
  });

  it('shows mail that was not sent on a page, as text', async () => {
    await register('page@example.org', '<script>alert(1)</script>');
    await users.receiveMail('page@example.org', VERIFY_SUBJECT);

    const response = await fetch(`${users.url}/mail`);
    const page = await response.text();

    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('page@example.org');
    expect(page).not.toContain('<script>');
  });

  it('is not answered twice in one operation', async () => {
    const { errors } = await users.request(
      `mutation ($input: EmailVerificationRequestInput!) {
        a: emailVerificationRequest(input: $input) { accepted } b: emailVerificationRequest(input: $input) { accepted }
      }`,
      { input: { email: 'twice@example.org' } },
    );

    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
  });
});

describe('a change of the e-mail address', () => {
  let users: TestUsers;
  const confirm = async (token: string) =>
    (await users.request(CONFIRM, { input: { token } })).data.emailChangeConfirm;

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('needs the password and a mail to the new address, and the old one is told', async () => {
    const { viewer } = await users.registerAndSignIn('before@example.org');
    const change = async (currentPassword: string) =>
      (await users.request(CHANGE, { input: { newEmail: 'After@example.org', currentPassword } }, viewer))
        .data.emailChangeRequest;

    expect(await change('not the password')).toMatchObject({
      accepted: false,
      userErrors: [{ __typename: 'InvalidCredentialsError' }],
    });
    expect(await change(PASSWORD)).toEqual({ accepted: true, userErrors: [] });
    const { token } = await users.receiveMail('After@example.org', CHANGE_SUBJECT);
    expect((await users.request('{ viewer { email } }', {}, viewer)).data.viewer.email).toBe(
      'before@example.org',
    );

    expect(await confirm(token)).toEqual({
      user: { email: 'After@example.org', emailVerified: true, version: 1 },
      userErrors: [],
    });
    await users.receiveMail('before@example.org', 'The address of your account was changed');
    expect((await users.signIn('after@example.org')).id).toBe(viewer.kind === 'user' ? viewer.id : '');
    expect(await confirm(token)).toMatchObject({
      user: null,
      userErrors: [{ __typename: 'TokenInvalidError' }],
    });
  });

  it('does not take an address that somebody else has, nor tells that they have', async () => {
    const { viewer } = await users.registerAndSignIn('mover@example.org');
    const input = { newEmail: 'contested@example.org', currentPassword: PASSWORD };
    await users.request(CHANGE, { input }, viewer);
    const { token } = await users.receiveMail('contested@example.org', CHANGE_SUBJECT);
    await users.register('contested@example.org');

    const { data } = await users.request(CHANGE, { input }, viewer);
    expect(data.emailChangeRequest).toEqual({ accepted: true, userErrors: [] });
    expect(await confirm(token)).toMatchObject({
      user: null,
      userErrors: [{ __typename: 'AccountInputError' }],
    });
    expect((await users.request('{ viewer { email } }', {}, viewer)).data.viewer.email).toBe(
      'mover@example.org',
    );
  });
});
