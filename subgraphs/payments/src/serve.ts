import {
  createLogger,
  createViewerTokenSigner,
  readJsonFile,
  SigningKey,
  Trust,
  type RunningService,
} from '@tributary/service-kit';
import { createSealer, EncryptionKeys } from '@tributary/subgraph-kit';
import {
  assertMigrated,
  createPool,
  openConnections,
  postgresReadiness,
} from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { Config } from './config.ts';
import { createHttpInventory } from './inventory/http-inventory.ts';
import { WEBHOOK_SCHEDULE_MS } from './merchant-webhooks/webhook-schedule.ts';
import { createPayments, type Payments } from './payments.ts';
import { Rates } from './pricing/rates.ts';
import { createTableCalculators } from './pricing/table-calculators.ts';
import { createProvider, describeProvider } from './provider/create-provider.ts';
import { DEFAULT_TIMING } from './saga/timing.ts';
import { createPostgresStores } from './store/postgres/postgres-stores.ts';

const CONNECTIONS = 10;
/** Of the newest migration. */
const NEWEST_INDEX = 'payments_of_provider';

/** Starts the service as configured, on its own database. */
export async function serve(config: Config): Promise<RunningService> {
  const logger = createLogger('payments', config.LOG_LEVEL);
  const trust = await readJsonFile('payments', 'TRUST_FILE', config.TRUST_FILE, Trust);
  const key = await readJsonFile('payments', 'SERVICE_KEY_FILE', config.SERVICE_KEY_FILE, SigningKey);
  const encryptionKeys = await readJsonFile(
    'payments',
    'ENCRYPTION_KEY_FILE',
    config.ENCRYPTION_KEY_FILE,
    EncryptionKeys,
  );
  const signer = await createViewerTokenSigner('payments', key);
  const rates = await readRates(config);
  const pool = createPool({
    connectionString: config.POSTGRES_URL,
    applicationName: 'payments',
    prepares: true,
    logger,
    maxConnections: CONNECTIONS,
    minConnections: CONNECTIONS,
  });
  await assertMigrated(pool, NEWEST_INDEX);
  await openConnections(pool, logger);
  const provider = createProvider(config, config.PROVIDER_WEBHOOK_SECRETS);
  const payments = await createPayments({
    host: config.HOST,
    port: config.PORT,
    trust,
    introspection: config.INTROSPECTION,
    checkoutTtlSeconds: config.CHECKOUT_TTL_SECONDS,
    maxGuestCheckouts: config.MAX_GUEST_CHECKOUTS,
    maxGuestUnits: config.MAX_GUEST_UNITS,
    trustedProxies: config.TRUSTED_PROXIES,
    buyerCancelSeconds: config.BUYER_CANCEL_SECONDS,
    stores: createPostgresStores(pool, DEFAULT_TIMING),
    inventory: createHttpInventory({ url: config.PRODUCTS_URL, signer, logger }),
    provider,
    providerInfo: describeProvider(config, provider),
    calculators: createTableCalculators(rates),
    captureMethod: config.CAPTURE_METHOD,
    merchantWebhooks: {
      sealer: createSealer(encryptionKeys),
      allowsHttp: config.WEBHOOK_ALLOW_HTTP,
      allowsPrivate: config.WEBHOOK_ALLOW_PRIVATE,
      scheduleMs: WEBHOOK_SCHEDULE_MS,
    },
    timing: DEFAULT_TIMING,
    readiness: [postgresReadiness(pool)],
    logger,
  });
  logger.info({ url: await payments.start() }, 'listening');
  return { stop: () => stop(payments, pool) };
}

const readRates = ({ RATES_PATH }: Config): Promise<Rates> =>
  RATES_PATH === undefined
    ? Promise.resolve(Rates.parse({}))
    : readJsonFile('payments', 'RATES_PATH', RATES_PATH, Rates);

async function stop(payments: Payments, pool: pg.Pool): Promise<void> {
  await payments.stop();
  await pool.end();
}
