/**
 * Changes as PostgreSQL tells them: one connection of each instance listens, and each instance tells what transactions
 * of any have left to be told (migrations 040 and 070). What is told while there is no connection is lost, so after each
 * loss everybody reads again what they watch, and orders that were made meanwhile are looked up.
 */
import type { Logger } from '@tributary/service-kit';
import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import pg from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import type { ChangedThing, ChangeFeed } from '../change-feed.ts';
import { ChangeListeners } from './change-listeners.ts';
import { CHANNEL, tellChanges } from './tell-changes.ts';

/** Between two looks for what is to be told. */
const TELL_EVERY_MS = 100;
/** A connection whose other end is gone looks open: this asks. */
const HEARTBEAT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 5_000;
const RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;
/** `placed_at` is when a transaction began; none is open for longer than this before it commits. */
const LONGEST_TRANSACTION = '1 minute';
/** As many as a subscriber may have waiting, and one. */
const MAX_MISSED_ORDERS = 1_001;

export function createPostgresChangeFeed(pool: pg.Pool): ChangeFeed {
  const listeners = new ChangeListeners();
  const stopping = new AbortController();
  const { signal } = stopping;
  let listening = Promise.resolve();
  let telling: PeriodicWorker | undefined;
  /** When a connection was last known to listen, by the database's clock. */
  let listenedAt: Date | undefined;

  const tell = (payload = ''): void => {
    const [thing, id = ''] = payload.split(' ');
    listeners.changed(thing as ChangedThing, id);
  };

  const listenOnce = async (onListening: () => void): Promise<void> => {
    const client = new pg.Client({
      connectionString: pool.options.connectionString,
      application_name: `${pool.options.application_name ?? 'payments'} changes`,
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
    });
    const lost = new AbortController();
    let reason: Error | undefined;
    client.on('error', (error) => {
      reason = error;
      lost.abort();
    });
    client.on('end', () => {
      lost.abort();
    });
    client.on('notification', ({ payload }) => {
      tell(payload);
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      onListening();
      const now = await askTime(client);
      listeners.missed();
      if (listenedAt !== undefined)
        for (const id of await ordersSince(client, listenedAt)) listeners.changed('order', id);
      listenedAt = now;
      const over = AbortSignal.any([signal, lost.signal]);
      for (;;) {
        await delay(HEARTBEAT_MS, undefined, { signal: over, ref: false }).catch(() => undefined);
        if (over.aborted) break;
        listenedAt = await askTime(client);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
    if (!signal.aborted) throw reason ?? new Error('the connection was closed');
  };

  const listen = async (logger: Logger): Promise<void> => {
    let retryMs = RETRY_MS;
    while (!signal.aborted) {
      try {
        await listenOnce(() => {
          retryMs = RETRY_MS;
        });
      } catch (error) {
        logger.warn({ err: error, retryInMs: retryMs }, 'changes are not heard of, connecting again');
        await delay(retryMs, undefined, { signal, ref: false }).catch(() => undefined);
        retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
      }
    }
  };

  return {
    start: (logger) => {
      listening = listen(logger);
      telling = runPeriodically({
        name: 'changes',
        everyMs: TELL_EVERY_MS,
        logger,
        work: async () => {
          try {
            return await tellChanges(pool);
          } catch (error) {
            await delay(LONGEST_RETRY_MS, undefined, { signal, ref: false }).catch(() => undefined);
            throw error;
          }
        },
      });
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([listening, telling?.stop()]);
    },
    listen: (thing, id, listener) => listeners.add(thing, id, listener),
  };
}

async function askTime(client: pg.Client): Promise<Date> {
  const { rows } = await client.query<{ now: Date }>('SELECT now()');
  return rows[0]?.now ?? new Date();
}

async function ordersSince(client: pg.Client, time: Date): Promise<readonly string[]> {
  const { rows } = await client.query<{ id: string }>(
    'SELECT id FROM orders WHERE placed_at > $1::timestamptz - $2::interval ORDER BY placed_at, id LIMIT $3',
    [time, LONGEST_TRANSACTION, MAX_MISSED_ORDERS],
  );
  return rows.map(({ id }) => id);
}
