import {
  createLogger,
  describeListenError,
  readJsonFile,
  SigningKey,
  StartupError,
  Trust,
  type RunningService,
} from '@tributary/service-kit';
import { createPool, postgresReadiness } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { Config } from './config.ts';
import { assertMigrated } from './store/postgres/assert-migrated.ts';
import { createPostgresStores } from './store/postgres/postgres-stores.ts';
import { createUsers, type Users } from './users.ts';

/** Starts the service as configured, on its own database. */
export async function serve(config: Config): Promise<RunningService> {
  const logger = createLogger('users', config.LOG_LEVEL);
  const trust = await readJsonFile('users', 'TRUST_FILE', config.TRUST_FILE, Trust);
  const key = await readJsonFile('users', 'ACCESS_TOKEN_KEY_FILE', config.ACCESS_TOKEN_KEY_FILE, SigningKey);
  const pool = createPool({ connectionString: config.POSTGRES_URL, applicationName: 'users', logger });
  await assertMigrated(pool);
  const users = await createUsers({
    host: config.HOST,
    port: config.PORT,
    trust,
    accessToken: {
      key,
      issuer: config.ACCESS_TOKEN_ISSUER,
      audience: config.ACCESS_TOKEN_AUDIENCE,
      ttlSeconds: config.ACCESS_TOKEN_TTL_SECONDS,
    },
    introspection: config.INTROSPECTION,
    stores: createPostgresStores(pool),
    readiness: [postgresReadiness(pool)],
    logger,
  });
  logger.info({ url: await start(users, config) }, 'listening');
  return { stop: () => stop(users, pool) };
}

async function start(users: Users, config: Config): Promise<string> {
  try {
    return await users.start();
  } catch (error) {
    const explanation = describeListenError(error, config.HOST, config.PORT, 'PORT');
    if (explanation === undefined) throw error;
    throw new StartupError(explanation, { cause: error });
  }
}

async function stop(users: Users, pool: pg.Pool): Promise<void> {
  await users.stop();
  await pool.end();
}
