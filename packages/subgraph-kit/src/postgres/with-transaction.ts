import type pg from 'pg';
import { isOutdatedPlan } from './prepared-statements.ts';

/** serialization_failure and deadlock_detected: PostgreSQL asks the client to run the transaction again. */
const RETRYABLE = new Set(['40001', '40P01']);
const MAX_ATTEMPTS = 5;

/**
 * Runs `work` in one transaction; commits when it resolves, rolls back when it rejects.
 * Runs again from the start when PostgreSQL reports a serialization failure, a deadlock or an outdated plan,
 * so `work` must have no effect outside the database.
 */
export async function withTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, work);
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isRetryable(error)) throw error;
    }
  }
}

function isRetryable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && RETRYABLE.has(code)) || isOutdatedPlan(error);
}

async function runOnce<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isOver = false;
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(within(client, () => isOver)).finally(() => (isOver = true));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is in an unknown state and must not be reused.
    await client.query('ROLLBACK').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * The client for as long as its transaction lasts. Of several things that are done at the same time one may fail while
 * another goes on: what that sends afterwards would be in no transaction, or in somebody else's.
 */
function within(client: pg.PoolClient, isOver: () => boolean): pg.PoolClient {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const guarded = (...args: unknown[]): unknown =>
    isOver() ? Promise.reject(new Error('the transaction is over')) : query(...args);
  return Object.create(client, { query: { value: guarded } }) as pg.PoolClient;
}
