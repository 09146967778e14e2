import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphqlClient, userViewer } from '@tributary/testkit';
import {
  claimsOf,
  PASSWORD,
  startTestUsers,
  uuidOf,
  type SignedIn,
  type TestUsers,
} from './testing/start-test-users.ts';

const SESSIONS =
  '{ viewer { sessions { id current createdAt lastSeenAt expiresAt ipAddress userAgent methods } } }';
const REVOKE = `mutation ($id: ID!) { sessionRevoke(id: $id) { revokedId userErrors { code field } } }`;
const REVOKE_ALL = 'mutation ($keep: Boolean!) { sessionRevokeAll(keepCurrent: $keep) { revokedCount } }';
const REFRESH =
  'mutation ($input: TokenRefreshInput!) { tokenRefresh(input: $input) { tokens { tokenType } } }';
const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { tokens { tokenType } } }';

const DAY_MS = 86_400_000;
const sessionOf = ({ accessToken }: SignedIn): string => claimsOf(accessToken).sid;

describe('sessions', () => {
  let users: TestUsers;
  const list = async ({ viewer }: SignedIn): Promise<{ id: string; current: boolean }[]> =>
    (await users.request(SESSIONS, {}, viewer)).data.viewer.sessions;
  const refreshes = async ({ refreshToken }: SignedIn): Promise<boolean> =>
    (await users.request(REFRESH, { input: { refreshToken } })).data.tokenRefresh.tokens !== null;

  beforeAll(async () => {
    users = await startTestUsers();
  });
  afterAll(() => users.stop());

  it('are listed with what one knows them by, the last used first', async () => {
    const first = await users.registerAndSignIn('list@example.org');
    users.clock.advanceMs(60_000);
    const headers = { 'x-forwarded-for': '203.0.113.7', 'user-agent': `Shop/1.0 \u00e9${'x'.repeat(400)}` };
    await graphqlClient(
      `${users.url}/graphql`,
      'users',
      users.trust,
      headers,
    )(SIGN_IN, {
      input: { email: 'list@example.org', password: PASSWORD },
    });
    const now = users.clock.now().getTime();

    expect(await list(first)).toEqual([
      {
        id: expect.stringMatching(/^ses_/),
        current: false,
        createdAt: new Date(now).toISOString(),
        lastSeenAt: new Date(now).toISOString(),
        expiresAt: new Date(now + 14 * DAY_MS).toISOString(),
        ipAddress: '203.0.113.7',
        userAgent: expect.stringMatching(/^Shop\/1\.0 x{100,}$/),
        methods: ['PASSWORD'],
      },
      expect.objectContaining({ id: sessionOf(first), current: true, ipAddress: null, userAgent: 'node' }),
    ]);
  });

  it('leave the list when they end, by themselves too', async () => {
    const idle = await users.registerAndSignIn('ends@example.org');
    users.clock.advanceMs(13 * DAY_MS);
    const used = await users.signIn('ends@example.org');
    users.clock.advanceMs(2 * DAY_MS);

    expect((await list(used)).map(({ id }) => id)).toEqual([sessionOf(used)]);
    expect(await refreshes(idle)).toBe(false);
  });

  it('are ended one by one, once, and only by their owner', async () => {
    const phone = await users.registerAndSignIn('owner@example.org');
    const laptop = await users.signIn('owner@example.org');
    const thief = await users.registerAndSignIn('thief@example.org');
    const revoke = async (by: SignedIn, id: string) =>
      (await users.request(REVOKE, { id }, by.viewer)).data.sessionRevoke;
    const notFound = { revokedId: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] };

    expect(await revoke(thief, sessionOf(phone))).toEqual(notFound);
    expect(await revoke(laptop, 'ses_nonsense')).toEqual(notFound);
    expect(await revoke(laptop, sessionOf(phone))).toEqual({ revokedId: sessionOf(phone), userErrors: [] });
    expect(await revoke(laptop, sessionOf(phone))).toEqual(notFound);
    expect([await refreshes(phone), await refreshes(laptop)]).toEqual([false, true]);
  });

  it('are ended all but the current one, or all', async () => {
    const first = await users.registerAndSignIn('all@example.org');
    const others = [await users.signIn('all@example.org'), await users.signIn('all@example.org')];
    const revokeAll = async (keep: boolean) =>
      (await users.request(REVOKE_ALL, { keep }, first.viewer)).data.sessionRevokeAll.revokedCount;

    expect(await revokeAll(true)).toBe(2);
    expect(await Promise.all(others.map(refreshes))).toEqual([false, false]);
    expect((await list(first)).map(({ current }) => current)).toEqual([true]);
    expect(await revokeAll(false)).toBe(1);
    expect(await refreshes(first)).toBe(false);
  });

  it('are forgotten a while after they ended, with their tokens, and live ones are not', async () => {
    const ended = await users.registerAndSignIn('ended@example.org');
    const live = await users.signIn('ended@example.org');
    await users.request(REVOKE, { id: sessionOf(ended) }, ended.viewer);
    const left = async (): Promise<number> => {
      const { rowCount } = await users.pool.query(
        'SELECT FROM sessions JOIN refresh_tokens ON session_id = sessions.id WHERE user_id = $1',
        [uuidOf(live.id)],
      );
      return rowCount ?? 0;
    };

    await users.stores.sessions.purgeEnded(users.clock.now());
    expect(await left()).toBe(2);
    users.clock.advanceMs(1);
    await users.stores.sessions.purgeEnded(users.clock.now());
    expect(await left()).toBe(1);
    expect(await refreshes(live)).toBe(true);
  });

  it('of many users are one query', async () => {
    const emails = Array.from({ length: 5 }, (_, i) => `many${i}@example.org`);
    for (const email of emails) await users.registerAndSignIn(email);
    const support = userViewer('usr_00000000000000000000000001', ['users:read']);

    const queries = await users.countQueries(() =>
      users.request('{ users(first: 5) { nodes { sessions { id current } } } }', {}, support),
    );

    expect(queries).toBe(2);
  });

  it.each([
    ['sessionRevoke', 'mutation { sessionRevoke(id: "ses_x") { revokedId } }'],
    ['sessionRevokeAll', 'mutation { sessionRevokeAll { revokedCount } }'],
  ])('need somebody who is signed in for %s', async (_, mutation) => {
    const { errors } = await users.request(mutation);

    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
  });

  it('are nobody else’s to see', async () => {
    const { id } = await users.registerAndSignIn('private@example.org');
    const { data } = await users.request(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { displayName sessions { id } } } }',
      { r: [{ __typename: 'User', id }] },
    );

    expect(data._entities).toEqual([{ displayName: 'Test Person', sessions: null }]);
  });
});
