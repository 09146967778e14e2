import type { Logger } from '@tributary/service-kit';
import {
  deliverEvents,
  postgresOutbox,
  setSubscribers,
  type EventDelivery,
} from '@tributary/subgraph-kit/events';
import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import type { ConfiguredSubscribers } from './read-subscribers.ts';

/** Delivers events to those that the configuration names; undefined when there are none. */
export async function startEventDelivery(
  { urls, key }: ConfiguredSubscribers,
  pool: pg.Pool,
  logger: Logger,
): Promise<EventDelivery | undefined> {
  await withTransaction(pool, (client) => setSubscribers(client, Object.keys(urls)));
  return key === undefined
    ? undefined
    : deliverEvents({ outbox: postgresOutbox(pool), subscribers: urls, key, logger });
}
