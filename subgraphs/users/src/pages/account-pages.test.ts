import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PASSWORD, startTestUsers, type TestUsers } from '../testing/start-test-users.ts';

const NEW_PASSWORD = 'quite another long passphrase';
const HOUR_MS = 3_600_000;

let users: TestUsers;
beforeAll(async () => {
  users = await startTestUsers();
});
afterAll(() => users.stop());

const post = (page: string, fields: Readonly<Record<string, string>>): Promise<Response> =>
  fetch(`${users.url}/account/${page}`, { method: 'POST', body: new URLSearchParams(fields) });

const signIn = async (email: string, password: string) =>
  (
    await users.request(
      'mutation ($input: SignInInput!) { signIn(input: $input) { user { emailVerified } userErrors { __typename } } }',
      { input: { email, password } },
    )
  ).data.signIn;

describe('the pages that mails link to', () => {
  it('load nothing, are framed by nobody, and change nothing until a button is pressed', async () => {
    for (const page of ['verify-email', 'change-email', 'reset-password']) {
      const response = await fetch(`${users.url}/account/${page}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none'; script-src 'sha256-[^']+'; .*frame-ancestors 'none'$/,
      );
      expect(response.headers.get('referrer-policy')).toBe('no-referrer');
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).toContain('<form method="post">');
    }
    const { status, headers } = await fetch(`${users.url}/account/verify-email`, { method: 'DELETE' });
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect((await fetch(`${users.url}/account/other`)).status).toBe(404);
  });

  it('confirm an address, once', async () => {
    await users.register('confirms@example.org');
    const { token } = await users.receiveMail('confirms@example.org', 'Confirm your e-mail address');
    expect((await signIn('confirms@example.org', PASSWORD)).user).toEqual({ emailVerified: false });

    const confirmed = await post('verify-email', { token });
    expect([confirmed.status, await confirmed.text()]).toEqual([
      200,
      expect.stringContaining('is confirmed'),
    ]);
    expect((await signIn('confirms@example.org', PASSWORD)).user).toEqual({ emailVerified: true });

    const again = await post('verify-email', { token });
    expect([again.status, await again.text()]).toEqual([422, expect.stringContaining('role="alert"')]);
  });

  it('set a new password, and ask again for one that is too weak', async () => {
    const email = 'forgot@example.org';
    await users.register(email);
    await users.request(
      'mutation ($input: PasswordResetRequestInput!) { passwordResetRequest(input: $input) { accepted } }',
      { input: { email } },
    );
    const { token } = await users.receiveMail(email, 'Set a new password');

    const weak = await post('reset-password', { token, password: 'short' });
    expect(weak.status).toBe(422);
    expect(await weak.text()).toContain(`name="token" value="${token}"`);

    expect((await post('reset-password', { token, password: NEW_PASSWORD })).status).toBe(200);
    expect((await signIn(email, NEW_PASSWORD)).user).not.toBeNull();
    expect((await signIn(email, PASSWORD)).user).toBeNull();
  });

  it('move an account to a new address', async () => {
    const { viewer } = await users.registerAndSignIn('old-place@example.org');
    const { data } = await users.request(
      'mutation ($input: EmailChangeRequestInput!) { emailChangeRequest(input: $input) { accepted } }',
      { input: { newEmail: 'new-place@example.org', currentPassword: PASSWORD } },
      viewer,
    );
    expect(data.emailChangeRequest).toEqual({ accepted: true });
    const { token } = await users.receiveMail('new-place@example.org', 'Confirm your new e-mail address');

    expect((await post('change-email', { token })).status).toBe(200);
    expect((await signIn('new-place@example.org', PASSWORD)).user).not.toBeNull();
  });

  it('write what they were sent as text, and refuse what is no form of theirs, or too long, or too late', async () => {
    const hostile = '"><script>alert(1)</script>';
    for (const token of [hostile, '', '\0'])
      expect(await (await post('verify-email', { token })).text()).not.toContain('<script>alert');
    expect((await post('verify-email', { token: 'x'.repeat(10_000) })).status).toBe(413);
    const json = await fetch(`${users.url}/account/verify-email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(json.status).toBe(415);

    await users.register('late@example.org');
    const { token } = await users.receiveMail('late@example.org', 'Confirm your e-mail address');
    users.clock.advanceMs(25 * HOUR_MS);
    expect((await post('verify-email', { token })).status).toBe(422);
  });
});
