import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, createViewerTokenSigner, generateSigningKey, silentLogger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { PASSWORD, startTestUsers, type TestUsers } from './testing/start-test-users.ts';
import { testUsersOptions } from './testing/test-users-options.ts';
import { createFixedKeyRing } from './credentials/key-ring.ts';
import { createUsers } from './users.ts';
import { userViewer, postGraphql } from '@tributary/testkit';

const PING = { query: '{ passwordPolicy { minLength } }' };

describe('the HTTP door', () => {
  let users: TestUsers;
  const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    postGraphql(`${users.url}/graphql`, body, headers);
  const signed = async () => ({ authorization: `Bearer ${await users.trust.sign(ANONYMOUS, 'users')}` });

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('refuses requests without a signature, schema queries included', async () => {
    for (const body of [
      PING,
      { query: '{ _service { sdl } }' },
      { query: '{ __schema { types { name } } }' },
    ]) {
      const { status, errors } = await post(body);
      expect([status, errors?.[0]?.extensions?.code]).toEqual([401, 'UNAUTHENTICATED']);
    }
  });

  it('refuses a token for another service, an expired one, one of an unknown key and a garbled one', async () => {
    const { trust } = users;
    const viewer = userViewer(await users.register('victim@example.org'), ['users:read']);
    const longAgo = await createViewerTokenSigner(
      'gateway',
      trust.keyOf('gateway'),
      () => Date.now() - 120_000,
    );
    const stranger = await createViewerTokenSigner('gateway', await generateSigningKey('test-gateway'));
    const unsigned = `${Buffer.from('{"alg":"none","typ":"viewer+jwt"}').toString('base64url')}.${Buffer.from(
      JSON.stringify({ iss: 'gateway', aud: 'users', kind: 'anonymous', exp: 9e9, iat: 1 }),
    ).toString('base64url')}.`;
    const tokens = [
      await trust.sign(viewer, 'payments'),
      await longAgo.sign(viewer, 'users'),
      await stranger.sign(viewer, 'users'),
      unsigned,
      'garbled',
    ];

    for (const token of tokens) {
      const { status, errors, data } = await post(PING, { authorization: `Bearer ${token}` });
      expect([status, errors?.[0]?.extensions?.code, data]).toEqual([401, 'UNAUTHENTICATED', undefined]);
    }
  });

  it('does not let a service speak for a user, nor claim scopes it was not given', async () => {
    const payments = await users.trust.serviceSigner('payments');
    const asUser = await payments.sign(userViewer('usr_x', ['users:read']), 'users');
    const asItself = await payments.sign(
      { kind: 'service', id: 'payments', scopes: ['users:read'] },
      'users',
    );

    expect((await post(PING, { authorization: `Bearer ${asUser}` })).status).toBe(401);
    const { errors } = await post(
      { query: '{ users { nodes { id } } }' },
      { authorization: `Bearer ${asItself}` },
    );
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('does not take an access token of a user for a signed request', async () => {
    const { accessToken } = await users.registerAndSignIn('holder@example.org');

    expect((await post(PING, { authorization: `Bearer ${accessToken}` })).status).toBe(401);
  });

  it.each([
    ['malformed JSON', '{"query": ', 400],
    ['a JSON array', '[]', 400],
    ['a JSON null', 'null', 400],
    ['no query', '{}', 400],
    ['a query that does not parse', '{"query": "{ viewer "}', 400],
    ['an unknown field', '{"query": "{ viewer { passwordHash } }"}', 400],
    ['a body of eleven megabytes', JSON.stringify({ query: `# ${'x'.repeat(11 * 1024 * 1024)}` }), 413],
  ])('refuses %s', async (_, body, status) => {
    const answer = await post(body, await signed());

    expect(answer.status).toBe(status);
    expect(answer.errors?.[0]?.extensions?.code).toEqual(expect.any(String));
  });

  it('refuses a body that is not JSON', async () => {
    const answer = await post('query=1', {
      ...(await signed()),
      'content-type': 'application/x-www-form-urlencoded',
    });

    expect(answer.status).toBe(415);
  });

  it('publishes only public keys, and lets them be cached', async () => {
    const response = await fetch(`${users.url}/.well-known/jwks.json`);

    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
    expect(await response.json()).toEqual({
      keys: [
        { kty: 'OKP', crv: 'Ed25519', kid: 'access-1', alg: 'EdDSA', use: 'sig', x: expect.any(String) },
      ],
    });
    expect((await fetch(`${users.url}/.well-known/jwks.json`, { method: 'POST' })).status).toBe(405);
  });

  it('reports that it is alive and ready', async () => {
    const responses = await Promise.all(['/livez', '/readyz'].map((path) => fetch(users.url + path)));

    expect(responses.map(({ status }) => status)).toEqual([200, 200]);
  });

  it('keeps accounts and sessions over a restart', async () => {
    const { refreshToken } = await users.registerAndSignIn('restart@example.org');
    const pool = createPool({
      connectionString: users.databaseUrl,
      applicationName: 'second',
      logger: silentLogger(),
    });
    const keys = await createFixedKeyRing(await generateSigningKey('access-2'));
    const { trust, mailFolder } = users;
    const second = await createUsers(
      testUsersOptions({ pool, throttlePool: pool, trust, keys, mailFolder, now: users.clock.now }),
    );
    const url = await second.start();

    const { data } = await postGraphql(
      `${url}/graphql`,
      {
        query: `mutation ($s: SignInInput!, $r: TokenRefreshInput!) {
          signIn(input: $s) { tokens { tokenType } } tokenRefresh(input: $r) { tokens { tokenType } }
        }`,
        variables: { s: { email: 'restart@example.org', password: PASSWORD }, r: { refreshToken } },
      },
      await signed(),
    );

    expect(data).toEqual({
      signIn: { tokens: { tokenType: 'Bearer' } },
      tokenRefresh: { tokens: { tokenType: 'Bearer' } },
    });
    await second.stop();
    await pool.end();
  });
});
