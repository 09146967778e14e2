import type { Logger } from '@tributary/service-kit';
import { createPool } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';

/** Attempts under one key take turns anyway; more would only wait side by side. */
const CONNECTIONS = 4;

/**
 * Whoever guesses, or twenty people who sign in at once, wait for these connections and for one another's rows. On
 * those that everything else is asked over they would have all requests wait with them.
 */
export const createThrottlePool = (connectionString: string, logger: Logger): pg.Pool =>
  createPool({
    connectionString,
    applicationName: 'users-throttles',
    logger,
    maxConnections: CONNECTIONS,
    minConnections: CONNECTIONS,
  });
