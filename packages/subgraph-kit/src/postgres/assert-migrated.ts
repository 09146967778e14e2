import { StartupError } from '@tributary/service-kit';
import type pg from 'pg';
import { unreachableDatabase } from './unreachable-database.ts';

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
    throw unreachableDatabase(cause);
  }
  if (!migrated) {
    throw new StartupError(
      'The database that POSTGRES_URL names is not migrated. Run "main.ts migrate" first.',
    );
  }
}
