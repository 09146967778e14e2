import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { silentLogger, type Viewer } from '@tributary/service-kit';
import {
  createTestDatabase,
  createTestTrust,
  graphqlClient,
  spawnService,
  userViewer,
  waitFor,
  type SpawnedService,
  type TestDatabase,
  type TestTrust,
} from '@tributary/testkit';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { migrate } from './migrate.ts';
import { createEnvironment } from './testing/create-environment.ts';
import { receiveMail } from './testing/read-mail.ts';
import { createSoftwareAuthenticator } from './testing/software-authenticator.ts';
import { claimsOf, PASSWORD, uuidOf } from './testing/start-test-users.ts';

// Real processes are killed and started, and their hashes cost what real ones do.
jest.setTimeout(240_000);

const MAIN = 'subgraphs/users/src/main.ts';
const KILLS = 4;
const PEOPLE = 3;
const ROUNDS = 2;
/** For so long a refresh token that was exchanged gets its successor once more: domain/refresh-rotation.ts. */
const GRACE_MS = 10_000;

const REGISTER = `mutation ($input: AccountRegisterInput!) { answer: accountRegister(input: $input) {
  user { id } userErrors { ... on AccountInputError { code } } } }`;
const SIGN_IN = `mutation ($input: SignInInput!) { answer: signIn(input: $input) {
  user { id } tokens { accessToken refreshToken } } }`;
const REFRESH = `mutation ($input: TokenRefreshInput!) { answer: tokenRefresh(input: $input) {
  tokens { accessToken } userErrors { __typename } } }`;
const CHANGE = `mutation ($input: EmailChangeRequestInput!) { answer: emailChangeRequest(input: $input) {
  accepted userErrors { __typename } } }`;
const CONFIRM = `mutation ($input: EmailChangeConfirmInput!) { answer: emailChangeConfirm(input: $input) {
  user { id } userErrors { __typename } } }`;
const PASSKEY_BEGIN = `mutation { answer: passkeyRegistrationBegin { challengeId options userErrors { code } } }`;
const PASSKEY_COMPLETE = `mutation ($input: PasskeyRegistrationCompleteInput!) { answer: passkeyRegistrationComplete(input: $input) {
  passkey { id } userErrors { code } } }`;
const PASSKEYS = '{ answer: viewer { mfa { passkeys { name } } } }';
const PASSKEY_SIGN_IN_BEGIN = 'mutation { answer: passkeySignInBegin { challengeId options } }';
const PASSKEY_SIGN_IN = `mutation ($input: PasskeySignInCompleteInput!) { answer: passkeySignInComplete(input: $input) {
  user { id } userErrors { __typename } } }`;
const ERASE = `mutation ($input: AccountErasureRequestInput!) { answer: accountErasureRequest(input: $input) {
  erasure { executesAt } userErrors { code } } }`;
/** Of the pages that ask for passkeys. */
const ORIGIN = 'https://shop.example';
const VIEWER = '{ answer: viewer { email } }';

describe('a process killed at random moments', () => {
  let database: TestDatabase;
  let trust: TestTrust;
  let environment: Awaited<ReturnType<typeof createEnvironment>>;
  let current: SpawnedService;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    await migrate(database.url, silentLogger());
    trust = await createTestTrust();
    environment = await createEnvironment(database.url, trust, { WEB_ORIGINS: ORIGIN });
    client = new pg.Client(database.url);
    await client.connect();
    current = spawnService(MAIN, [], environment.env);
    await current.url;
  });
  afterAll(async () => {
    current.process.kill('SIGKILL');
    await current.finished;
    await client.end();
    await environment.remove();
    await database.drop();
  });

  /** The same request until it is answered: what a careful front end does. */
  const insist = (document: string, variables: Readonly<Record<string, unknown>>, viewer?: Viewer) =>
    waitFor(
      async () => {
        const request = graphqlClient(`${await current.url}/graphql`, 'users', trust);
        const { data, errors } = await request(document, variables, viewer);
        return errors === undefined ? data.answer : undefined;
      },
      { timeoutMs: 60_000, what: document },
    );

  /** Has a passkey and signs in with it. A question that was answered is over, whoever got the answer: it is asked anew. */
  const usePasskey = async (name: string, viewer: Viewer, userId: string): Promise<void> => {
    const authenticator = createSoftwareAuthenticator(ORIGIN);
    const passkeysOf = async () => (await insist(PASSKEYS, {}, viewer)).mfa.passkeys;
    await waitFor(
      async () => {
        const { challengeId, options } = await insist(PASSKEY_BEGIN, {}, viewer);
        const input = { challengeId, name, response: authenticator.create(options) };
        await insist(PASSKEY_COMPLETE, { input }, viewer);
        return (await passkeysOf()).length > 0;
      },
      { timeoutMs: 60_000, what: `the passkey of ${name}` },
    );
    expect(await passkeysOf()).toEqual([{ name }]);
    const { user } = await waitFor(
      async () => {
        const { challengeId, options } = await insist(PASSKEY_SIGN_IN_BEGIN, {});
        const input = { challengeId, response: authenticator.sign(options) };
        const signedIn = await insist(PASSKEY_SIGN_IN, { input });
        return signedIn.user === null ? undefined : signedIn;
      },
      { timeoutMs: 60_000, what: `the sign-in of ${name} with a passkey` },
    );
    expect(user).toEqual({ id: userId });
  };

  /** A whole life: registered, refreshed, given a passkey, moved to another address, erased. @returns the account's id. */
  const live = async (name: string): Promise<string> => {
    const email = `${name}@example.org`;
    const registered = await insist(REGISTER, { input: { email, password: PASSWORD, displayName: name } });
    // Taken by the request whose answer was lost.
    if (registered.user === null) expect(registered.userErrors).toEqual([{ code: 'EMAIL_TAKEN' }]);
    const { user, tokens } = await insist(SIGN_IN, { input: { email, password: PASSWORD } });

    const refreshedAt = Date.now();
    const refreshed = await insist(REFRESH, { input: { refreshToken: tokens.refreshToken } });
    if (Date.now() - refreshedAt < GRACE_MS) expect(refreshed.tokens).not.toBeNull();
    const again = await insist(SIGN_IN, { input: { email, password: PASSWORD } });
    const viewer: Viewer = {
      ...(userViewer(user.id) as Extract<Viewer, { kind: 'user' }>),
      sessionId: claimsOf(again.tokens.accessToken).sid,
      authTime: Date.now() / 1_000,
    };

    await usePasskey(name, viewer, user.id);

    const newEmail = `new.${email}`;
    const change = { input: { newEmail, currentPassword: PASSWORD } };
    expect(await insist(CHANGE, change, viewer)).toEqual({ accepted: true, userErrors: [] });
    // A mail that was asked for twice is sent twice, and the newest link is the one that works.
    // One that was being sent when the process died is sent again only when its lease has run out.
    await waitFor(
      async () => {
        const { token } = await receiveMail(mailFolder(), newEmail, 'Confirm your new e-mail address');
        await insist(CONFIRM, { input: { token } });
        return (await insist(VIEWER, {}, viewer)).email === newEmail;
      },
      { timeoutMs: 180_000, what: `the new address of ${name}` },
    );

    const erasure = { input: { confirmEmail: newEmail } };
    const fresh = { ...viewer, authTime: Date.now() / 1_000 };
    expect(await insist(ERASE, erasure, fresh)).toMatchObject({ userErrors: [] });
    await client.query('UPDATE users SET erasure_due_at = now() WHERE id = $1', [uuidOf(user.id)]);
    return user.id as string;
  };
  const mailFolder = (): string => environment.env['MAIL_FOLDER'] ?? '';

  it('registers, refreshes, adds passkeys, changes addresses and erases once, whole, or not yet', async () => {
    let living = true;
    const lives = Promise.all(
      Array.from({ length: PEOPLE }, async (_, person) => {
        const ids: string[] = [];
        for (let round = 0; round < ROUNDS; round += 1) ids.push(await live(`person${person}.${round}`));
        return ids;
      }),
    ).finally(() => {
      living = false;
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await current.url;
      await delay(200 + Math.random() * 1_500);
      if (!(living as boolean)) break;
      current.process.kill('SIGKILL');
      await current.finished;
      current = spawnService(MAIN, [], environment.env);
    }
    const ids = (await lives).flat();

    await waitFor(
      async () => {
        const { rowCount } = await client.query('SELECT FROM users WHERE erased_at IS NULL');
        return rowCount === 0;
      },
      { timeoutMs: 60_000, what: 'all to be erased' },
    );
    expect(new Set(ids).size).toBe(PEOPLE * ROUNDS);
    const { rows: users } = await client.query<{ id: string }>('SELECT id FROM users ORDER BY id');
    expect(users.map(({ id }) => id)).toEqual(ids.map(uuidOf).sort());
    const { rows: told } = await client.query<{ subject: string; type: string }>(
      `SELECT subject, event ->> 'type' AS type FROM events ORDER BY subject`,
    );
    expect(told).toEqual([...ids].sort().map((subject) => ({ subject, type: 'user.erased' })));
    for (const table of ['password_credentials', 'passkeys', 'sessions', 'user_roles', 'one_time_tokens']) {
      expect((await client.query(`SELECT FROM ${table}`)).rowCount).toBe(0);
    }
  }, 300_000);
});
