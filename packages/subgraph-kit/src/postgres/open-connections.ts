import type { Logger } from '@tributary/service-kit';
import type pg from 'pg';

/**
 * Opens the connections that the pool keeps, so that the first burst of requests does not: each is a process of PostgreSQL's
 * and a password check that is costly on purpose, and a request that has begun one waits for that one alone.
 * Those that PostgreSQL refuses are opened when they are needed.
 */
export async function openConnections(pool: pg.Pool, logger: Logger): Promise<void> {
  const opened = await Promise.allSettled(
    Array.from({ length: pool.options.min ?? 0 }, () => pool.connect()),
  );
  for (const connection of opened) {
    if (connection.status === 'fulfilled') connection.value.release();
    else logger.warn({ err: connection.reason }, 'database connection not opened at the start');
  }
}
