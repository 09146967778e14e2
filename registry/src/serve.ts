import { createLogger, type RunningService } from '@tributary/service-kit';
import { assertMigrated, createPool, openConnections } from '@tributary/subgraph-kit/postgres';
import type { Config } from './config.ts';
import { createRegistry } from './registry.ts';

const CONNECTIONS = 10;
const DAY_MS = 86_400_000;
const NEWEST_TABLE = 'recorded_operations';

/** Starts the registry as configured, on its own database. */
export async function serve(config: Config): Promise<RunningService> {
  const logger = createLogger('registry', config.LOG_LEVEL);
  const pool = createPool({
    connectionString: config.POSTGRES_URL,
    applicationName: 'registry',
    logger,
    maxConnections: CONNECTIONS,
    minConnections: CONNECTIONS,
  });
  await assertMigrated(pool, NEWEST_TABLE);
  await openConnections(pool, logger);
  const registry = await createRegistry({
    pool,
    logger,
    host: config.HOST,
    port: config.PORT,
    publicUrl: config.PUBLIC_URL,
    explorerUrl: config.EXPLORER_URL,
    maxSchemaBytes: config.MAX_SCHEMA_BYTES,
    schemaTimeoutMs: config.SCHEMA_TIMEOUT_MS,
    limits: {
      requestsPerMinute: config.MAX_REQUESTS_PER_MINUTE,
      reportsPerSecond: config.MAX_REPORTS_PER_SECOND,
      signInsPerMinute: config.MAX_SIGN_INS_PER_MINUTE,
      trustedProxies: config.TRUSTED_PROXIES,
    },
    uplinkMinDelaySeconds: config.UPLINK_MIN_DELAY_SECONDS,
    checkWindowMs: config.CHECK_WINDOW_DAYS * DAY_MS,
    passWithoutOperations: config.CHECKS_PASS_WITHOUT_OPERATIONS,
    lintLevels: config.LINT_LEVELS,
    usageRetentionMs: config.USAGE_DAYS * DAY_MS,
  });
  logger.info({ url: await registry.start() }, 'listening');
  return {
    stop: async () => {
      await registry.stop();
      await pool.end();
    },
  };
}
