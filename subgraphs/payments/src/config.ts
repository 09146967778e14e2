import { flag, host, httpUrl, logLevel, parseConfig, port } from '@tributary/service-kit';
import { postgresUrl } from '@tributary/subgraph-kit/postgres';
import { z } from 'zod';

const StoreConfig = z.object({
  /** Database of this service alone. */
  POSTGRES_URL: postgresUrl,
  LOG_LEVEL: logLevel,
});
export type StoreConfig = z.infer<typeof StoreConfig>;

const Config = StoreConfig.extend({
  HOST: host,
  PORT: port(4003),
  /** JSON file that lists who may sign requests to this service. */
  TRUST_FILE: z.string({ error: 'is required' }),
  /** JSON file with the private Ed25519 key (JWK with `kid`) this service signs its own calls with. */
  SERVICE_KEY_FILE: z.string({ error: 'is required' }),
  /** GraphQL endpoint of the products service, which holds and sells the stock. */
  PRODUCTS_URL: httpUrl.default('http://127.0.0.1:4002/graphql'),
  /** How long price and stock of an unpaid checkout are held, in seconds. */
  CHECKOUT_TTL_SECONDS: z.coerce
    .number({ error: 'must be a number of seconds, 1 to 86400' })
    .int()
    .min(1)
    .max(86_400)
    .default(900),
  /** Answers schema queries without a signed token. Development only. */
  INTROSPECTION: flag(false),
});
export type Config = z.infer<typeof Config>;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError naming every problem. */
export const loadConfig = (env: Environment): Config => parseConfig('payments', Config, env);

/** What `migrate` needs. */
export const loadStoreConfig = (env: Environment): StoreConfig => parseConfig('payments', StoreConfig, env);
