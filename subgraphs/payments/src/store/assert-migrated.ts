import { StartupError } from '@tributary/service-kit';
import type pg from 'pg';

/** @throws StartupError naming the fix when the database cannot be reached or lacks the newest tables. */
export async function assertMigrated(pool: pg.Pool): Promise<void> {
  let migrated: boolean;
  try {
    const { rows } = await pool.query<{ migrated: boolean }>(
      `SELECT to_regclass('sandbox.idempotency_keys') IS NOT NULL AS migrated`,
    );
    migrated = rows[0]?.migrated === true;
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string };
    throw new StartupError(
      `The database of POSTGRES_URL cannot be reached: ${message || (code ?? 'no reason given')}.`,
      {
        cause,
      },
    );
  }
  if (!migrated) {
    throw new StartupError(
      'The database of POSTGRES_URL is not migrated. Run subgraphs/payments/src/main.ts migrate.',
    );
  }
}
