import { StartupError } from '@tributary/service-kit';
import type pg from 'pg';
import { StoreUnavailableError } from '../store-unavailable-error.ts';

/**
 * @param newestTable A table or an index that the newest migration makes, with its schema if that is not `public`.
 * @throws StartupError naming the fix when the database cannot be reached or lacks that table.
 */
export async function assertMigrated(pool: pg.Pool, newestTable: string): Promise<void> {
  let migrated: boolean;
  try {
    const { rows } = await pool.query<{ migrated: boolean }>(
      'SELECT to_regclass($1) IS NOT NULL AS migrated',
      [newestTable],
    );
    migrated = rows[0]?.migrated === true;
  } catch (cause) {
    throw new StartupError(`The database that POSTGRES_URL names cannot be used: ${reasonOf(cause)}.`, {
      cause,
    });
  }
  if (!migrated) {
    throw new StartupError(
      'The database that POSTGRES_URL names is not migrated. Run "main.ts migrate" first.',
    );
  }
}

/** A refused connection to a name with several addresses is an AggregateError without a message. */
function reasonOf(error: unknown): string {
  const cause = error instanceof StoreUnavailableError ? error.cause : error;
  const { message, code } = cause as { message?: string; code?: string };
  return [message, code].find((text) => text !== undefined && text !== '') ?? String(cause);
}
