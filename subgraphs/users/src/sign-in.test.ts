import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { claimsOf, PASSWORD, startTestUsers, uuidOf, type TestUsers } from './testing/start-test-users.ts';
import { userViewer } from '@tributary/testkit';

const SIGN_IN = `mutation ($input: SignInInput!) {
  signIn(input: $input) {
    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt tokenType }
    user { id email roles lastSignInAt }
    userErrors { __typename ... on InvalidCredentialsError { message field } }
  }
}`;

const DAY_MS = 86_400_000;

describe('signIn', () => {
  let users: TestUsers;
  const signIn = async (email: string, password = PASSWORD) => {
    const { data } = await users.request(SIGN_IN, { input: { email, password } });

    return data.signIn;
  };
  const auditOf = async (id: string): Promise<string[]> => {
    const { rows } = await users.pool.query<{ type: string }>(
      'SELECT type FROM audit_events WHERE subject_id = $1 ORDER BY id',
      [uuidOf(id)],
    );
    return rows.map(({ type }) => type);
  };

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('answers tokens and the whole account, whatever the case of the address', async () => {
    const id = await users.register('Case@example.org');

    const answer = await signIn('cASE@EXAMPLE.org');

    const now = users.clock.now();
    expect(answer).toMatchObject({
      userErrors: [],
      user: { id, email: 'Case@example.org', roles: ['CUSTOMER'], lastSignInAt: now.toISOString() },
      tokens: {
        tokenType: 'Bearer',
        refreshToken: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
        accessTokenExpiresAt: new Date(now.getTime() + 300_000).toISOString(),
        refreshTokenExpiresAt: new Date(now.getTime() + 14 * DAY_MS).toISOString(),
      },
    });
  });

  it('issues access tokens that verify against the published keys and say what the user may do', async () => {
    const id = await users.register('staff@example.org');
    await users.pool.query(`INSERT INTO user_roles VALUES ($1, 'SUPPORT', now()), ($1, 'FINANCE', now())`, [
      uuidOf(id),
    ]);
    const { tokens } = (await signIn('staff@example.org')) as { tokens: { accessToken: string } };

    const keys = createRemoteJWKSet(new URL(`${users.url}/.well-known/jwks.json`));
    const { payload, protectedHeader } = await jwtVerify(tokens.accessToken, keys, {
      issuer: 'http://users.test',
      audience: 'supergraph',
      typ: 'at+jwt',
      algorithms: ['EdDSA'],
      currentDate: users.clock.now(),
    });

    const seconds = users.clock.now().getTime() / 1_000;
    expect(protectedHeader.kid).toBe('access-1');
    expect(payload).toEqual({
      iss: 'http://users.test',
      aud: 'supergraph',
      sub: id,
      iat: seconds,
      exp: seconds + 300,
      auth_time: seconds,
      jti: expect.any(String),
      sid: expect.stringMatching(/^ses_[0-9a-z]{26}$/),
      roles: ['CUSTOMER', 'SUPPORT', 'FINANCE'],
      scope:
        'disputes:write ledger:read orders:read payments:capture payments:read payments:refund users:read',
    });
  });

  it('answers an unknown address and a wrong password alike, after the same store calls', async () => {
    await users.register('known@example.org');
    const answers: unknown[] = [];

    const forKnown = await users.countQueries(async () =>
      answers.push(await signIn('known@example.org', 'wrong password')),
    );
    const forUnknown = await users.countQueries(async () =>
      answers.push(await signIn('unknown@example.org')),
    );

    expect(answers[0]).toEqual({
      tokens: null,
      user: null,
      userErrors: [
        {
          __typename: 'InvalidCredentialsError',
          message: 'The e-mail address or the password is wrong.',
          field: null,
        },
      ],
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(forUnknown).toBe(forKnown);
  });

  it.each([
    ['an empty password', ''],
    ['a password of a million characters', 'x'.repeat(1_000_000)],
    ['a password that only begins right', `${PASSWORD}${'x'.repeat(200)}`],
    ['a password with a NUL', `${PASSWORD}\u0000`],
  ])('refuses %s', async (_, password) => {
    await users.register('strict@example.org').catch(() => undefined);

    expect(await signIn('strict@example.org', password)).toMatchObject({ tokens: null });
  });

  it('takes a password composed on another keyboard for the same', async () => {
    await users.register('nfc@example.org', { password: 'cr\u00e8me br\u00fbl\u00e9e forever' });

    expect(await signIn('nfc@example.org', 'cre\u0300me bru\u0302le\u0301e forever')).toMatchObject({
      userErrors: [],
    });
  });

  it('records sign-ins and failures, without the address', async () => {
    const id = await users.register('log@example.org');
    await signIn('log@example.org', 'not the password');
    await signIn('log@example.org');

    expect(await auditOf(id)).toEqual(['REGISTERED', 'SIGN_IN_FAILED', 'SIGNED_IN']);
  });

  it('tries one password in an operation, however many aliases ask', async () => {
    await users.register('alias@example.org');
    const { data, errors } = await users.request(
      `mutation ($a: SignInInput!, $b: SignInInput!) {
        a: signIn(input: $a) { tokens { tokenType } }
        b: signIn(input: $b) { tokens { tokenType } }
      }`,
      {
        a: { email: 'alias@example.org', password: 'first guess' },
        b: { email: 'alias@example.org', password: PASSWORD },
      },
    );

    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'RATE_LIMITED' } }]);
  });

  it('keeps of a refresh token only its SHA-256', async () => {
    await users.register('dump@example.org');
    const { tokens } = (await signIn('dump@example.org')) as { tokens: { refreshToken: string } };

    const { rows } = await users.pool.query<{ dump: string }>(
      'SELECT refresh_tokens::text AS dump FROM refresh_tokens',
    );

    const token = Buffer.from(tokens.refreshToken, 'base64url');
    expect(rows.length).toBeGreaterThan(0);
    expect(
      rows.some(({ dump }) => dump.includes(tokens.refreshToken) || dump.includes(token.toString('hex'))),
    ).toBe(false);
  });
});

describe('signOut', () => {
  let users: TestUsers;

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('ends the session: its refresh token stops working, other sessions go on', async () => {
    const first = await users.registerAndSignIn('leaver@example.org');
    const second = await users.signIn('leaver@example.org');

    const { data } = await users.request('mutation { signOut { ended } }', {}, first.viewer);

    expect(data).toEqual({ signOut: { ended: true } });
    const refresh = `mutation ($a: TokenRefreshInput!, $b: TokenRefreshInput!) {
      first: tokenRefresh(input: $a) { tokens { tokenType } userErrors { __typename ... on TokenInvalidError { expired } } }
      second: tokenRefresh(input: $b) { tokens { tokenType } userErrors { __typename } }
    }`;
    const after = await users.request(refresh, {
      a: { refreshToken: first.refreshToken },
      b: { refreshToken: second.refreshToken },
    });
    expect(after.data).toEqual({
      first: { tokens: null, userErrors: [{ __typename: 'TokenInvalidError', expired: false }] },
      second: { tokens: { tokenType: 'Bearer' }, userErrors: [] },
    });
  });

  it('answers false when the session had already ended, and is recorded once', async () => {
    const { viewer, id } = await users.registerAndSignIn('twice@example.org');

    const { data } = await users.request(
      'mutation { a: signOut { ended } b: signOut { ended } }',
      {},
      viewer,
    );

    expect(data).toEqual({ a: { ended: true }, b: { ended: false } });
    const { rows } = await users.pool.query(
      `SELECT FROM audit_events WHERE type = 'SIGNED_OUT' AND subject_id = $1`,
      [uuidOf(id)],
    );
    expect(rows).toHaveLength(1);
  });

  it("does not end another user's session, nor one that is no session", async () => {
    const victim = await users.registerAndSignIn('victim@example.org');
    const attacker = await users.registerAndSignIn('attacker@example.org');
    const { sid } = claimsOf(victim.accessToken);

    for (const sessionId of [sid, 'ses_nonsense', undefined]) {
      const viewer = { ...userViewer(attacker.id), sessionId } as const;
      const { data } = await users.request('mutation { signOut { ended } }', {}, viewer);
      expect(data).toEqual({ signOut: { ended: false } });
    }
  });

  it('needs somebody who is signed in', async () => {
    const { errors } = await users.request('mutation { signOut { ended } }');

    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });
});
