import { generateSigningKey, silentLogger, type Viewer } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { createFixedKeyRing } from '../credentials/key-ring.ts';
import { userIds } from '../domain/ids.ts';
import { createThrottlePool } from '../store/postgres/create-throttle-pool.ts';
import { migrate } from '../migrate.ts';
import type { Stores } from '../store/stores.ts';
import { createUsers, type UsersOptions } from '../users.ts';
import { receiveMail } from './read-mail.ts';
import { testUsersOptions } from './test-users-options.ts';
import {
  createTestDatabase,
  createTestTrust,
  userViewer,
  type TestDatabase,
  type TestTrust,
  graphqlClient,
  type GraphqlRequest,
  waitFor,
} from '@tributary/testkit';

export const PASSWORD = 'a long enough passphrase';

export interface SignedIn {
  readonly id: string;
  readonly email: string;
  /** As the gateway would name the user after verifying the access token. */
  readonly viewer: Viewer;
  readonly accessToken: string;
  readonly refreshToken: string;
}

export interface TestUsers {
  readonly url: string;
  readonly databaseUrl: string;
  readonly pool: pg.Pool;
  readonly stores: Stores;
  readonly trust: TestTrust;
  readonly request: GraphqlRequest;
  /** As the gateway asks for somebody at this network address. */
  requestFrom(address: string): GraphqlRequest;
  readonly mailFolder: string;
  /** The newest mail to somebody with this subject, once it is there, and its token. */
  receiveMail(to: string, subject: string): ReturnType<typeof receiveMail>;
  /** The service's clock; moves only when told to. */
  readonly clock: { advanceMs(ms: number): void; now(): Date };
  /** Statements sent to the database outside transactions while `work` ran. */
  countQueries(work: () => Promise<unknown>): Promise<number>;
  /** Registers an account and answers its id. */
  register(email: string, fields?: Readonly<Record<string, unknown>>): Promise<string>;
  signIn(email: string): Promise<SignedIn>;
  registerAndSignIn(email: string): Promise<SignedIn>;
  stop(): Promise<void>;
}

/** The real service over HTTP on a database of its own. Mail goes to a folder. */
export async function startTestUsers(
  options: Partial<UsersOptions> = {},
  givenDatabase?: TestDatabase,
): Promise<TestUsers> {
  const database = givenDatabase ?? (await createTestDatabase());
  const logger = silentLogger();
  await migrate(database.url, logger);
  const pool = createPool({ connectionString: database.url, applicationName: 'test', logger });
  const throttlePool = createThrottlePool(database.url, logger);
  const query = countingQueries(pool, throttlePool);
  const trust = await createTestTrust();
  let offsetMs = 0;
  const now = (): Date => new Date(Date.UTC(2026, 5, 1) + offsetMs);
  const mailFolder = await mkdtemp(join(tmpdir(), 'tributary-mail-'));
  const keys = await createFixedKeyRing(await generateSigningKey('access-1'));
  const usersOptions = {
    ...testUsersOptions({ pool, throttlePool, trust, keys, mailFolder, now }),
    ...options,
  };
  const users = await createUsers(usersOptions);
  const url = await users.start();
  const request = graphqlClient(`${url}/graphql`, 'users', trust);

  const register = async (email: string, fields: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const { data } = await request(
      'mutation ($input: AccountRegisterInput!) { accountRegister(input: $input) { user { id } userErrors { __typename } } }',
      { input: { email, password: PASSWORD, displayName: 'Test Person', ...fields } },
    );
    const payload = (data as { accountRegister: { user: { id: string } | null } }).accountRegister;
    if (payload.user === null) throw new Error(`not registered: ${JSON.stringify(payload)}`);
    return payload.user.id;
  };
  const signIn = async (email: string): Promise<SignedIn> => {
    const { data } = await request(
      'mutation ($input: SignInInput!) { signIn(input: $input) { user { id } tokens { accessToken refreshToken } } }',
      { input: { email, password: PASSWORD } },
    );
    const { user, tokens } = (data as { signIn: { user: { id: string }; tokens: SignedIn } }).signIn;
    const claims = claimsOf(tokens.accessToken);
    const viewer = { ...userViewer(user.id, claims.scope.split(' ')), sessionId: claims.sid };
    return { id: user.id, email, viewer, accessToken: tokens.accessToken, refreshToken: tokens.refreshToken };
  };
  return {
    url,
    databaseUrl: database.url,
    pool,
    stores: usersOptions.stores,
    trust,
    request,
    requestFrom: (address) => graphqlClient(`${url}/graphql`, 'users', trust, { 'x-forwarded-for': address }),
    mailFolder,
    receiveMail: (to, subject) => receiveMail(mailFolder, to, subject),
    clock: {
      now,
      advanceMs: (ms) => {
        offsetMs += ms;
      },
    },
    countQueries: query.count,
    register,
    signIn,
    registerAndSignIn: async (email) => {
      await register(email);
      return signIn(email);
    },
    stop: async () => {
      await users.stop();
      await Promise.all([pool.end(), throttlePool.end()]);
      await database.drop();
      await rm(mailFolder, { recursive: true, force: true });
    },
  };
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): {
  readonly sid: string;
  readonly scope: string;
  readonly [claim: string]: unknown;
} {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as ReturnType<
    typeof claimsOf
  >;
}

export const uuidOf = (id: string): string => userIds.toUuid(id) ?? '';

const OF_WORKERS = /letters|data_exports|signing_keys|DELETE FROM (?!throttles WHERE key)/;

/** Replaces the `query` of pools with one that counts. */
function countingQueries(...pools: readonly [pg.Pool, pg.Pool]): { count: TestUsers['countQueries'] } {
  let queries = 0;
  for (const each of pools) {
    const original = each.query.bind(each) as (...args: unknown[]) => unknown;
    each.query = ((...args: unknown[]) => {
      // Not those of the workers in the background.
      if (!OF_WORKERS.test(String(args[0]))) queries += 1;
      return original(...args);
    }) as typeof each.query;
  }
  const [pool] = pools;
  return {
    count: async (work) => {
      // Writing a letter takes queries that look like those of a request.
      await waitFor(async () => {
        const { rows } = await pool.query('SELECT FROM letters WHERE done_at IS NULL');
        return rows.length === 0;
      });
      const before = queries;
      await work();
      return queries - before;
    },
  };
}
