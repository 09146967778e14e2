import { listDeadLetters, purgeEvents, retryDeadLetter } from '@tributary/subgraph-kit/events';
import type pg from 'pg';
import type { EventStore } from '../event-store.ts';

export const createPostgresEventStore = (pool: pg.Pool): EventStore => ({
  listDead: (limit) => listDeadLetters(pool, limit),
  retry: (letter) => retryDeadLetter(pool, letter),
  purge: (before) => purgeEvents(pool, before),
});
