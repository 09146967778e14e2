import { StartupError, type Logger } from '@tributary/service-kit';
import { runner } from 'node-pg-migrate';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { unreachableDatabase } from './unreachable-database.ts';

const LOCK_ATTEMPTS = 60;
const LOCK_RETRY_MS = 500;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * Brings a database to the newest of the `.sql` files in `directory`, in name order, each in its own transaction.
 * Safe to run from several instances at once: the others wait for the first.
 *
 * @throws StartupError naming the setting when the database cannot be reached, and the database error when a migration fails; the failed one leaves nothing behind.
 */
export async function migratePostgres(
  connectionString: string,
  directory: string,
  logger: Logger,
): Promise<void> {
  await assertReachable(connectionString);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const applied = await runner({
        databaseUrl: connectionString,
        dir: directory,
        direction: 'up',
        migrationsTable: 'schema_migrations',
        checkOrder: true,
        log: () => undefined,
      });
      for (const { name } of applied) logger.info({ 'migration.name': name }, 'migration applied');
      return;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (attempt < LOCK_ATTEMPTS && message.includes('Another migration is already running')) {
        await delay(LOCK_RETRY_MS);
        continue;
      }
      throw new StartupError(`The database cannot be migrated with ${directory}: ${message}`, {
        cause: error,
      });
    }
  }
}

/** Apart from the migrations: what their runner fails with does not tell a wrong address from a wrong statement. */
async function assertReachable(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
  } catch (error) {
    throw unreachableDatabase(error);
  }
  await client.end();
}
