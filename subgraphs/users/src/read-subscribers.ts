import {
  ConfigurationError,
  createViewerTokenSigner,
  readJsonFile,
  SigningKey,
} from '@tributary/service-kit';
import { z } from 'zod';
import type { Config } from './config.ts';
import type { DataSource } from './privacy/data-source.ts';
import { createHttpDataSource } from './privacy/http-data-source.ts';

const Subscribers = z.record(z.string(), z.url({ protocol: /^https?$/ }));

/** The services that are told of accounts, and asked what they know of people. */
export interface ConfiguredSubscribers {
  /** Where each takes events, by name. */
  readonly urls: Readonly<Record<string, string>>;
  readonly sources: readonly DataSource[];
  /** Signs what is sent to them; there is one when there are any. */
  readonly key: SigningKey | undefined;
}

/** @throws ConfigurationError when a file is missing or wrong. */
export async function readSubscribers(config: Config): Promise<ConfiguredSubscribers> {
  const { EVENT_SUBSCRIBERS_FILE: file, EVENT_KEY_FILE: keyFile } = config;
  const urls =
    file === undefined ? {} : await readJsonFile('users', 'EVENT_SUBSCRIBERS_FILE', file, Subscribers);
  if (Object.keys(urls).length === 0) return { urls: {}, sources: [], key: undefined };
  if (keyFile === undefined)
    throw new ConfigurationError('users', ['EVENT_KEY_FILE: is required with EVENT_SUBSCRIBERS_FILE']);
  const key = await readJsonFile('users', 'EVENT_KEY_FILE', keyFile, SigningKey);
  const signer = await createViewerTokenSigner('users', key);
  const sources = Object.entries(urls).map(([name, eventsUrl]) =>
    createHttpDataSource({ name, eventsUrl, signer }),
  );
  return { urls, sources, key };
}
