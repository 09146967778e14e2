import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { Secret, TOTP } from 'otpauth';
import {
  claimsOf,
  PASSWORD,
  startTestUsers,
  uuidOf,
  type SignedIn,
  type TestUsers,
} from './testing/start-test-users.ts';

const BEGIN = 'mutation { totpEnrollmentBegin { secret otpauthUri userErrors { code } } }';
const CONFIRM = `mutation ($input: TotpEnrollmentConfirmInput!) { totpEnrollmentConfirm(input: $input) {
  recoveryCodes userErrors { __typename ... on AccountInputError { code } } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  tokens { tokenType } user { id } mfaChallenge { id methods expiresAt } userErrors { __typename } } }`;
const VERIFY = `mutation ($input: MfaVerifyInput!) { mfaVerify(input: $input) {
  tokens { accessToken } user { id mfa { totpEnabled recoveryCodesRemaining } sessions { methods } }
  userErrors { __typename ... on AccountInputError { code } } } }`;
const REAUTHENTICATE = `mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) {
  accessToken userErrors { __typename ... on AccountInputError { code } } } }`;
const DISABLE = 'mutation { totpDisable { disabled userErrors { code } } }';
const REGENERATE = `mutation { recoveryCodesRegenerate { recoveryCodes
  userErrors { __typename ... on AccountInputError { code } } } }`;

const VERIFY_EMAIL =
  'mutation ($input: EmailVerifyInput!) { emailVerify(input: $input) { userErrors { __typename } } }';
const REQUEST_RESET =
  'mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }';
const RESET =
  'mutation ($input: PasswordResetInput!) { passwordReset(input: $input) { accepted userErrors { __typename } } }';
const NEW_PASSWORD = 'quite another sentence';

const PERIOD_MS = 30_000;
const MINUTE_MS = 60_000;

interface Enrolled extends SignedIn {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

describe('codes from an app', () => {
  let users: TestUsers;
  const codeOf = (secret: string, now = users.clock.now()): string =>
    new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({
      timestamp: now.getTime(),
    });
  const freshly = (signedIn: SignedIn): Viewer => ({
    ...(signedIn.viewer as Extract<Viewer, { kind: 'user' }>),
    authTime: users.clock.now().getTime() / 1_000,
  });
  const ask = async (mutation: string, input: unknown, viewer?: Viewer) => {
    const { data, errors } = await users.request(mutation, { input }, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0] as any; // eslint-disable-line @typescript-eslint/no-explicit-any
  };
  const enroll = async (email: string): Promise<Enrolled> => {
    const signedIn = await users.registerAndSignIn(email);
    const { secret } = await ask(BEGIN, undefined, freshly(signedIn));
    const { recoveryCodes } = await ask(CONFIRM, { code: codeOf(secret) }, freshly(signedIn));
    users.clock.advanceMs(PERIOD_MS);
    return { ...signedIn, secret, recoveryCodes };
  };
  const challenge = async (email: string): Promise<string> =>
    (await ask(SIGN_IN, { email, password: PASSWORD })).mfaChallenge.id;
  const resetPassword = async (email: string): Promise<void> => {
    await ask(REQUEST_RESET, { email });
    const { token } = await users.receiveMail(email, 'Set a new password');
    expect(await ask(RESET, { token, newPassword: NEW_PASSWORD })).toEqual({
      accepted: true,
      userErrors: [],
    });
  };
  const invalid = { tokens: null, userErrors: [{ __typename: 'AccountInputError', code: 'CODE_INVALID' }] };
  const ended = { tokens: null, userErrors: [{ __typename: 'AccountInputError', code: 'NOT_FOUND' }] };

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('are needed at the sign-in once one was confirmed, and not before', async () => {
    const signedIn = await users.registerAndSignIn('ada@example.org');
    const begun = await ask(BEGIN, undefined, freshly(signedIn));
    expect(begun.otpauthUri).toContain(`secret=${begun.secret}`);
    expect(await ask(CONFIRM, { code: '000000' }, freshly(signedIn))).toEqual({
      recoveryCodes: null,
      userErrors: [{ __typename: 'AccountInputError', code: 'CODE_INVALID' }],
    });
    expect(await ask(SIGN_IN, { email: 'ada@example.org', password: PASSWORD })).toMatchObject({
      tokens: { tokenType: 'Bearer' },
      mfaChallenge: null,
    });

    const { recoveryCodes } = await ask(CONFIRM, { code: codeOf(begun.secret) }, freshly(signedIn));
    expect(new Set(recoveryCodes).size).toBe(10);
    // Sixteen of an alphabet of 32: 80 bits.
    for (const code of recoveryCodes)
      expect(code).toMatch(/^(?:[0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
    await users.receiveMail('ada@example.org', 'Codes from an app were switched on');
    const answer = await ask(SIGN_IN, { email: 'ada@example.org', password: PASSWORD });
    expect(answer).toEqual({
      tokens: null,
      user: null,
      userErrors: [],
      mfaChallenge: {
        id: expect.stringMatching(/^[\w-]{43}$/),
        methods: ['TOTP', 'RECOVERY_CODE'],
        expiresAt: new Date(users.clock.now().getTime() + 5 * MINUTE_MS).toISOString(),
      },
    });

    users.clock.advanceMs(PERIOD_MS);
    const input = { challengeId: answer.mfaChallenge.id, code: codeOf(begun.secret) };
    expect(await ask(VERIFY, input)).toMatchObject({
      tokens: { accessToken: expect.any(String) },
      user: {
        id: signedIn.id,
        mfa: { totpEnabled: true, recoveryCodesRemaining: 10 },
        sessions: expect.arrayContaining([{ methods: ['PASSWORD', 'TOTP'] }]),
      },
      userErrors: [],
    });
  });

  it('work once, within a period of their own, and with their challenge alone', async () => {
    const { secret } = await enroll('once@example.org');
    const other = await enroll('other@example.org');
    const [first, second] = [await challenge('once@example.org'), await challenge('once@example.org')];
    const code = codeOf(secret);

    expect(await ask(VERIFY, { challengeId: first, code: codeOf(other.secret) })).toMatchObject(invalid);
    const late = codeOf(secret, new Date(users.clock.now().getTime() - 2 * PERIOD_MS));
    expect(await ask(VERIFY, { challengeId: first, code: late })).toMatchObject(invalid);
    const answers = await Promise.all([
      ask(VERIFY, { challengeId: first, code }),
      ask(VERIFY, { challengeId: second, code }),
    ]);
    expect(answers.filter(({ tokens }) => tokens !== null)).toHaveLength(1);
    expect(await ask(VERIFY, { challengeId: second, code })).toMatchObject({ tokens: null });
  });

  it('that come back are logged and told to their owner, once; those that were only sent twice are not', async () => {
    const email = 'overlooked@example.org';
    const { secret, id } = await enroll(email);
    const reuses = async (): Promise<number> =>
      (
        await users.pool.query(
          `SELECT FROM audit_events WHERE type = 'TOTP_CODE_REUSED' AND subject_id = $1`,
          [uuidOf(id)],
        )
      ).rowCount ?? 0;
    const code = codeOf(secret);
    const own = await challenge(email);
    const twice = await Promise.all([1, 2].map(() => ask(VERIFY, { challengeId: own, code })));
    expect(twice.filter(({ tokens }) => tokens !== null)).toHaveLength(1);
    expect(await reuses()).toBe(0);

    for (let i = 0; i < 2; i += 1)
      expect(await ask(VERIFY, { challengeId: await challenge(email), code })).toMatchObject(invalid);
    expect(await reuses()).toBe(1);
    await users.receiveMail(email, 'A code from your app was used twice');

    // The first of two codes that are both still good, after the second was used.
    users.clock.advanceMs(PERIOD_MS);
    const next = codeOf(secret);
    expect(await ask(VERIFY, { challengeId: await challenge(email), code: next })).toMatchObject({
      userErrors: [],
    });
    expect(await ask(VERIFY, { challengeId: await challenge(email), code })).toMatchObject(invalid);
    expect(await reuses()).toBe(1);
    expect(await ask(VERIFY, { challengeId: await challenge(email), code: next })).toMatchObject(invalid);
    expect(await reuses()).toBe(2);
  });

  it('cannot be guessed: not in one challenge, not in many', async () => {
    const { secret } = await enroll('guessed@example.org');
    const id = await challenge('guessed@example.org');
    for (let i = 0; i < 5; i += 1) {
      expect(await ask(VERIFY, { challengeId: id, code: '12345' })).toMatchObject(invalid);
    }
    expect(await ask(VERIFY, { challengeId: id, code: codeOf(secret) })).toMatchObject(ended);

    const next = await challenge('guessed@example.org');
    expect(await ask(VERIFY, { challengeId: next, code: codeOf(secret) })).toMatchObject({
      userErrors: [{ __typename: 'RateLimitedError' }],
    });
    users.clock.advanceMs(1_000);
    expect(await ask(VERIFY, { challengeId: next, code: codeOf(secret) })).toMatchObject({ userErrors: [] });
  });

  it('do not help whoever makes up a challenge, comes late or names the password', async () => {
    const { secret } = await enroll('late@example.org');
    const id = await challenge('late@example.org');

    for (const challengeId of ['', 'x', 'A'.repeat(43)]) {
      expect(await ask(VERIFY, { challengeId, code: codeOf(secret) })).toMatchObject(ended);
    }
    expect(await ask(VERIFY, { challengeId: id, method: 'PASSWORD', code: PASSWORD })).toMatchObject(ended);
    users.clock.advanceMs(5 * MINUTE_MS);
    expect(await ask(VERIFY, { challengeId: id, code: codeOf(secret) })).toMatchObject(ended);
  });

  it('are replaced by a recovery code, each once, however it is typed', async () => {
    const { recoveryCodes } = await enroll('lost@example.org');
    const [code = ''] = recoveryCodes;
    const use = async (typed: string) =>
      ask(VERIFY, { challengeId: await challenge('lost@example.org'), method: 'RECOVERY_CODE', code: typed });

    expect(await use(` ${code.toUpperCase().replaceAll('-', ' ')} `)).toMatchObject({
      user: { mfa: { recoveryCodesRemaining: 9 } },
    });
    expect(await use(code)).toMatchObject(invalid);
  });

  it('are in the database only encrypted or hashed', async () => {
    const { secret, recoveryCodes, id } = await enroll('dump@example.org');
    const { rows } = await users.pool.query<{ dump: string }>(
      `SELECT totp_credentials::text || recovery_codes::text AS dump
         FROM totp_credentials JOIN recovery_codes USING (user_id) WHERE user_id = $1`,
      [uuidOf(id)],
    );

    const hexOf = (text: string): string => Buffer.from(text).toString('hex');
    expect(rows).toHaveLength(10);
    for (const { dump } of rows) {
      for (const text of [secret, ...recoveryCodes]) {
        expect(dump.includes(text) || dump.includes(hexOf(text))).toBe(false);
      }
    }
  });

  it('are switched on, off and replaced only by whoever has just signed in', async () => {
    const enrolled = await enroll('stepup@example.org');
    const old: Viewer = {
      ...(enrolled.viewer as Extract<Viewer, { kind: 'user' }>),
      authTime: (users.clock.now().getTime() - 11 * MINUTE_MS) / 1_000,
    };
    const again = [{ code: 'REAUTHENTICATION_REQUIRED' }];
    for (const mutation of [BEGIN, DISABLE, REGENERATE]) {
      for (const viewer of [old, enrolled.viewer]) {
        expect((await ask(mutation, undefined, viewer)).userErrors).toMatchObject(again);
      }
    }

    const reauthenticate = (input: Record<string, string>) => ask(REAUTHENTICATE, input, old);
    expect(await reauthenticate({ currentPassword: PASSWORD })).toMatchObject({
      accessToken: null,
      userErrors: [{ code: 'CODE_INVALID' }],
    });
    const code = codeOf(enrolled.secret);
    expect(await reauthenticate({ currentPassword: 'a wrong guess', code })).toMatchObject({
      userErrors: [{ __typename: 'InvalidCredentialsError' }],
    });
    const { accessToken } = await reauthenticate({ currentPassword: PASSWORD, code });
    const claims = claimsOf(accessToken);
    expect(claims).toMatchObject({
      sid: claimsOf(enrolled.accessToken).sid,
      auth_time: users.clock.now().getTime() / 1_000,
    });

    expect((await ask(REGENERATE, undefined, freshly(enrolled))).recoveryCodes).toHaveLength(10);
    expect(await ask(DISABLE, undefined, freshly(enrolled))).toEqual({ disabled: true, userErrors: [] });
    await users.receiveMail('stepup@example.org', 'Codes from an app were switched off');
    expect((await users.signIn('stepup@example.org')).id).toBe(enrolled.id);
  });

  it('of whoever registered an address first do not keep its owner out', async () => {
    const squatter = await enroll('owner@example.org');
    await resetPassword('owner@example.org');

    for (const mutation of [BEGIN, DISABLE, REGENERATE]) {
      expect((await ask(mutation, undefined, freshly(squatter))).userErrors).toMatchObject([
        { code: 'REAUTHENTICATION_REQUIRED' },
      ]);
    }
    expect(await ask(SIGN_IN, { email: 'owner@example.org', password: NEW_PASSWORD })).toMatchObject({
      tokens: { tokenType: 'Bearer' },
      mfaChallenge: null,
    });
  });

  it('stay when the owner of a confirmed address sets a new password', async () => {
    await enroll('keeps@example.org');
    const { token } = await users.receiveMail('keeps@example.org', 'Confirm your e-mail address');
    await ask(VERIFY_EMAIL, { token });
    await resetPassword('keeps@example.org');

    expect(await ask(SIGN_IN, { email: 'keeps@example.org', password: NEW_PASSWORD })).toMatchObject({
      tokens: null,
      mfaChallenge: { methods: ['TOTP', 'RECOVERY_CODE'] },
    });
  });

  it('do not go on in a session that has ended', async () => {
    const signedIn = await users.registerAndSignIn('gone@example.org');
    await users.request('mutation { signOut { ended } }', {}, signedIn.viewer);
    expect((await ask(BEGIN, undefined, freshly(signedIn))).userErrors).toMatchObject([
      { code: 'REAUTHENTICATION_REQUIRED' },
    ]);

    expect(await ask(REAUTHENTICATE, { currentPassword: PASSWORD }, signedIn.viewer)).toMatchObject({
      accessToken: null,
      userErrors: [{ code: 'NOT_FOUND' }],
    });
  });

  it.each([BEGIN, DISABLE, REGENERATE])('need somebody who is signed in: %s', async (mutation) => {
    const { errors } = await users.request(mutation);

    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});
