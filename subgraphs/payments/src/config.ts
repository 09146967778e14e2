import { flag, host, httpUrl, logLevel, parseConfig, port } from '@tributary/service-kit';
import { postgresUrl } from '@tributary/subgraph-kit/postgres';
import * as z from 'zod';

const StoreConfig = z.object({
  /** Database of this service alone. */
  POSTGRES_URL: postgresUrl,
  LOG_LEVEL: logLevel,
});
export type StoreConfig = z.infer<typeof StoreConfig>;

const ProviderConfig = StoreConfig.extend({
  /** Who moves the money. */
  PAYMENT_PROVIDER: z.enum(['sandbox', 'stripe'], { error: 'must be sandbox or stripe' }).default('sandbox'),
  /** Origin of Stripe's API, where it is not Stripe's own. */
  STRIPE_URL: httpUrl.optional(),
  /** Origin of the sandbox provider. */
  SANDBOX_URL: httpUrl.default('http://127.0.0.1:4004').transform((url) => url.replace(/\/+$/, '')),
  /** Key this service shows to the provider. */
  PROVIDER_API_KEY: z.string({ error: 'is required' }),
});
/** What `reconcile` needs. */
export type ProviderConfig = z.infer<typeof ProviderConfig>;

const Config = ProviderConfig.extend({
  HOST: host,
  PORT: port(4003),
  /** JSON file that lists who may sign requests to this service. */
  TRUST_FILE: z.string({ error: 'is required' }),
  /** JSON file with the private Ed25519 key (JWK with `kid`) this service signs its own calls with. */
  SERVICE_KEY_FILE: z.string({ error: 'is required' }),
  /** GraphQL endpoint of the products service, which holds and sells the stock. */
  PRODUCTS_URL: httpUrl.default('http://127.0.0.1:4002/graphql'),
  /** JSON file with the tables of shipping and tax. Without it shipping is free and nothing is taxed. */
  RATES_PATH: z.string().min(1).optional(),
  /** How long price and stock of an unpaid checkout are held, in seconds. */
  CHECKOUT_TTL_SECONDS: z.coerce
    .number({ error: 'must be a number of seconds, 1 to 86400' })
    .int()
    .min(1)
    .max(86_400)
    .default(900),
  /** Open checkouts that guests of one network (an IPv4 address, an IPv6 /64) may have. */
  MAX_GUEST_CHECKOUTS: z.coerce
    .number({ error: 'must be a number, 1 to 10000' })
    .int()
    .min(1)
    .max(10_000)
    .default(20),
  /** Pieces that guests of one network may hold together in open checkouts. */
  MAX_GUEST_UNITS: z.coerce
    .number({ error: 'must be a number, 1 to 1000000' })
    .int()
    .min(1)
    .max(1_000_000)
    .default(200),
  /** Proxies before the gateway that add to `X-Forwarded-For`. */
  TRUSTED_PROXIES: z.coerce.number({ error: 'must be a number, 0 to 10' }).int().min(0).max(10).default(0),
  /** How long after an order its buyer may cancel it, once the money is taken, in seconds. */
  BUYER_CANCEL_SECONDS: z.coerce
    .number({ error: 'must be a number of seconds, 0 to 2592000' })
    .int()
    .min(0)
    .max(2_592_000)
    .default(1_800),
  /** Key that front ends show to Stripe, which is none of its secrets. */
  PROVIDER_PUBLISHABLE_KEY: z.string().min(1).optional(),
  /** Secrets the provider may sign its webhooks with, separated by spaces: two while they change. */
  PROVIDER_WEBHOOK_SECRETS: z
    .string({ error: 'is required' })
    .transform((text) => text.split(/\s+/).filter((secret) => secret !== '')),
  /** JSON file with the keys that encrypt what the database holds of webhook secrets. */
  ENCRYPTION_KEY_FILE: z.string({ error: 'is required' }),
  /** Lets merchants' webhooks go to http:// URLs. Development only. */
  WEBHOOK_ALLOW_HTTP: flag(false),
  /** Lets merchants' webhooks go to addresses that are not public: those of this machine and of private networks. */
  WEBHOOK_ALLOW_PRIVATE: flag(false),
  /** AUTOMATIC takes the money when an order is made, MANUAL when somebody captures it. */
  CAPTURE_METHOD: z
    .enum(['AUTOMATIC', 'MANUAL'], { error: 'must be AUTOMATIC or MANUAL' })
    .default('AUTOMATIC'),
  /** Answers schema queries without a signed token. Development only. */
  INTROSPECTION: flag(false),
});
export type Config = z.infer<typeof Config>;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError naming every problem. */
export const loadConfig = (env: Environment): Config => parseConfig('payments', Config, env);

/** @throws ConfigurationError naming every problem. */
export const loadProviderConfig = (env: Environment): ProviderConfig =>
  parseConfig('payments', ProviderConfig, env);

/** What `migrate` needs. */
export const loadStoreConfig = (env: Environment): StoreConfig => parseConfig('payments', StoreConfig, env);
