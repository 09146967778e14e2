import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { userViewer } from '@tributary/testkit';
import {
  PASSWORD,
  startTestUsers,
  uuidOf,
  type SignedIn,
  type TestUsers,
} from './testing/start-test-users.ts';

const USER = 'user { id status roles version sessions { id } } userErrors { code field }';
const SUSPEND = `mutation ($input: UserSuspendInput!) { answer: userSuspend(input: $input) { ${USER} } }`;
const REINSTATE = `mutation ($id: ID!) { answer: userReinstate(id: $id) { ${USER} } }`;
const REINSTATE_VERSION = `mutation ($id: ID!, $expectedVersion: Int) {
  answer: userReinstate(id: $id, expectedVersion: $expectedVersion) { ${USER} } }`;
const UNLOCK = `mutation ($id: ID!) { answer: userUnlock(id: $id) { ${USER} } }`;
const REVOKE = `mutation ($id: ID!) { answer: userSessionsRevoke(id: $id) { ${USER} } }`;
const SET_ROLES = `mutation ($input: UserRolesSetInput!) { answer: userRolesSet(input: $input) { ${USER} } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { answer: signIn(input: $input) {
  tokens { tokenType } userErrors { __typename } } }`;
const REFRESH =
  'mutation ($input: TokenRefreshInput!) { answer: tokenRefresh(input: $input) { tokens { tokenType } } }';
const AUDIT = `query ($first: Int, $after: String, $filter: AuditEventFilter) {
  answer: auditEvents(first: $first, after: $after, filter: $filter) {
    nodes { id at type actor { id } subject { id } subjectId detail } pageInfo { hasNextPage endCursor } } }`;

describe('administration', () => {
  let users: TestUsers;
  let boss: SignedIn;
  const admin = ({ viewer } = boss, agoSeconds = 0): Viewer => ({
    ...(viewer as Extract<Viewer, { kind: 'user' }>),
    authTime: users.clock.now().getTime() / 1_000 - agoSeconds,
  });
  const ask = async (document: string, variables: Record<string, unknown>, viewer: Viewer = admin()) => {
    const { data, errors } = await users.request(document, variables, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const makeAdmin = (id: string) =>
    users.pool.query(`INSERT INTO user_roles VALUES ($1, 'ADMIN', now())`, [uuidOf(id)]);
  const hireAdmin = async (email: string): Promise<SignedIn> => {
    await makeAdmin(await users.register(email));
    return users.signIn(email);
  };
  const signIn = (email: string, password = PASSWORD) => ask(SIGN_IN, { input: { email, password } });

  beforeAll(async () => {
    users = await startTestUsers();
    boss = await hireAdmin('admin@example.org');
  });
  afterAll(() => users.stop());

  it('suspends an account: sessions end, nobody gets in, and only the owner is told why', async () => {
    const { id, refreshToken } = await users.registerAndSignIn('suspended@example.org');

    expect(await ask(SUSPEND, { input: { id, reason: 'fraud' } })).toMatchObject({
      user: { id, status: 'SUSPENDED', sessions: [] },
      userErrors: [],
    });

    expect(await ask(REFRESH, { input: { refreshToken } })).toEqual({ tokens: null });
    expect(await signIn('suspended@example.org')).toEqual({
      tokens: null,
      userErrors: [{ __typename: 'AccountSuspendedError' }],
    });
    expect(await signIn('suspended@example.org', 'a wrong guess')).toEqual({
      tokens: null,
      userErrors: [{ __typename: 'InvalidCredentialsError' }],
    });
    expect((await ask(REINSTATE, { id })).user.status).toBe('PENDING_VERIFICATION');
    expect(await signIn('suspended@example.org')).toMatchObject({ userErrors: [] });
  });

  it('suspends and reinstates the version that was looked at, of two at once one', async () => {
    const { id } = await users.registerAndSignIn('contested@example.org');
    const mismatch = (field: string[]) => ({ user: null, userErrors: [{ code: 'VERSION_MISMATCH', field }] });
    const suspend = (reason: string) => ask(SUSPEND, { input: { id, reason, expectedVersion: 0 } });

    const answers = await Promise.all([suspend('fraud'), suspend('spam')]);
    expect(answers.filter(({ user }) => user?.version === 1)).toHaveLength(1);
    expect(answers).toContainEqual(mismatch(['input', 'expectedVersion']));

    const reinstate = (expectedVersion: number) => ask(REINSTATE_VERSION, { id, expectedVersion });
    expect(await reinstate(0)).toEqual(mismatch(['expectedVersion']));
    expect(await reinstate(1)).toMatchObject({ user: { version: 2, status: 'PENDING_VERIFICATION' } });
  });

  it('lets in again whom guesses keep out', async () => {
    const id = await users.register('locked@example.org');
    for (let i = 0; i < 8; i += 1) {
      users.clock.advanceMs(60_000);
      await signIn('locked@example.org', 'a wrong guess');
    }
    expect(await signIn('locked@example.org')).toMatchObject({
      userErrors: [{ __typename: 'RateLimitedError' }],
    });

    await ask(UNLOCK, { id });

    expect(await signIn('locked@example.org')).toMatchObject({ userErrors: [] });
  });

  it('ends all sessions of an account', async () => {
    const { id, refreshToken } = await users.registerAndSignIn('revoked@example.org');

    expect((await ask(REVOKE, { id })).user.sessions).toEqual([]);
    expect(await ask(REFRESH, { input: { refreshToken } })).toEqual({ tokens: null });
  });

  it('sets roles, of the version that was looked at', async () => {
    const id = await users.register('promoted@example.org');
    const set = (roles: readonly string[], expectedVersion: number) =>
      ask(SET_ROLES, { input: { id, roles, expectedVersion } });

    expect(await set(['FINANCE', 'SUPPORT', 'SUPPORT'], 0)).toMatchObject({
      user: { roles: ['SUPPORT', 'FINANCE'], version: 1 },
      userErrors: [],
    });
    expect(await set(['CUSTOMER'], 0)).toEqual({
      user: null,
      userErrors: [{ code: 'VERSION_MISMATCH', field: ['input', 'expectedVersion'] }],
    });
    const answers = await Promise.all([set(['CUSTOMER'], 1), set(['ADMIN'], 1)]);
    expect(answers.filter(({ user }) => user !== null)).toHaveLength(1);
  });

  it('is closed at once to an administrator who was suspended, signed out or had the role taken away', async () => {
    const suspended = await hireAdmin('suspended-admin@example.org');
    await ask(SUSPEND, { input: { id: suspended.id, reason: 'rogue' } });
    const signedOut = await hireAdmin('revoked-admin@example.org');
    await ask(REVOKE, { id: signedOut.id });
    for (const rogue of [suspended, signedOut])
      expect(await ask(REINSTATE, { id: rogue.id }, admin(rogue))).toEqual({
        user: null,
        userErrors: [{ code: 'REAUTHENTICATION_REQUIRED', field: null }],
      });

    const demoted = await hireAdmin('demoted-admin@example.org');
    await ask(SET_ROLES, { input: { id: demoted.id, roles: ['CUSTOMER'], expectedVersion: 0 } });
    const input = { id: demoted.id, roles: ['ADMIN'], expectedVersion: 1 };
    const { errors } = await users.request(SET_ROLES, { input }, admin(demoted));
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('is done by one of two administrators who suspend each other at once', async () => {
    const pair = [await hireAdmin('left@example.org'), await hireAdmin('right@example.org')] as const;
    const suspend = ({ id }: SignedIn, by: SignedIn) =>
      users.request(SUSPEND, { input: { id, reason: 'rogue' } }, admin(by));

    await Promise.all([suspend(pair[0], pair[1]), suspend(pair[1], pair[0])]);

    const { rows } = await users.pool.query('SELECT FROM users WHERE id = ANY($1) AND suspended_at IS NULL', [
      pair.map(({ id }) => uuidOf(id)),
    ]);
    expect(rows).toHaveLength(1);
  });

  it('knows who did what to whom, page by page', async () => {
    const id = await users.register('watched@example.org');
    await ask(SET_ROLES, { input: { id, roles: ['SUPPORT'], expectedVersion: 0 } });
    users.clock.advanceMs(1_000);
    await ask(SUSPEND, { input: { id, reason: 'fraud' } });
    const filter = { subjectId: id };

    const first = await ask(AUDIT, { first: 2, filter });
    expect(first.nodes).toMatchObject([
      { type: 'USER_SUSPENDED', actor: { id: boss.id }, subject: { id }, subjectId: id, detail: null },
      { type: 'ROLES_SET', detail: JSON.stringify({ after: ['SUPPORT'], before: ['CUSTOMER'] }) },
    ]);
    const second = await ask(AUDIT, { first: 2, filter, after: first.pageInfo.endCursor });
    expect(second).toMatchObject({
      nodes: [{ type: 'REGISTERED', actor: null }],
      pageInfo: { hasNextPage: false },
    });
    const byAdmin = { actorId: boss.id, types: ['USER_SUSPENDED'] };
    expect((await ask(AUDIT, { filter: byAdmin })).nodes.map(({ type }: { type: string }) => type)).toContain(
      'USER_SUSPENDED',
    );
    expect((await ask(AUDIT, { filter: { subjectId: 'usr_nonsense' } })).nodes).toEqual([]);
  });

  it('is for those who may, and have just signed in', async () => {
    const id = await users.register('victim@example.org');
    const documents: readonly [string, Record<string, unknown>][] = [
      [SUSPEND, { input: { id, reason: 'none' } }],
      [REINSTATE, { id }],
      [UNLOCK, { id }],
      [REVOKE, { id }],
      [SET_ROLES, { input: { id, roles: ['ADMIN'], expectedVersion: 0 } }],
    ];
    for (const [document, variables] of documents) {
      const support = await users.request(document, variables, userViewer(id, ['users:read']));
      expect(support.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
      const nobody = await users.request(document, variables);
      expect(nobody.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
      expect(await ask(document, variables, admin(boss, 601))).toMatchObject({
        user: null,
        userErrors: [{ code: 'REAUTHENTICATION_REQUIRED' }],
      });
    }
    const { errors } = await users.request(AUDIT, {}, userViewer(id, ['users:read']));
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('finds no account that does not exist, and wants a reason', async () => {
    for (const id of ['usr_nonsense', 'usr_00000000000000000000000009']) {
      expect(await ask(REINSTATE, { id })).toMatchObject({ userErrors: [{ code: 'NOT_FOUND' }] });
    }
    expect(await ask(SUSPEND, { input: { id: boss.id, reason: ' ' } })).toMatchObject({
      userErrors: [{ code: 'REQUIRED', field: ['input', 'reason'] }],
    });
  });
});
