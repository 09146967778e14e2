import { flag, host, httpUrl, logLevel, parseConfig, port } from '@tributary/service-kit';
import { postgresUrl } from '@tributary/subgraph-kit/postgres';
import * as z from 'zod';
import { DEFAULT_LINT_LEVELS } from './checks/linter.ts';
import type { LintLevel } from './schema-work/protocol.ts';

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

const LEVELS = ['ERROR', 'WARNING', 'IGNORED'] as const;

function readLintLevels(text: string, context: z.core.$RefinementCtx): Readonly<Record<string, LintLevel>> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [rule = '', given = ''] = pair.split('=').map((part) => part.trim());
      const level = LEVELS.find((each) => each === given);
      if (!(rule in DEFAULT_LINT_LEVELS) || level === undefined)
        context.addIssue({
          code: 'custom',
          message: `"${pair.trim()}" is not RULE=ERROR, RULE=WARNING or RULE=IGNORED`,
        });
      return [rule, level ?? 'IGNORED'];
    }),
  );
}

const Config = StoreConfig.extend({
  HOST: host,
  PORT: port(4010),
  /** Where people reach the registry: links in rover's output begin with it. The address it listens on, unless it is said. */
  PUBLIC_URL: httpUrl.optional(),
  /** Where the graph can be asked by hand, the gateway's page say: the console has a link there. */
  EXPLORER_URL: httpUrl.optional(),
  /** Largest schema that is taken, in bytes. */
  MAX_SCHEMA_BYTES: count(4_000_000, 1_000, 20_000_000),
  /** Longest that composing or comparing schemas may take, in milliseconds; rover waits 30 seconds for an answer. */
  SCHEMA_TIMEOUT_MS: count(20_000, 100, 60_000),
  /** Most requests of an API key in a minute, usage reports aside; of a network address, without a key that holds. */
  MAX_REQUESTS_PER_MINUTE: count(1_200, 1, 1_000_000),
  /** Most usage reports of an API key in a second. */
  MAX_REPORTS_PER_SECOND: count(2_000, 1, 1_000_000),
  /** Most sign-ins to the console from a network address in a minute. */
  MAX_SIGN_INS_PER_MINUTE: count(30, 1, 1_000_000),
  /** Proxies before the registry that add to `X-Forwarded-For`. */
  TRUSTED_PROXIES: count(0, 0, 10),
  /** How long gateways are asked to wait between two looks for a new supergraph, in seconds. */
  UPLINK_MIN_DELAY_SECONDS: count(10, 1, 3_600),
  /** How far back a check looks for operations that use what is taken away, in days; `rover --validation-period` goes first. */
  CHECK_WINDOW_DAYS: count(7, 1, 365),
  /** Whether a breaking change passes while no operation at all was recorded in that time. */
  CHECKS_PASS_WITHOUT_OPERATIONS: flag(false),
  /** How long it is kept who sent what, in days. */
  USAGE_DAYS: count(90, 1, 3_650),
  /** Levels of lint rules: `RULE=ERROR,RULE=IGNORED`. */
  LINT_LEVELS: z.string().default('').transform(readLintLevels),
});
export type Config = z.infer<typeof Config>;

const KeyConfig = StoreConfig.extend({
  /** Graph that the key is for; made when there is none. */
  GRAPH_ID: z.string({ error: 'is required' }).regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'must be a graph id'),
  KEY_NAME: z.string().max(100).default('command line'),
  KEY_ROLE: z.enum(['ADMIN', 'PUBLISHER', 'ROUTER', 'OBSERVER']).default('ADMIN'),
  /** SHA-256, in hex, of a key that was made elsewhere: it is taken, none is made, and none is printed where logs are kept. */
  KEY_SHA256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a key, in hex')
    .optional(),
});
export type KeyConfig = z.infer<typeof KeyConfig>;

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws ConfigurationError naming every problem. */
export const loadConfig = (env: Environment): Config => parseConfig('registry', Config, env);

/** What `migrate` needs. */
export const loadStoreConfig = (env: Environment): StoreConfig => parseConfig('registry', StoreConfig, env);

/** What `create-key` needs. */
export const loadKeyConfig = (env: Environment): KeyConfig => parseConfig('registry', KeyConfig, env);
