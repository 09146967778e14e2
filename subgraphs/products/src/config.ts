import { flag, host, httpUrl, logLevel, parseConfig, port } from '@tributary/service-kit';
import * as z from 'zod';

const Env = z.object({
  /** Address to listen on. */
  HOST: host,
  /** TCP port to listen on; 0 picks a free one (tests). */
  PORT: port(4002),
  LOG_LEVEL: logLevel,
  /** Path of the JSON file that says whose signed requests are accepted. */
  TRUST_FILE: z.string({ error: 'must be the path of the trust table (JSON)' }),
  /** Answers schema queries of anybody; development only. */
  INTROSPECTION: flag(false),
  /** Where the data is; the database is `products` when the path names none. May hold a password: no default. */
  MONGODB_URI: z
    .string({ error: 'is required' })
    .regex(/^mongodb(?:\+srv)?:\/\/[^/]/, 'must be a mongodb:// or mongodb+srv:// URI'),
  /** JSON file: where which service wants to hear of products, `{"search": "http://.../events"}`. */
  EVENT_SUBSCRIBERS_FILE: z.string().optional(),
  /** JSON file with the private Ed25519 key that signs deliveries of events. */
  EVENT_KEY_FILE: z.string().optional(),
  /** Whether reviews show before somebody of the catalogue looked at them (`after`) or only then (`before`). */
  REVIEW_MODERATION: z.enum(['after', 'before'], { error: 'must be after or before' }).default('after'),
  /** Origin under which clients reach /media/ of this service. */
  MEDIA_BASE_URL: httpUrl.default('http://127.0.0.1:4002').transform((url) => url.replace(/\/+$/, '')),
});

export type Config = z.infer<typeof Env>;

/** For the commands that only touch the database. */
export type StoreConfig = Pick<Config, 'LOG_LEVEL' | 'MONGODB_URI' | 'MEDIA_BASE_URL'>;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError naming every problem at once. */
export const loadConfig = (env: Environment): Config => parseConfig('products', Env, env);

export const loadStoreConfig = (env: Environment): StoreConfig =>
  parseConfig('products', Env.pick({ LOG_LEVEL: true, MONGODB_URI: true, MEDIA_BASE_URL: true }), env);
