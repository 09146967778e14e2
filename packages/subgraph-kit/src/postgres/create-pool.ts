import type { Logger } from '@tributary/service-kit';
import pg from 'pg';
import { StorePool } from './store-pool.ts';

// int8 carries money and sequence numbers. All of ours are CHECKed to fit a safe integer; a value that does
// not is a bug that must surface, not a silently rounded amount.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 value ${text} is not a safe integer`);
  return value;
});

/**
 * Plans that are kept are made while the tables are small and have to be good when they are large: what is read is in memory
 * and costs little against looking at each row. And nothing that is asked over and over is worth compiling.
 */
const KEPT_PLANS = '-c seq_page_cost=0.1 -c random_page_cost=0.1 -c jit=off';

export interface PoolOptions {
  readonly connectionString: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly logger: Logger;
  readonly maxConnections?: number;
  /** Connections that stay open however long nobody asks; `openConnections` opens them. */
  readonly minConnections?: number;
  /** Longest a statement may run, in milliseconds. */
  readonly statementTimeoutMs?: number;
  /**
   * Plans each statement once per connection, and does what a transaction asks for at the same time in one round trip. For a
   * service that asks the same over and over; a proxy in between has to keep sessions.
   */
  readonly prepares?: boolean;
}

export function createPool(options: PoolOptions): pg.Pool {
  const { prepares = false } = options;
  const pool = new StorePool(
    {
      connectionString: options.connectionString,
      application_name: options.applicationName,
      max: options.maxConnections ?? 10,
      min: options.minConnections ?? 0,
      statement_timeout: options.statementTimeoutMs ?? 5_000,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      pipeline: prepares,
      ...(prepares && { options: KEPT_PLANS }),
    },
    prepares,
  );
  // One that dies between two statements of a transaction emits on the client, where nobody else listens, and
  // would end the process; the next query on it rejects anyway.
  pool.on('connect', (client) => {
    client.on('error', (error) => {
      options.logger.warn({ err: error }, 'database connection lost');
    });
  });
  // A connection that dies while idle is not an error of any request: the pool replaces it.
  pool.on('error', (error) => {
    options.logger.warn({ err: error }, 'idle database connection lost');
  });
  return pool;
}
