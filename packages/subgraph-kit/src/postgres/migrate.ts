import { StartupError, type Logger } from '@tributary/service-kit';
import { runner } from 'node-pg-migrate';
import { setTimeout as delay } from 'node:timers/promises';

const LOCK_ATTEMPTS = 60;
const LOCK_RETRY_MS = 500;

/**
 * Brings a database to the newest of the `.sql` files in `directory`, in name order, each in its own transaction.
 * Safe to run from several instances at once: the others wait for the first.
 *
 * @throws StartupError naming the database error when a migration fails; the failed one leaves nothing behind.
 */
export async function migratePostgres(
  connectionString: string,
  directory: string,
  logger: Logger,
): Promise<void> {
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
