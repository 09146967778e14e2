/** Changes of the password and the address where sign-ins need a code. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { Secret, TOTP } from 'otpauth';
import { createSoftwareAuthenticator } from './testing/software-authenticator.ts';
import { claimsOf, PASSWORD, startTestUsers, type TestUsers } from './testing/start-test-users.ts';
import { WEB_ORIGIN } from './testing/test-users-options.ts';

const ERRORS = 'userErrors { __typename ... on AccountInputError { code } }';
const BEGIN = 'mutation { totpEnrollmentBegin { secret } }';
const CONFIRM = `mutation ($input: TotpEnrollmentConfirmInput!) { totpEnrollmentConfirm(input: $input) { recoveryCodes } }`;
const DISABLE = 'mutation { totpDisable { disabled userErrors { code } } }';
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { tokens { accessToken } mfaChallenge { id } } }`;
const VERIFY = `mutation ($input: MfaVerifyInput!) { mfaVerify(input: $input) { tokens { accessToken } ${ERRORS} } }`;
const REAUTHENTICATE = `mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { accessToken ${ERRORS} } }`;
const CHANGE_PASSWORD = `mutation ($input: PasswordChangeInput!) { passwordChange(input: $input) {
  tokens { accessToken } user { sessions { current methods } } ${ERRORS} } }`;
const CHANGE_EMAIL = `mutation ($input: EmailChangeRequestInput!) { emailChangeRequest(input: $input) { accepted ${ERRORS} } }`;
const VERIFY_EMAIL = `mutation ($input: EmailVerifyInput!) { emailVerify(input: $input) { userErrors { __typename } } }`;
const REQUEST_RESET = `mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }`;
const RESET = `mutation ($input: PasswordResetInput!) { passwordReset(input: $input) { accepted } }`;
const SESSIONS = '{ viewer { sessions { methods } } }';
const PASSKEY_BEGIN = 'mutation { passkeyRegistrationBegin { challengeId options } }';
const PASSKEY_COMPLETE = `mutation ($input: PasskeyRegistrationCompleteInput!) { passkeyRegistrationComplete(input: $input) {
  passkey { id } } }`;
const PASSKEY_SIGN_IN_BEGIN = 'mutation { passkeySignInBegin { challengeId options } }';
const PASSKEY_SIGN_IN = `mutation ($input: PasskeySignInCompleteInput!) { passkeySignInComplete(input: $input) {
  tokens { accessToken } } }`;
const PASSKEY_REAUTHENTICATE = `mutation ($input: PasskeyReauthenticateInput!) { passkeyReauthenticate(input: $input) {
  accessToken ${ERRORS} } }`;

const NEW_PASSWORD = 'quite another sentence';
const PERIOD_MS = 30_000;
const MINUTE_MS = 60_000;

describe('where sign-ins need a code, a change of password or address', () => {
  let users: TestUsers;
  const ask = async (document: string, input?: unknown, viewer?: Viewer) => {
    const { data, errors } = await users.request(document, { input }, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return Object.values(data)[0] as any; // eslint-disable-line @typescript-eslint/no-explicit-any
  };
  /** As the gateway would name whoever sends this token. */
  const bearer = (accessToken: string): Viewer => {
    const { sub, sid, scope, auth_time: authTime } = claimsOf(accessToken);
    const scopes = scope.split(' ');
    return { kind: 'user', id: String(sub), scopes, sessionId: sid, authTime: Number(authTime) };
  };
  const codeOf = (secret: string): string =>
    new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: 30 }).generate({
      timestamp: users.clock.now().getTime(),
    });
  /** Somebody whose session is as old as their codes: its sign-in was with the password alone. */
  const enroll = async (email: string) => {
    const { accessToken } = await users.registerAndSignIn(email);
    const viewer = bearer(accessToken);
    const { secret } = await ask(BEGIN, undefined, viewer);
    await ask(CONFIRM, { code: codeOf(secret) }, viewer);
    users.clock.advanceMs(PERIOD_MS);
    return { viewer, secret, email };
  };
  const challenge = async (email: string): Promise<string> =>
    (await ask(SIGN_IN, { email, password: PASSWORD })).mfaChallenge.id;
  const changePassword = (viewer: Viewer) =>
    ask(CHANGE_PASSWORD, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, viewer);
  const changeEmail = (viewer: Viewer, newEmail: string) =>
    ask(CHANGE_EMAIL, { currentPassword: PASSWORD, newEmail }, viewer);
  const again = [{ __typename: 'AccountInputError', code: 'REAUTHENTICATION_REQUIRED' }];

  beforeAll(async () => {
    users = await startTestUsers({
      relyingParty: { id: new URL(WEB_ORIGIN).hostname, name: 'Test', origins: [WEB_ORIGIN] },
    });
  });
  afterAll(() => users.stop());

  it('is refused to whoever has an old session and the password, but no code', async () => {
    const { viewer, secret, email } = await enroll('stale@example.org');
    users.clock.advanceMs(11 * MINUTE_MS);

    expect(await changePassword(viewer)).toEqual({ tokens: null, user: null, userErrors: again });
    expect(await changeEmail(viewer, 'thief@example.org')).toEqual({ accepted: false, userErrors: again });

    const { accessToken } = await ask(
      REAUTHENTICATE,
      { currentPassword: PASSWORD, code: codeOf(secret) },
      viewer,
    );
    expect(await changeEmail(bearer(accessToken), 'mine@example.org')).toEqual({
      accepted: true,
      userErrors: [],
    });
    expect(await changePassword(bearer(accessToken))).toMatchObject({
      tokens: { accessToken: expect.any(String) },
      userErrors: [],
    });
    expect(await ask(SIGN_IN, { email, password: NEW_PASSWORD })).toMatchObject({ tokens: null });
  });

  it('does not make the code that was given any newer, and the new session says what was given for it', async () => {
    const { viewer, secret } = await enroll('renews@example.org');
    users.clock.advanceMs(11 * MINUTE_MS);
    const proof = await ask(REAUTHENTICATE, { currentPassword: PASSWORD, code: codeOf(secret) }, viewer);
    expect((await ask(SESSIONS, undefined, viewer)).sessions).toEqual([{ methods: ['PASSWORD', 'TOTP'] }]);
    users.clock.advanceMs(6 * MINUTE_MS);

    const changed = await changePassword(bearer(proof.accessToken));

    expect(changed.user.sessions).toEqual([{ current: false, methods: ['PASSWORD', 'TOTP'] }]);
    const started = bearer(changed.tokens.accessToken);
    expect(claimsOf(changed.tokens.accessToken)['auth_time']).toBe(claimsOf(proof.accessToken)['auth_time']);
    users.clock.advanceMs(5 * MINUTE_MS);
    expect(await ask(DISABLE, undefined, started)).toMatchObject({ userErrors: [{ code: again[0]?.code }] });
  });

  it('and switching codes off are closed to whoever signed in with the password just before codes were on', async () => {
    const email = 'late@example.org';
    const { viewer: owner } = await users.registerAndSignIn(email).then(({ accessToken }) => ({
      viewer: bearer(accessToken),
    }));
    const signedIn = await ask(SIGN_IN, { email, password: PASSWORD });
    const other = bearer(signedIn.tokens.accessToken as string);
    const { secret } = await ask(BEGIN, undefined, owner);
    await ask(CONFIRM, { code: codeOf(secret as string) }, owner);

    const change = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    expect(await ask(CHANGE_PASSWORD, change, other)).toMatchObject({
      tokens: null,
      userErrors: [{ code: 'REAUTHENTICATION_REQUIRED' }],
    });
    const refused = { disabled: false, userErrors: [{ code: 'REAUTHENTICATION_REQUIRED' }] };
    expect(await ask(DISABLE, undefined, other)).toEqual(refused);
    // Whoever switched them on has given one.
    expect(await ask(DISABLE, undefined, owner)).toEqual({ disabled: true, userErrors: [] });
  });

  it('is open to whoever has just shown a passkey, which is two factors by itself', async () => {
    const { viewer } = await enroll('holder@example.org');
    const authenticator = createSoftwareAuthenticator(WEB_ORIGIN);
    const begun = await ask(PASSKEY_BEGIN, undefined, viewer);
    const response = authenticator.create(begun.options);
    await ask(PASSKEY_COMPLETE, { challengeId: begun.challengeId, name: 'Key', response }, viewer);
    const sign = async () => {
      const { challengeId, options } = await ask(PASSKEY_SIGN_IN_BEGIN);
      return { challengeId, response: authenticator.sign(options) };
    };
    const signedIn = bearer((await ask(PASSKEY_SIGN_IN, await sign())).tokens.accessToken);
    users.clock.advanceMs(11 * MINUTE_MS);
    expect(await changePassword(signedIn)).toMatchObject({ userErrors: again });

    const { accessToken } = await ask(PASSKEY_REAUTHENTICATE, await sign(), signedIn);

    expect(await changePassword(bearer(accessToken))).toMatchObject({
      user: { sessions: [{ methods: ['PASSKEY', 'PASSWORD'] }] },
      userErrors: [],
    });
  });

  it('ends sign-ins that wait for a code: the password they began with is not the password any more', async () => {
    const changed = await enroll('waits@example.org');
    const begun = await challenge(changed.email);
    expect((await changePassword(changed.viewer)).userErrors).toEqual([]);
    const ended = { tokens: null, userErrors: [{ code: 'NOT_FOUND' }] };
    expect(await ask(VERIFY, { challengeId: begun, code: codeOf(changed.secret) })).toMatchObject(ended);

    const reset = await enroll('forgets@example.org');
    await ask(VERIFY_EMAIL, {
      token: (await users.receiveMail(reset.email, 'Confirm your e-mail address')).token,
    });
    const other = await challenge(reset.email);
    await ask(REQUEST_RESET, { email: reset.email });
    const { token } = await users.receiveMail(reset.email, 'Set a new password');
    expect((await ask(RESET, { token, newPassword: NEW_PASSWORD })).accepted).toBe(true);
    expect(await ask(VERIFY, { challengeId: other, code: codeOf(reset.secret) })).toMatchObject(ended);
  });
});
