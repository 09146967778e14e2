import { flag, host, httpUrl, logLevel, parseConfig, port } from '@tributary/service-kit';
import { postgresUrl } from '@tributary/subgraph-kit/postgres';
import * as z from 'zod';

const atLeastOne = z.coerce.number({ error: 'must be a number, 1 or more' }).int().min(1);

const isSecureOrigin = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { origin, protocol, hostname } = new URL(text);
  return origin === text && (protocol === 'https:' || ['localhost', '127.0.0.1'].includes(hostname));
};

const StoreConfig = z.object({
  /** Database of this service alone. */
  POSTGRES_URL: postgresUrl,
  LOG_LEVEL: logLevel,
});
export type StoreConfig = z.infer<typeof StoreConfig>;

const Config = StoreConfig.extend({
  HOST: host,
  PORT: port(4001),
  /** JSON file that lists who may sign requests to this service. */
  TRUST_FILE: z.string({ error: 'is required' }),
  /** Answers schema queries without a signed token. Development only. */
  INTROSPECTION: flag(false),
  /** JSON file with the private Ed25519 key (JWK with `kid`) that signs access tokens. No default on purpose. */
  ACCESS_TOKEN_KEY_FILE: z.string({ error: 'is required' }),
  /** JSON file with the keys that encrypt what the database holds of signing keys; without it the one key signs for ever. */
  ENCRYPTION_KEY_FILE: z.string().optional(),
  /** JSON file: where which service wants to hear of events, `{"products": "http://.../events"}`. */
  EVENT_SUBSCRIBERS_FILE: z.string().optional(),
  /** JSON file with the private Ed25519 key that signs deliveries of events. */
  EVENT_KEY_FILE: z.string().optional(),
  /** `iss` of access tokens. */
  ACCESS_TOKEN_ISSUER: httpUrl.default('http://127.0.0.1:4001'),
  /** `aud` of access tokens. */
  ACCESS_TOKEN_AUDIENCE: z.string().default('supergraph'),
  /** Life of an access token, in seconds; a signed-out session's last token works until then. */
  ACCESS_TOKEN_TTL_SECONDS: z.coerce
    .number({ error: 'must be a number of seconds, 30 to 3600' })
    .int()
    .min(30)
    .max(3_600)
    .default(300),
  /** `required`: nobody signs in before they have read a mail; `optional` is for development. */
  EMAIL_VERIFICATION: z
    .enum(['required', 'optional'], { error: 'must be required or optional' })
    .default('required'),
  /** SMTP server, with user and password; without one mail is written to MAIL_FOLDER. */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/./, 'must be an smtp:// or smtps:// URL')
    .optional(),
  /** Folder for mail that is not sent. */
  MAIL_FOLDER: z.string().default('mail'),
  /** Shows the mail of MAIL_FOLDER at /mail. Development only: whoever sees it can take over any account. */
  MAIL_PAGE: flag(false),
  MAIL_FROM: z.string().default('Tributary <accounts@tributary.example>'),
  /** Where the pages are that mails link to. */
  ACCOUNT_URL: httpUrl.default('http://127.0.0.1:4001/account'),
  /** Origins of the pages people sign in on: they may use passkeys, and cookies for refresh tokens. */
  WEB_ORIGINS: z
    .string()
    .default('')
    .transform((list) => list.split(',').flatMap((each) => (each.trim() === '' ? [] : [each.trim()])))
    .refine(
      (origins) => origins.every(isSecureOrigin),
      'must be origins such as https://shop.example, joined by commas; http is for this machine alone',
    ),
  /** Domain that passkeys are for; a passkey is bound to it for ever. Undefined: that of the first of WEB_ORIGINS. */
  PASSKEY_RP_ID: z
    .string()
    .regex(/^[a-z0-9.-]+$/, 'must be a domain, such as shop.example')
    .optional(),
  /** Shown to people when they add a passkey. */
  PASSKEY_RP_NAME: z.string().min(1).max(100).default('Tributary'),
  /** Failed sign-ins from one network address in a minute. */
  SIGN_INS_PER_MINUTE: atLeastOne.default(30),
  /** Registrations from one network address in an hour. */
  REGISTRATIONS_PER_HOUR: atLeastOne.default(20),
  /** How long the owner of an account may change their mind before it is erased, in days. */
  ERASURE_DELAY_DAYS: z.coerce
    .number({ error: 'must be a number of days, 1 to 30' })
    .int()
    .min(1)
    .max(30)
    .default(14),
  /** Origin under which people reach /data-exports/ of this service. */
  EXPORT_BASE_URL: httpUrl.default('http://127.0.0.1:4001').transform((url) => url.replace(/\/+$/, '')),
  /** Proxies before the gateway that add to `X-Forwarded-For`. */
  TRUSTED_PROXIES: z.coerce.number({ error: 'must be a number, 0 to 10' }).int().min(0).max(10).default(0),
});
export type Config = z.infer<typeof Config>;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError naming every problem. */
export const loadConfig = (env: Environment): Config => parseConfig('users', Config, env);

/** What `migrate` and `seed` need. */
export const loadStoreConfig = (env: Environment): StoreConfig => parseConfig('users', StoreConfig, env);
