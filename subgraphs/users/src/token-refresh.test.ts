import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { claimsOf, startTestUsers, uuidOf, type TestUsers } from './testing/start-test-users.ts';

const REFRESH = `mutation ($input: TokenRefreshInput!) {
  tokenRefresh(input: $input) {
    tokens { accessToken refreshToken refreshTokenExpiresAt }
    userErrors { __typename ... on UserError { message field } ... on TokenInvalidError { expired } }
  }
}`;

interface Refreshed {
  readonly tokens: { accessToken: string; refreshToken: string; refreshTokenExpiresAt: string } | null;
  readonly userErrors: readonly { readonly __typename: string; readonly expired?: boolean }[];
}

const DAY_MS = 86_400_000;
const INVALID = { tokens: null, userErrors: [{ __typename: 'TokenInvalidError', expired: false }] };
const EXPIRED = { tokens: null, userErrors: [{ __typename: 'TokenInvalidError', expired: true }] };
const REUSED = {
  tokens: null,
  userErrors: [{ __typename: 'TokenReusedError', field: ['input', 'refreshToken'] }],
};

describe('tokenRefresh', () => {
  let users: TestUsers;
  const refresh = async (refreshToken: string): Promise<Refreshed> => {
    const { data } = await users.request(REFRESH, { input: { refreshToken } });
    return (data as { tokenRefresh: Refreshed }).tokenRefresh;
  };
  const exchange = async (refreshToken: string): Promise<string> => {
    const { tokens } = await refresh(refreshToken);
    if (tokens === null) throw new Error('the token was refused');
    return tokens.refreshToken;
  };

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('exchanges a token for new ones of the same session', async () => {
    const { accessToken, refreshToken } = await users.registerAndSignIn('rotate@example.org');
    users.clock.advanceMs(60_000);

    const { tokens } = await refresh(refreshToken);

    const before = claimsOf(accessToken);
    const after = claimsOf(tokens?.accessToken ?? '');
    expect(tokens?.refreshToken).not.toBe(refreshToken);
    expect(after).toMatchObject({ sub: before['sub'], sid: before.sid, auth_time: before['auth_time'] });
    expect(after['iat']).toBe((before['iat'] as number) + 60);
    expect(after['jti']).not.toBe(before['jti']);
  });

  it('grants what the roles are now, not what they were at the sign-in', async () => {
    const { id, refreshToken } = await users.registerAndSignIn('promoted@example.org');
    await users.pool.query(`INSERT INTO user_roles VALUES ($1, 'SUPPORT', now())`, [uuidOf(id)]);

    const { tokens } = await refresh(refreshToken);

    expect(claimsOf(tokens?.accessToken ?? '').scope).toBe('orders:read payments:read users:read');
  });

  it('gives one successor to twenty concurrent exchanges of one token', async () => {
    const { refreshToken } = await users.registerAndSignIn('burst@example.org');

    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)));

    const successors = new Set(answers.map(({ tokens }) => tokens?.refreshToken));
    expect(successors.size).toBe(1);
    expect(await exchange([...successors][0] ?? '')).toEqual(expect.any(String));
  });

  it('gives the same successor again to a client that lost the answer, for ten seconds', async () => {
    const { refreshToken } = await users.registerAndSignIn('lost@example.org');
    const first = await refresh(refreshToken);
    users.clock.advanceMs(10_000);

    const second = await refresh(refreshToken);

    expect(second.tokens?.refreshToken).toBe(first.tokens?.refreshToken);
    expect(second.tokens?.refreshTokenExpiresAt).toBe(first.tokens?.refreshTokenExpiresAt);
  });

  it('ends the session when a used token comes back later, and records it', async () => {
    const { id, refreshToken } = await users.registerAndSignIn('stolen@example.org');
    const successor = await exchange(refreshToken);
    users.clock.advanceMs(10_001);

    expect(await refresh(refreshToken)).toMatchObject(REUSED);
    expect(await refresh(successor)).toMatchObject(INVALID);
    expect(await refresh(refreshToken)).toMatchObject(INVALID);
    const { rows } = await users.pool.query(
      `SELECT FROM audit_events WHERE type = 'TOKEN_REUSED' AND subject_id = $1`,
      [uuidOf(id)],
    );
    expect(rows).toHaveLength(1);
  });

  it('ends the session when a token two generations old comes back, however soon', async () => {
    const { refreshToken } = await users.registerAndSignIn('older@example.org');
    const third = await exchange(await exchange(refreshToken));

    expect(await refresh(refreshToken)).toMatchObject(REUSED);
    expect(await refresh(third)).toMatchObject(INVALID);
  });

  it('leaves other sessions of the user alone when one is ended for reuse', async () => {
    const { refreshToken } = await users.registerAndSignIn('two@example.org');
    const other = await users.signIn('two@example.org');
    await exchange(await exchange(refreshToken));

    await refresh(refreshToken);

    expect(await refresh(other.refreshToken)).toMatchObject({ userErrors: [] });
  });

  it('expires a token that was idle for fourteen days', async () => {
    const { refreshToken } = await users.registerAndSignIn('idle@example.org');
    users.clock.advanceMs(14 * DAY_MS);

    expect(await refresh(refreshToken)).toMatchObject(EXPIRED);
  });

  it('ends a session ninety days after its sign-in, however busy it was', async () => {
    let { refreshToken } = await users.registerAndSignIn('busy@example.org');
    const signedInAt = users.clock.now().getTime();
    let expiresAt: string | undefined;
    for (let day = 10; day < 90; day += 10) {
      users.clock.advanceMs(10 * DAY_MS);
      const { tokens } = await refresh(refreshToken);
      refreshToken = tokens?.refreshToken ?? '';
      expiresAt = tokens?.refreshTokenExpiresAt;
    }
    expect(expiresAt).toBe(new Date(signedInAt + 90 * DAY_MS).toISOString());
    users.clock.advanceMs(10 * DAY_MS);

    expect(await refresh(refreshToken)).toMatchObject(EXPIRED);
  });

  it.each([
    ['an empty string', ''],
    ['something else', 'not a token'],
    ['an unknown token', 'A'.repeat(43)],
    ['a very long string', 'A'.repeat(1_000_000)],
    ['a token with a NUL', `${'A'.repeat(42)}\u0000`],
  ])('refuses %s', async (_, token) => {
    expect(await refresh(token)).toMatchObject(INVALID);
  });

  it('leaves no session with two live tokens', async () => {
    const { rows } = await users.pool.query(
      'SELECT session_id FROM refresh_tokens WHERE used_at IS NULL GROUP BY 1 HAVING count(*) > 1',
    );

    expect(rows).toEqual([]);
  });
});
