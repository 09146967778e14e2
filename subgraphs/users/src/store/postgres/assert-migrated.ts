import { StartupError } from '@tributary/service-kit';
import type pg from 'pg';

/** @throws StartupError naming the fix when the database cannot be reached or has no tables yet. */
export async function assertMigrated(pool: pg.Pool): Promise<void> {
  let ready: boolean;
  try {
    const { rows } = await pool.query<{ ready: boolean }>(
      `SELECT to_regclass('audit_events') IS NOT NULL AS ready`,
    );
    ready = rows[0]?.ready ?? false;
  } catch (cause) {
    throw new StartupError(`The database that POSTGRES_URL names cannot be used: ${reasonOf(cause)}`, {
      cause,
    });
  }
  if (!ready)
    throw new StartupError(
      'The database that POSTGRES_URL names has no tables yet. Run "main.ts migrate" first.',
    );
}

/** A refused connection to a name with several addresses is an AggregateError without a message. */
function reasonOf(cause: unknown): string {
  const { message, code } = cause as { message?: string; code?: string };
  return [message, code].find((text) => text !== undefined && text !== '') ?? String(cause);
}
