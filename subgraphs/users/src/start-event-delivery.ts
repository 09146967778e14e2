import { ConfigurationError, readJsonFile, SigningKey, type Logger } from '@tributary/service-kit';
import { deliverEvents, setSubscribers, type EventDelivery } from '@tributary/subgraph-kit/events';
import { withTransaction } from '@tributary/subgraph-kit/postgres';
import type pg from 'pg';
import { z } from 'zod';
import type { Config } from './config.ts';

const Subscribers = z.record(z.string(), z.url({ protocol: /^https?$/ }));

/** Delivers events to those that the configuration names; undefined when there are none. */
export async function startEventDelivery(
  config: Config,
  pool: pg.Pool,
  logger: Logger,
): Promise<EventDelivery | undefined> {
  const { EVENT_SUBSCRIBERS_FILE: file, EVENT_KEY_FILE: keyFile } = config;
  const subscribers =
    file === undefined ? {} : await readJsonFile('users', 'EVENT_SUBSCRIBERS_FILE', file, Subscribers);
  const names = Object.keys(subscribers);
  if (names.length > 0 && keyFile === undefined)
    throw new ConfigurationError('users', ['EVENT_KEY_FILE: is required with EVENT_SUBSCRIBERS_FILE']);
  await withTransaction(pool, (client) => setSubscribers(client, names));
  if (names.length === 0 || keyFile === undefined) return undefined;
  const key = await readJsonFile('users', 'EVENT_KEY_FILE', keyFile, SigningKey);
  return deliverEvents({ pool, subscribers, key, logger });
}
