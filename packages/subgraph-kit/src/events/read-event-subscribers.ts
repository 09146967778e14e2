import { ConfigurationError, readJsonFile, SigningKey } from '@tributary/service-kit';
import * as z from 'zod';

const Subscribers = z.record(z.string(), z.url({ protocol: /^https?$/ }));

export interface EventSubscribers {
  /** Where each takes events, by name. */
  readonly urls: Readonly<Record<string, string>>;
  /** Signs what is sent to them; there is one when there are any. */
  readonly key: SigningKey | undefined;
}

/**
 * Whom a service tells of events, from the files that `EVENT_SUBSCRIBERS_FILE` and `EVENT_KEY_FILE` name.
 *
 * @throws ConfigurationError when a file is missing or wrong.
 */
export async function readEventSubscribers(
  service: string,
  files: { readonly subscribers: string | undefined; readonly key: string | undefined },
): Promise<EventSubscribers> {
  const urls =
    files.subscribers === undefined
      ? {}
      : await readJsonFile(service, 'EVENT_SUBSCRIBERS_FILE', files.subscribers, Subscribers);
  if (Object.keys(urls).length === 0) return { urls: {}, key: undefined };
  if (files.key === undefined)
    throw new ConfigurationError(service, ['EVENT_KEY_FILE: is required with EVENT_SUBSCRIBERS_FILE']);
  return { urls, key: await readJsonFile(service, 'EVENT_KEY_FILE', files.key, SigningKey) };
}
