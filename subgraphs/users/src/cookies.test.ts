import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, type Viewer } from '@tributary/service-kit';
import { claimsOf, PASSWORD, startTestUsers, type TestUsers } from './testing/start-test-users.ts';
import { WEB_ORIGIN } from './testing/test-users-options.ts';

const TOKENS = 'tokens { accessToken refreshToken refreshTokenExpiresAt }';
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { ${TOKENS} } }`;
const REFRESH = `mutation ($input: TokenRefreshInput!) { tokenRefresh(input: $input) {
  ${TOKENS} userErrors { __typename } } }`;
const CHANGE = `mutation ($input: PasswordChangeInput!) { passwordChange(input: $input) {
  ${TOKENS} userErrors { __typename } } }`;
const SIGN_OUT = 'mutation { signOut { ended } }';

const COOKIE =
  /^__Host-tributary-refresh=([\w-]{43}); Max-Age=1209600; Path=\/; Secure; HttpOnly; SameSite=Strict$/;
const FORGET = '__Host-tributary-refresh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict';

describe('a refresh token in a cookie', () => {
  let users: TestUsers;
  /** As the gateway sends on what a browser sends. */
  const send = async (
    query: string,
    input: unknown,
    headers: Record<string, string>,
    viewer: Viewer = ANONYMOUS,
  ) => {
    const response = await fetch(`${users.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await users.trust.sign(viewer, 'users')}`,
        ...headers,
      },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const { data, errors } = await response.json();
    return {
      payload: data && Object.values(data)[0],
      code: errors?.[0]?.extensions?.code as string | undefined,
      cookies: response.headers.getSetCookie(),
    };
  };
  const origin = WEB_ORIGIN;
  const signIn = async (email: string) => {
    const input = { email, password: PASSWORD, tokenDelivery: 'COOKIE' };
    const { payload, cookies } = await send(SIGN_IN, input, { origin });
    const token = COOKIE.exec(cookies[0] ?? '')?.[1] ?? '';
    return { payload, cookies, token, cookie: `theme=dark; __Host-tributary-refresh=${token}; x=1` };
  };

  beforeAll(async () => {
    users = await startTestUsers();
    await users.register('page@example.org');
  });
  afterAll(() => users.stop());

  it('is out of reach of scripts, of other hosts and of other sites, and not in the body', async () => {
    const { payload, cookies } = await signIn('page@example.org');

    expect(cookies).toEqual([expect.stringMatching(COOKIE)]);
    expect(payload.tokens).toEqual({
      accessToken: expect.any(String),
      refreshToken: null,
      refreshTokenExpiresAt: expect.any(String),
    });
  });

  it('is exchanged for the next one, once, and forgotten when it is of no use any more', async () => {
    const first = await signIn('page@example.org');
    const second = await send(REFRESH, {}, { origin, cookie: first.cookie });
    expect(second.payload).toMatchObject({ tokens: { refreshToken: null }, userErrors: [] });
    expect(claimsOf(second.payload.tokens.accessToken).sid).toBe(
      claimsOf(first.payload.tokens.accessToken).sid,
    );
    expect(second.cookies).toEqual([expect.stringMatching(COOKIE)]);
    expect(second.cookies[0]).not.toContain(first.token);

    users.clock.advanceMs(11_000);
    const replayed = await send(REFRESH, {}, { origin, cookie: first.cookie });
    expect(replayed.payload.userErrors).toEqual([{ __typename: 'TokenReusedError' }]);
    expect(replayed.cookies).toEqual([FORGET]);
    const none = await send(REFRESH, {}, { origin });
    expect(none.payload.userErrors).toEqual([{ __typename: 'TokenInvalidError' }]);
  });

  it.each([
    ['a page of another site', { origin: 'https://evil.test' }],
    ['a page of a neighbouring host', { origin: 'https://blog.shop.test' }],
    ['a page that hides where it is from', { origin: 'null' }],
    ['whoever does not say', {}],
  ])('is of no use to %s', async (_who, headers: Record<string, string>) => {
    const { cookie } = await signIn('page@example.org');
    const forged = await send(REFRESH, {}, { ...headers, cookie });
    expect([forged.payload?.tokens, forged.code, forged.cookies]).toEqual([
      undefined,
      'ORIGIN_NOT_ALLOWED',
      [],
    ]);

    // Signing a visitor in to an account of the attacker's.
    const input = { email: 'page@example.org', password: PASSWORD, tokenDelivery: 'COOKIE' };
    const planted = await send(SIGN_IN, input, headers);
    expect([planted.code, planted.cookies]).toEqual(['ORIGIN_NOT_ALLOWED', []]);

    expect((await send(REFRESH, {}, { origin, cookie })).payload.userErrors).toEqual([]);
  });

  it('is not looked at when the body has one', async () => {
    const { cookie } = await signIn('page@example.org');
    const inBody = (await users.signIn('page@example.org')).refreshToken;
    const { payload, cookies } = await send(REFRESH, { refreshToken: inBody }, { cookie });

    expect(payload.tokens.refreshToken).toEqual(expect.any(String));
    expect(cookies).toEqual([]);
  });

  it('comes anew with a new password, and is forgotten at the sign-out', async () => {
    await users.register('changes@example.org');
    const { viewer } = await users.signIn('changes@example.org');
    const { cookie } = await signIn('changes@example.org');
    const input = {
      currentPassword: PASSWORD,
      newPassword: `${PASSWORD}, and more`,
      tokenDelivery: 'COOKIE',
    };
    const changed = await send(CHANGE, input, { origin, cookie }, viewer);
    expect(changed.payload).toMatchObject({ tokens: { refreshToken: null }, userErrors: [] });
    expect(changed.cookies).toEqual([expect.stringMatching(COOKIE)]);

    expect((await send(SIGN_OUT, {}, { cookie }, viewer)).cookies).toEqual([FORGET]);
    expect((await send(SIGN_OUT, {}, {}, viewer)).cookies).toEqual([]);
  });
});
