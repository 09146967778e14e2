import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createEnvironment } from './testing/create-environment.ts';
import {
  createTestDatabase,
  type TestDatabase,
  createTestTrust,
  type TestTrust,
  graphqlClient,
  spawnService,
  type SpawnedService,
} from '@tributary/testkit';

const MAIN = 'subgraphs/users/src/main.ts';
const REGISTER = `mutation ($input: AccountRegisterInput!) {
  accountRegister(input: $input) { user { id } userErrors { __typename } }
}`;
const SIGN_IN = `mutation ($input: SignInInput!) { signIn(input: $input) { tokens { tokenType } user { id roles } } }`;
const PASSWORD = 'a long enough passphrase';
interface Registered {
  readonly accountRegister: { readonly user: { readonly id: string } | null };
}

const START_TIMEOUT_MS = 60_000;

describe('the process', () => {
  let database: TestDatabase;
  let trust: TestTrust;
  let environment: Awaited<ReturnType<typeof createEnvironment>>;
  const running = new Set<SpawnedService>();
  const run = (args: readonly string[], env = environment.env) => spawnService(MAIN, args, env).finished;
  const start = (): SpawnedService => {
    const spawned = spawnService(MAIN, ['serve'], { ...environment.env, LOG_LEVEL: 'trace' });
    running.add(spawned);
    void spawned.finished.then(() => running.delete(spawned));
    return spawned;
  };
  const clientOf = async (spawned: SpawnedService) =>
    graphqlClient(`${await spawned.url}/graphql`, 'users', trust);

  beforeAll(async () => {
    database = await createTestDatabase();
    trust = await createTestTrust();
    environment = await createEnvironment(database.url, trust);
  });
  afterAll(async () => {
    for (const spawned of running) spawned.process.kill('SIGKILL');
    await environment.remove();
    await database.drop();
  });

  it(
    'migrates and seeds',
    async () => {
      const migrated = await run(['migrate']);
      const seeded = await run(['seed']);

      expect(migrated).toEqual({ exitCode: 0, output: expect.stringContaining('0001_accounts') });
      expect(seeded).toEqual({ exitCode: 0, output: 'users: added 26 of 26 sample accounts\n' });
    },
    START_TIMEOUT_MS,
  );

  it(
    'loses no acknowledged registration when it is killed, leaves none half-done, and logs nobody’s data',
    async () => {
      const acknowledged: string[] = [];
      for (const [round, killAfter] of [2, 9].entries()) {
        const victim = start();
        const request = await clientOf(victim);
        let answered = 0;
        const registrations = Array.from({ length: 24 }, async (_, i) => {
          const email = `round${round}-${i}@example.org`;
          const { data } = await request(REGISTER, {
            input: { email, password: PASSWORD, displayName: 'Test' },
          });
          if ((data as Registered | undefined)?.accountRegister.user) acknowledged.push(email);
          answered += 1;
          if (answered === killAfter) victim.process.kill('SIGKILL');
        });
        await Promise.allSettled(registrations);
        await victim.finished;
      }

      const survivor = start();
      const request = await clientOf(survivor);
      expect(acknowledged.length).toBeGreaterThanOrEqual(2 + 9);
      for (const email of acknowledged) {
        const { data } = await request(SIGN_IN, { input: { email, password: PASSWORD } });
        expect(data).toMatchObject({
          signIn: { tokens: { tokenType: 'Bearer' }, user: { roles: ['CUSTOMER'] } },
        });
      }
      expect(await halfRegistered(database.url)).toEqual([]);

      await request(REGISTER, {
        input: { email: 'round0-0@example.org', password: PASSWORD, displayName: 7 },
      });
      await request(SIGN_IN, { input: { email: 'round0-0@example.org', password: 'a wrong word' } });
      survivor.process.kill('SIGTERM');
      const { exitCode, output } = await survivor.finished;
      expect(exitCode).toBe(0);
      expect(output).not.toMatch(/passphrase|wrong word|example\.org/);
    },
    START_TIMEOUT_MS,
  );

  it(
    'names every configuration problem at once, and explains itself',
    async () => {
      const [misconfigured, unknownCommand, help] = await Promise.all([
        run(['serve'], { POSTGRES_URL: 'mysql://x', PORT: 'http', ACCESS_TOKEN_TTL_SECONDS: '5' }),
        run(['sing']),
        run(['--help'], {}),
      ]);

      expect(misconfigured.exitCode).toBe(2);
      for (const name of [
        'POSTGRES_URL',
        'PORT',
        'TRUST_FILE',
        'ACCESS_TOKEN_KEY_FILE',
        'ACCESS_TOKEN_TTL_SECONDS',
      ]) {
        expect(misconfigured.output).toContain(`- ${name}: `);
      }
      expect(unknownCommand.exitCode).toBe(2);
      expect(unknownCommand.output).toContain('there is no command "sing"');
      expect(help).toEqual({ exitCode: 0, output: expect.stringContaining('main.ts migrate') });
    },
    START_TIMEOUT_MS,
  );
});

/** Ids of accounts that lack something every registration writes. */
async function halfRegistered(databaseUrl: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM users
      WHERE NOT EXISTS (SELECT FROM password_credentials WHERE user_id = users.id)
         OR NOT EXISTS (SELECT FROM user_roles WHERE user_id = users.id)
         OR NOT EXISTS (SELECT FROM audit_events WHERE subject_id = users.id AND type = 'REGISTERED')`,
  );
  await client.end();
  return rows;
}
