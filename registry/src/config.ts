import { host, httpUrl, logLevel, parseConfig, port } from '@tributary/service-kit';
import { postgresUrl } from '@tributary/subgraph-kit/postgres';
import { z } from 'zod';

const StoreConfig = z.object({
  /** Database of the registry alone. */
  POSTGRES_URL: postgresUrl,
  LOG_LEVEL: logLevel,
});
export type StoreConfig = z.infer<typeof StoreConfig>;

const count = (fallback: number, min: number, max: number) =>
  z.coerce
    .number({ error: `must be a number, ${min} to ${max}` })
    .int()
    .min(min)
    .max(max)
    .default(fallback);

const Config = StoreConfig.extend({
  HOST: host,
  PORT: port(4010),
  /** Where people reach the registry: links in rover's output begin with it. The address it listens on, unless it is said. */
  PUBLIC_URL: httpUrl.optional(),
  /** Largest schema that is taken, in bytes. */
  MAX_SCHEMA_BYTES: count(4_000_000, 1_000, 20_000_000),
  /** Longest that composing or comparing schemas may take, in milliseconds; rover waits 30 seconds for an answer. */
  SCHEMA_TIMEOUT_MS: count(20_000, 100, 60_000),
  /** How long gateways are asked to wait between two looks for a new supergraph, in seconds. */
  UPLINK_MIN_DELAY_SECONDS: count(10, 1, 3_600),
});
export type Config = z.infer<typeof Config>;

const KeyConfig = StoreConfig.extend({
  /** Graph that the key is for; made when there is none. */
  GRAPH_ID: z.string({ error: 'is required' }).regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a graph id'),
  KEY_NAME: z.string().max(100).default('command line'),
  KEY_ROLE: z.enum(['ADMIN', 'PUBLISHER', 'ROUTER', 'OBSERVER']).default('ADMIN'),
});
export type KeyConfig = z.infer<typeof KeyConfig>;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError naming every problem. */
export const loadConfig = (env: Environment): Config => parseConfig('registry', Config, env);

/** What `migrate` needs. */
export const loadStoreConfig = (env: Environment): StoreConfig => parseConfig('registry', StoreConfig, env);

/** What `create-key` needs. */
export const loadKeyConfig = (env: Environment): KeyConfig => parseConfig('registry', KeyConfig, env);
