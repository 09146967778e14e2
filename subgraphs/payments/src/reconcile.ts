import type { Logger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import type { ProviderConfig } from './config.ts';
import { createProvider } from './provider/create-provider.ts';
import { reconcile, type ReconciliationReport } from './reconciliation/reconcile.ts';
import { DEFAULT_TIMING } from './saga/timing.ts';
import { createPostgresStores } from './store/postgres/postgres-stores.ts';

/** Longer than reading all of a provider's books may take. */
const TIMEOUT_MS = 60 * 60 * 1_000;

/** `main.ts reconcile`: once, beside whatever instances run. */
export async function runReconciliation(
  config: ProviderConfig,
  logger: Logger,
): Promise<ReconciliationReport> {
  const pool = createPool({
    connectionString: config.POSTGRES_URL,
    applicationName: 'payments-reconcile',
    logger,
  });
  try {
    const provider = createProvider(config, []);
    const { disputes, operations, reconciliation: books } = createPostgresStores(pool, DEFAULT_TIMING);
    const deps = { provider, books, disputes, operations, timing: DEFAULT_TIMING, logger };
    return await reconcile(deps, AbortSignal.timeout(TIMEOUT_MS));
  } finally {
    await pool.end();
  }
}
