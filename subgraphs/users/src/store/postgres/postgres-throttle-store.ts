import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { Throttle } from '../../domain/limits.ts';
import { admitAttempt, takeBackAttempt, type ThrottleState } from '../../domain/throttle.ts';
import type { ThrottleStore } from '../throttle-store.ts';

const STATE = `attempts, window_started_at AS "windowStartedAt", blocked_until AS "blockedUntil"`;

export function createPostgresThrottleStore(pool: pg.Pool): ThrottleStore {
  return {
    // A transaction for each: nobody holds the lock of one key while waiting for another.
    admit: async (throttles, now) => {
      for (const throttle of throttles) {
        const seconds = await withTransaction(pool, (client) => admit(client, throttle, now));
        if (seconds !== undefined) return seconds;
      }
      return undefined;
    },
    takeBack: ({ key, rule }) =>
      withTransaction(pool, async (client) => {
        const { rows } = await client.query<ThrottleState>(
          `SELECT ${STATE} FROM throttles WHERE key = $1 FOR UPDATE`,
          [key],
        );
        if (rows[0] !== undefined) await write(client, key, takeBackAttempt(rule, rows[0]));
      }),
    forget: async ({ key }) => {
      await pool.query('DELETE FROM throttles WHERE key = $1', [key]);
    },
    purge: async (before) => {
      await pool.query(
        'DELETE FROM throttles WHERE window_started_at < $1 AND (blocked_until IS NULL OR blocked_until < $1)',
        [before],
      );
    },
  };
}

async function admit(client: pg.PoolClient, { key, rule }: Throttle, now: Date): Promise<number | undefined> {
  // Makes the row if there is none and locks it in any case: attempts under one key take turns.
  const { rows } = await client.query<ThrottleState>(
    `INSERT INTO throttles (key, attempts, window_started_at) VALUES ($1, 0, $2)
     ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING ${STATE}`,
    [key, now],
  );
  const admission = admitAttempt(rule, rows[0], now);
  if (!admission.admitted) return admission.retryAfterSeconds;
  await write(client, key, admission.state);
  return undefined;
}

async function write(client: pg.PoolClient, key: string, state: ThrottleState): Promise<void> {
  await client.query(
    'UPDATE throttles SET attempts = $2, window_started_at = $3, blocked_until = $4 WHERE key = $1',
    [key, state.attempts, state.windowStartedAt, state.blockedUntil],
  );
}
