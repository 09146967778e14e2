import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Viewer } from '@tributary/service-kit';
import { setSubscribers } from '@tributary/subgraph-kit/events';
import { userViewer, waitFor } from '@tributary/testkit';
import {
  PASSWORD,
  startTestUsers,
  uuidOf,
  type SignedIn,
  type TestUsers,
} from './testing/start-test-users.ts';

const REQUEST = `mutation ($input: AccountErasureRequestInput!) { answer: accountErasureRequest(input: $input) {
  erasure { requestedAt executesAt } userErrors { code field } } }`;
const CANCEL = 'mutation { answer: accountErasureCancel { canceled } }';
const SIGN_IN = `mutation ($input: SignInInput!) { answer: signIn(input: $input) {
  user { id status erasure { executesAt } } userErrors { __typename } } }`;
const REFRESH =
  'mutation ($input: TokenRefreshInput!) { answer: tokenRefresh(input: $input) { tokens { tokenType } } }';
const USER = `query ($id: ID!) { answer: user(id: $id) {
  id displayName avatarUrl email givenName familyName phone locale status roles createdAt lastSignInAt
  addresses { id } sessions { id } } }`;
const RENAME = `mutation ($input: ProfileUpdateInput!) { answer: profileUpdate(input: $input) {
  user { id } userErrors { code } } }`;
const ADD_ADDRESS = `mutation ($input: AddressInput!) { answer: addressCreate(input: $input) {
  address { id } userErrors { code } } }`;
const ADDRESS = { recipientName: 'Zoe Zander', line1: 'Zander Street 1', city: 'Bonn', countryCode: 'DE' };
const DAY_MS = 24 * 60 * 60 * 1_000;

describe('erasure of an account', () => {
  let users: TestUsers;
  const ask = async (document: string, variables: Record<string, unknown> = {}, viewer?: Viewer) => {
    const { data, errors } = await users.request(document, variables, viewer);
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const fresh = (viewer: Viewer, agoSeconds = 0): Viewer => ({
    ...(viewer as Extract<Viewer, { kind: 'user' }>),
    authTime: users.clock.now().getTime() / 1_000 - agoSeconds,
  });
  const requestErasure = ({ viewer, email }: SignedIn) =>
    ask(REQUEST, { input: { confirmEmail: email } }, fresh(viewer));
  const signIn = (email: string) => ask(SIGN_IN, { input: { email, password: PASSWORD } });
  const support = userViewer('usr_00000000000000000000000001', ['users:read']);
  const isErased = (id: string) =>
    waitFor(async () => (await ask(USER, { id }, support)).status === 'ERASED', { what: 'the erasure' });

  beforeAll(async () => {
    users = await startTestUsers();
    await setSubscribers(users.pool, ['products', 'payments']);
  });
  afterAll(() => users.stop());

  it('waits two weeks, in which the owner is told, may sign in, and may cancel', async () => {
    const hesitant = await users.registerAndSignIn('hesitant@example.org');
    const first = await requestErasure(hesitant);
    expect(first).toEqual({
      erasure: {
        requestedAt: users.clock.now().toISOString(),
        executesAt: new Date(users.clock.now().getTime() + 14 * DAY_MS).toISOString(),
      },
      userErrors: [],
    });
    const mail = await users.receiveMail('hesitant@example.org', 'Your account will be deleted');
    expect(mail.text).toContain(first.erasure.executesAt.slice(0, 10));

    users.clock.advanceMs(13 * DAY_MS);
    expect(await requestErasure(hesitant)).toEqual(first);
    expect(await signIn('hesitant@example.org')).toEqual({
      user: { id: hesitant.id, status: 'ERASURE_PENDING', erasure: { executesAt: first.erasure.executesAt } },
      userErrors: [],
    });
    expect(await ask(CANCEL, {}, hesitant.viewer)).toEqual({ canceled: true });
    expect(await ask(CANCEL, {}, hesitant.viewer)).toEqual({ canceled: false });
    await users.receiveMail('hesitant@example.org', 'Your account stays');

    users.clock.advanceMs(2 * DAY_MS);
    const other = await users.registerAndSignIn('other@example.org');
    await requestErasure(other);
    users.clock.advanceMs(14 * DAY_MS);
    await isErased(other.id);
    expect(await signIn('hesitant@example.org')).toMatchObject({
      user: { id: hesitant.id, status: 'PENDING_VERIFICATION' },
    });
  });

  it('leaves nothing in the database that says whose account it was, but its id', async () => {
    const gone = await users.registerAndSignIn('zoe.zander@example.org');
    const profile = { displayName: 'Zoe Z.', givenName: 'Zoe', familyName: 'Zander', phone: '+4922812345' };
    await ask(RENAME, { input: profile }, gone.viewer);
    await ask(ADD_ADDRESS, { input: ADDRESS }, gone.viewer);
    await requestErasure(gone);
    await users.receiveMail('zoe.zander@example.org', 'Your account will be deleted');
    users.clock.advanceMs(14 * DAY_MS);
    await isErased(gone.id);

    expect(await ask(USER, { id: gone.id }, support)).toEqual({
      id: gone.id,
      displayName: 'Deleted user',
      avatarUrl: null,
      email: null,
      givenName: null,
      familyName: null,
      phone: null,
      locale: 'en',
      status: 'ERASED',
      roles: [],
      createdAt: expect.any(String),
      lastSignInAt: null,
      addresses: [],
      sessions: [],
    });
    expect(await everythingStored()).not.toMatch(/zander|zoe|4922812345/i);
  });

  it('ends what the account could do, also for who still holds a token, and frees its address', async () => {
    const gone = await users.registerAndSignIn('again@example.org');
    await requestErasure(gone);
    users.clock.advanceMs(14 * DAY_MS);
    await isErased(gone.id);

    expect(await signIn('again@example.org')).toEqual({
      user: null,
      userErrors: [{ __typename: 'InvalidCredentialsError' }],
    });
    expect(await ask(REFRESH, { input: { refreshToken: gone.refreshToken } })).toEqual({ tokens: null });
    const notFound = { userErrors: [{ code: 'NOT_FOUND' }] };
    expect(await ask(RENAME, { input: { displayName: 'Still here' } }, gone.viewer)).toMatchObject(notFound);
    expect(await ask(ADD_ADDRESS, { input: ADDRESS }, gone.viewer)).toMatchObject({ address: null });
    expect(await ask(CANCEL, {}, gone.viewer)).toEqual({ canceled: false });

    const { id } = await users.registerAndSignIn('again@example.org');
    expect(id).not.toBe(gone.id);
  });

  it('is announced to every service when the last access token has expired, instead of what was before', async () => {
    const gone = await users.registerAndSignIn('announced@example.org');
    await ask(RENAME, { input: { displayName: 'Told Before' } }, gone.viewer);
    await requestErasure(gone);
    users.clock.advanceMs(14 * DAY_MS);
    await isErased(gone.id);

    const { rows } = await users.pool.query(
      `SELECT subscriber, event, next_attempt_at - created_at > interval '5 minutes' AS later
         FROM events JOIN event_deliveries USING (seq, subject) WHERE subject = $1 ORDER BY subscriber`,
      [gone.id],
    );
    const event = expect.objectContaining({
      type: 'user.erased',
      subject: gone.id,
      data: { displayName: 'Deleted user', avatarUrl: null, suspended: false },
    });
    expect(rows).toEqual([
      { subscriber: 'payments', event, later: true },
      { subscriber: 'products', event, later: true },
    ]);
  });

  it('needs a fresh sign-in and the address, and an administrator to hand over first', async () => {
    const { id, viewer, email } = await users.registerAndSignIn('careful@example.org');
    const input = { confirmEmail: email };
    expect(await ask(REQUEST, { input }, fresh(viewer, 601))).toEqual({
      erasure: null,
      userErrors: [{ code: 'REAUTHENTICATION_REQUIRED', field: null }],
    });
    expect(await ask(REQUEST, { input: { confirmEmail: 'else@example.org' } }, fresh(viewer))).toEqual({
      erasure: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'confirmEmail'] }],
    });
    await users.pool.query(`INSERT INTO user_roles VALUES ($1, 'ADMIN', now())`, [uuidOf(id)]);
    expect(await ask(REQUEST, { input }, fresh(viewer))).toEqual({
      erasure: null,
      userErrors: [{ code: 'INVALID', field: null }],
    });
    for (const [document, variables] of [
      [REQUEST, { input }],
      [CANCEL, {}],
    ] as const) {
      const { errors } = await users.request(document, variables);
      expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    }
  });

  /** Every row of every table, as text. */
  async function everythingStored(): Promise<string> {
    const { rows: tables } = await users.pool.query<{ name: string }>(
      `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'`,
    );
    const texts = await Promise.all(
      tables.map(async ({ name }) => {
        const { rows } = await users.pool.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
        return rows.map(({ text }) => text).join('\n');
      }),
    );
    return texts.join('\n');
  }
});
