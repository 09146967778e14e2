/** A password that is changed while a request that was sent with the old one is under way. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hashSync } from '@node-rs/argon2';
import type { Viewer } from '@tributary/service-kit';
import { Secret, TOTP } from 'otpauth';
import { readMail } from './testing/read-mail.ts';
import { claimsOf, PASSWORD, startTestUsers, uuidOf, type TestUsers } from './testing/start-test-users.ts';

const BEGIN = 'mutation { totpEnrollmentBegin { secret } }';
const CONFIRM = `mutation ($input: TotpEnrollmentConfirmInput!) { totpEnrollmentConfirm(input: $input) { recoveryCodes } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) {
  tokens { tokenType } mfaChallenge { id } userErrors { __typename } } }`;
const VERIFY = `mutation ($input: MfaVerifyInput!) { mfaVerify(input: $input) {
  tokens { tokenType } userErrors { __typename } } }`;
const CHANGE_EMAIL = `mutation ($input: EmailChangeRequestInput!) { emailChangeRequest(input: $input) {
  accepted userErrors { __typename } } }`;
const PERIOD_MS = 30_000;

describe('whoever knows a password that is changed just now', () => {
  let users: TestUsers;
  const ask = async (document: string, input?: unknown, viewer?: Viewer) => {
    const { data, errors } = await users.request(document, { input }, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0] as any; // eslint-disable-line @typescript-eslint/no-explicit-any
  };
  const signIn = (email: string) => ask(SIGN_IN, { email, password: PASSWORD });
  const changePassword = async (id: string): Promise<void> => {
    const userId = uuidOf(id);
    const from = (await users.stores.users.findCredentialOf(userId))?.passwordHash ?? '';
    const change = { userId, from, to: '$argon2id$changed', now: users.clock.now() };
    expect(await users.stores.credentials.changePassword(change)).toBeDefined();
  };
  /** Has something happen just before a request takes this step. */
  const before = <T extends object>(store: T, step: keyof T & string, happens: () => Promise<unknown>) => {
    const steps = store as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const original = steps[step];
    if (original === undefined) throw new Error(`there is no step ${step}`);
    jest.spyOn(steps, step).mockImplementationOnce(async (...args) => {
      await happens();
      return original(...args);
    });
  };
  const codeOf = (secret: string): string =>
    new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({
      timestamp: users.clock.now().getTime(),
    });
  const enroll = async (email: string) => {
    const { id, viewer, accessToken } = await users.registerAndSignIn(email);
    const authTime = Number(claimsOf(accessToken)['auth_time']);
    const fresh = { ...(viewer as Extract<Viewer, { kind: 'user' }>), authTime };
    const { secret } = await ask(BEGIN, undefined, fresh);
    await ask(CONFIRM, { code: codeOf(secret as string) }, fresh);
    users.clock.advanceMs(PERIOD_MS);
    return { id, secret: secret as string };
  };
  const refused = { tokens: null, userErrors: [{ __typename: 'InvalidCredentialsError' }] };

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => users.stop());

  it('has no session with it, as with any wrong one', async () => {
    const id = await users.register('session@example.org');
    before(users.stores.sessions, 'start', () => changePassword(id));

    expect(await signIn('session@example.org')).toMatchObject(refused);
    const { rows } = await users.pool.query(
      `SELECT type FROM audit_events WHERE subject_id = $1 ORDER BY id DESC LIMIT 1`,
      [uuidOf(id)],
    );
    expect(rows).toEqual([{ type: 'SIGN_IN_FAILED' }]);
  });

  it('is asked for no code', async () => {
    const { id } = await enroll('asked@example.org');
    before(users.stores.mfa, 'addChallenge', () => changePassword(id));

    expect(await signIn('asked@example.org')).toMatchObject({ ...refused, mfaChallenge: null });
  });

  it('has no session by the code that they were asked for before', async () => {
    const { id, secret } = await enroll('code@example.org');
    const { mfaChallenge } = await signIn('code@example.org');
    before(users.stores.sessions, 'start', () => changePassword(id));

    expect(await ask(VERIFY, { challengeId: mfaChallenge.id, code: codeOf(secret) })).toEqual({
      tokens: null,
      userErrors: [{ __typename: 'AccountInputError' }],
    });
  });

  it('does not have the account move to their address', async () => {
    const { id, viewer } = await users.registerAndSignIn('moved@example.org');
    before(users.stores.throttles, 'forget', () => changePassword(id));

    const input = { newEmail: 'thief@example.org', currentPassword: PASSWORD };
    expect(await ask(CHANGE_EMAIL, input, viewer)).toEqual({
      accepted: false,
      userErrors: [{ __typename: 'InvalidCredentialsError' }],
    });
    await users.receiveMail('moved@example.org', 'Your password was changed');
    expect((await readMail(users.mailFolder)).filter(({ to }) => to === 'thief@example.org')).toEqual([]);
  });

  it('comes in when only its hash was made anew, by another sign-in', async () => {
    const id = await users.register('renewed@example.org');
    const weak = hashSync(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await users.pool.query('UPDATE password_credentials SET hash = $2 WHERE user_id = $1', [
      uuidOf(id),
      weak,
    ]);
    before(users.stores.users, 'replacePasswordHash', () => signIn('renewed@example.org'));

    expect(await signIn('renewed@example.org')).toMatchObject({ tokens: { tokenType: 'Bearer' } });
  });
});
