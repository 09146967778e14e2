import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@tributary/testkit';
import { bootSystem, BOOT_TIMEOUT_MS, signIn, type TestSystem } from './boot-system.ts';

const EMAIL = 'forgetful@example.com';
const PASSWORD = 'a sufficiently long one';
const NEW_PASSWORD = 'quite another sentence';

describe('an account, through the gateway', () => {
  let system: TestSystem;
  /** The token of the newest mail with this subject, as the development page shows it. */
  const tokenOf = (subject: string): Promise<string> =>
    waitFor(async () => {
      const page = await (await fetch(`${system.urls.users}/mail`)).text();
      const article = page.split('<article>').find((text) => text.includes(subject) && text.includes(EMAIL));
      return /#token=([\w-]{43})/.exec(article ?? '')?.[1];
    });

  beforeAll(async () => {
    system = await bootSystem();
  }, BOOT_TIMEOUT_MS);

  afterAll(() => system.stop(), BOOT_TIMEOUT_MS);

  it('is confirmed and its password set anew by mail, and its sessions say where they come from', async () => {
    await system.request(
      'mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) { accepted } }',
      { input: { email: EMAIL, password: PASSWORD, displayName: 'Forgetful' } },
    );
    const verified = await system.request(
      'mutation ($input: EmailVerifyInput!) { emailVerify(input: $input) { user { displayName } userErrors { __typename } } }',
      { input: { token: await tokenOf('Confirm your e-mail address') } },
    );
    expect(verified.data.emailVerify).toEqual({ user: { displayName: 'Forgetful' }, userErrors: [] });

    await system.request(
      'mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }',
      { input: { email: EMAIL } },
    );
    const reset = await system.request(
      'mutation ($input: PasswordResetInput!) { passwordReset(input: $input) { accepted userErrors { __typename } } }',
      { input: { token: await tokenOf('Set a new password'), newPassword: NEW_PASSWORD } },
    );
    expect(reset.data.passwordReset).toEqual({ accepted: true, userErrors: [] });

    const token = await signIn(system.request, EMAIL, NEW_PASSWORD);
    const { data, errors } = await system.request(
      '{ viewer { emailVerified sessions { current ipAddress userAgent methods } } }',
      {},
      token,
    );
    expect(errors).toBeUndefined();
    expect(data.viewer).toEqual({
      emailVerified: true,
      sessions: [
        {
          current: true,
          ipAddress: expect.stringContaining('127.0.0.1'),
          userAgent: 'node',
          methods: ['PASSWORD'],
        },
      ],
    });
  });
});
