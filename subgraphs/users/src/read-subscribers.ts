import { createViewerTokenSigner } from '@tributary/service-kit';
import { readEventSubscribers, type EventSubscribers } from '@tributary/subgraph-kit/events';
import type { Config } from './config.ts';
import type { DataSource } from './privacy/data-source.ts';
import { createHttpDataSource } from './privacy/http-data-source.ts';

/** The services that are told of accounts, and asked what they know of people. */
export interface ConfiguredSubscribers extends EventSubscribers {
  readonly sources: readonly DataSource[];
}

/** @throws ConfigurationError when a file is missing or wrong. */
export async function readSubscribers(config: Config): Promise<ConfiguredSubscribers> {
  const { urls, key } = await readEventSubscribers('users', {
    subscribers: config.EVENT_SUBSCRIBERS_FILE,
    key: config.EVENT_KEY_FILE,
  });
  if (key === undefined) return { urls, sources: [], key };
  const signer = await createViewerTokenSigner('users', key);
  const sources = Object.entries(urls).map(([name, eventsUrl]) =>
    createHttpDataSource({ name, eventsUrl, signer }),
  );
  return { urls, sources, key };
}
