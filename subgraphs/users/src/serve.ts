import {
  createLogger,
  readJsonFile,
  SigningKey,
  Trust,
  type Logger,
  type RunningService,
} from '@tributary/service-kit';
import {
  assertMigrated,
  createPool,
  openConnections,
  postgresReadiness,
} from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { Config } from './config.ts';
import { createFixedKeyRing, openKeyRing } from './credentials/key-ring.ts';
import { createSealer, EncryptionKeys } from '@tributary/subgraph-kit';
import { readSubscribers } from './read-subscribers.ts';
import { startEventDelivery } from './start-event-delivery.ts';
import { createPostgresStores } from './store/postgres/postgres-stores.ts';
import { createThrottlePool } from './store/postgres/create-throttle-pool.ts';
import { createUsers } from './users.ts';

const CONNECTIONS = 10;

/** Starts the service as configured, on its own database. */
export async function serve(config: Config): Promise<RunningService> {
  const logger = createLogger('users', config.LOG_LEVEL);
  const pool = createPool({
    connectionString: config.POSTGRES_URL,
    applicationName: 'users',
    logger,
    maxConnections: CONNECTIONS,
    minConnections: CONNECTIONS,
  });
  const throttlePool = createThrottlePool(config.POSTGRES_URL, logger);
  const closePools = async (): Promise<void> => {
    await Promise.all([pool.end(), throttlePool.end()]);
  };
  try {
    const service = await serveFrom({ pool, throttlePool }, config, logger);
    return {
      stop: async () => {
        await service.stop();
        await closePools();
      },
    };
  } catch (error) {
    await closePools();
    throw error;
  }
}

async function serveFrom(
  { pool, throttlePool }: { readonly pool: pg.Pool; readonly throttlePool: pg.Pool },
  config: Config,
  logger: Logger,
): Promise<RunningService> {
  const trust = await readJsonFile('users', 'TRUST_FILE', config.TRUST_FILE, Trust);
  const key = await readJsonFile('users', 'ACCESS_TOKEN_KEY_FILE', config.ACCESS_TOKEN_KEY_FILE, SigningKey);
  const encryptionKeys =
    config.ENCRYPTION_KEY_FILE === undefined
      ? undefined
      : await readJsonFile('users', 'ENCRYPTION_KEY_FILE', config.ENCRYPTION_KEY_FILE, EncryptionKeys);
  await assertMigrated(pool, 'totp_uses');
  await Promise.all([openConnections(pool, logger), openConnections(throttlePool, logger)]);
  const stores = createPostgresStores(pool, throttlePool);
  const sealer = encryptionKeys === undefined ? undefined : createSealer(encryptionKeys);
  const keys =
    sealer === undefined
      ? await createFixedKeyRing(key)
      : await openKeyRing(
          {
            store: stores.signingKeys,
            sealer,
            firstKey: key,
            tokenLifetimeMs: config.ACCESS_TOKEN_TTL_SECONDS * 1_000,
          },
          new Date(),
        );
  const subscribers = await readSubscribers(config);
  const users = await createUsers({
    host: config.HOST,
    port: config.PORT,
    trust,
    accessToken: {
      keys,
      issuer: config.ACCESS_TOKEN_ISSUER,
      audience: config.ACCESS_TOKEN_AUDIENCE,
      ttlSeconds: config.ACCESS_TOKEN_TTL_SECONDS,
    },
    sealer,
    webOrigins: config.WEB_ORIGINS,
    relyingParty: relyingPartyOf(config),
    limits: {
      signInsPerMinute: config.SIGN_INS_PER_MINUTE,
      registrationsPerHour: config.REGISTRATIONS_PER_HOUR,
    },
    mail: {
      smtpUrl: config.SMTP_URL,
      folder: config.MAIL_FOLDER,
      page: config.MAIL_PAGE,
      from: config.MAIL_FROM,
      accountUrl: config.ACCOUNT_URL,
    },
    needsVerifiedEmail: config.EMAIL_VERIFICATION === 'required',
    erasureDelayMs: config.ERASURE_DELAY_DAYS * 24 * 60 * 60 * 1_000,
    exportBaseUrl: config.EXPORT_BASE_URL,
    dataSources: subscribers.sources,
    trustedProxies: config.TRUSTED_PROXIES,
    introspection: config.INTROSPECTION,
    stores,
    readiness: [postgresReadiness(pool)],
    logger,
  });
  const delivery = await startEventDelivery(subscribers, pool, logger);
  logger.info({ url: await users.start() }, 'listening');
  return {
    stop: async () => {
      await delivery?.stop();
      await users.stop();
    },
  };
}

/** Without pages there are no passkeys. */
function relyingPartyOf({ WEB_ORIGINS, PASSKEY_RP_ID, PASSKEY_RP_NAME }: Config) {
  const [first] = WEB_ORIGINS;
  if (first === undefined) return undefined;
  return { id: PASSKEY_RP_ID ?? new URL(first).hostname, name: PASSKEY_RP_NAME, origins: WEB_ORIGINS };
}
