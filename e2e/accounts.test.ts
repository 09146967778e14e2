import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { postGraphql, waitFor } from '@tributary/testkit';
import type { Browser } from 'playwright-core';
import { bootSystem, BOOT_TIMEOUT_MS, signIn, type TestSystem } from './boot-system.ts';
import { describeWithBrowser } from './find-browser.ts';
import { launchBrowser } from './launch-browser.ts';
import { openDevice, startSite, type Device, type Json, type Site } from './passkey-device.ts';

const EMAIL = 'forgetful@example.com';
const PASSWORD = 'a sufficiently long one';
const NEW_PASSWORD = 'quite another sentence';

const REGISTRATION_BEGIN = 'mutation { passkeyRegistrationBegin { challengeId options } }';
const REGISTRATION_COMPLETE = `mutation ($input: PasskeyRegistrationCompleteInput!) {
  passkeyRegistrationComplete(input: $input) { passkey { name } userErrors { code } } }`;
const SIGN_IN_BEGIN = 'mutation { passkeySignInBegin { challengeId options } }';
const SIGN_IN = `mutation ($input: PasskeySignInCompleteInput!) { passkeySignInComplete(input: $input) {
  tokens { accessToken refreshToken } userErrors { __typename } } }`;
const REFRESH =
  'mutation { tokenRefresh(input: {}) { tokens { accessToken refreshToken } userErrors { __typename } } }';

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

  describeWithBrowser('in a browser', () => {
    let browser: Browser;
    let device: Device;
    let elsewhere: Site;
    /** The gateway as browsers know it: passkeys are for a name, not for an address. */
    let graphql: string;
    const asPage = async (query: string, variables: Json = {}) =>
      (await device.fetch(graphql, { query, variables })) as any; // eslint-disable-line @typescript-eslint/no-explicit-any

    beforeAll(async () => {
      const origin = system.urls.gateway.replace('127.0.0.1', 'localhost');
      graphql = `${origin}/graphql`;
      browser = await launchBrowser();
      device = await openDevice(browser, `${origin}/`);
      elsewhere = await startSite();
    }, BOOT_TIMEOUT_MS);

    afterAll(async () => {
      await browser.close();
      await elsewhere.close();
    });

    it('is entered with a passkey, and stays open by a cookie that no script sees', async () => {
      const token = await system.signIn('grace');
      const begun = await system.request(REGISTRATION_BEGIN, {}, token);
      const { challengeId, options } = begun.data.passkeyRegistrationBegin;
      const response = await device.create(options);
      const added = await system.request(
        REGISTRATION_COMPLETE,
        { input: { challengeId, name: 'Laptop', response } },
        token,
      );
      expect(added.data.passkeyRegistrationComplete).toEqual({
        passkey: { name: 'Laptop' },
        userErrors: [],
      });

      const asked = (await asPage(SIGN_IN_BEGIN)).data.passkeySignInBegin;
      const input = {
        challengeId: asked.challengeId,
        response: await device.sign(asked.options),
        tokenDelivery: 'COOKIE',
      };
      const signedIn = await asPage(SIGN_IN, { input });
      expect(signedIn).toEqual({
        data: {
          passkeySignInComplete: {
            tokens: { accessToken: expect.any(String), refreshToken: null },
            userErrors: [],
          },
        },
      });
      expect(await device.readCookies()).toBe('');
      expect(await device.cookiesFor(graphql)).toMatch(/^__Host-tributary-refresh=[\w-]{43}$/);

      const { tokens } = (await asPage(REFRESH)).data.tokenRefresh;
      const { data } = await system.request('{ viewer { email } }', {}, tokens.accessToken);
      expect(data).toEqual({ viewer: { email: 'grace@tributary.example' } });
    });

    it('is left alone by pages of other origins, whatever they make the browser send', async () => {
      const cookie = await device.cookiesFor(graphql);
      await device.open(elsewhere.origin);
      for (const contentType of ['application/json', 'text/plain'])
        expect(await device.fetch(graphql, { query: REFRESH }, { 'content-type': contentType })).toMatch(
          /Failed to fetch/,
        );
      // Should a browser send it all the same:
      const forged = (headers: Record<string, string>) =>
        postGraphql(graphql, { query: REFRESH }, { cookie, ...headers });
      const asJson = await forged({ origin: elsewhere.origin });
      expect(asJson.errors?.[0]?.extensions?.code).toBe('ORIGIN_NOT_ALLOWED');
      const asForm = await forged({ origin: elsewhere.origin, 'content-type': 'text/plain' });
      expect(asForm.status).toBe(415);

      // Nothing was exchanged.
      expect(await device.cookiesFor(graphql)).toBe(cookie);
      await device.open(graphql.replace('/graphql', '/'));
      expect((await asPage(REFRESH)).data.tokenRefresh.userErrors).toEqual([]);
    });
  });
});
