import * as z from 'zod';
import type { BucketSize } from '../rate-limit/buckets.ts';
import type { RateLimitOptions } from '../rate-limit/rate-limiter.ts';
import type { RedisBucketsOptions } from '../rate-limit/redis-buckets.ts';
import { clientKeys, keySource, trustedProxies } from './client-key-yaml.ts';
import { count, duration } from './config-values.ts';
import { measuredCosts, type DemandControl } from './demand-control-yaml.ts';

const Bucket = z.strictObject({
  capacity: count().describe('Most cost that the client may use at once.'),
  refill: count().describe('Cost that comes back every second.'),
});

/** `rate_limit` of gateway.yaml. */
export const RateLimit = z.strictObject({
  capacity: count().default(20_000).describe('Most cost that a client may use at once.'),
  refill: count().default(1_000).describe('Cost that comes back every second.'),
  mode: z
    .enum(['measure', 'enforce'], { error: 'must be measure or enforce' })
    .default('enforce')
    .describe('`enforce` refuses what is too much; `measure` answers it, and logs it.'),
  key: clientKeys()
    .default(['claim:sub', 'ip'])
    .describe(
      'Who counts as one client, by the first that a request has: `claim:NAME` of its access token, `header:NAME`, `ip`. A header must be one that something before the gateway checks.',
    ),
  trusted_proxies: trustedProxies(),
  clients: z
    .record(z.string(), Bucket)
    .default({})
    .describe('Other sizes for clients by the value of their key.'),
  expose_headers: z
    .boolean()
    .default(false)
    .describe('Say in `RateLimit` and `RateLimit-Policy` what is left.'),
  redis: z
    .strictObject({
      url: z
        .string()
        .regex(/^rediss?:\/\//, 'must be a redis:// or rediss:// URL')
        .describe('Redis or Valkey.'),
      key_prefix: z.string().default('tributary:rate-limit:').describe('Before the names of all keys.'),
      timeout: duration('100ms').describe(
        'Longest a request waits for it; then, and while it is away, each process counts on its own.',
      ),
    })
    .optional()
    .describe('What gateways share; without it each process counts on its own.'),
});

export interface RateLimitConfig extends RateLimitOptions {
  readonly redis: Omit<RedisBucketsOptions, 'logger'> | undefined;
}

export function rateLimitConfig(
  yaml: z.output<typeof RateLimit>,
  demandControl: z.output<typeof DemandControl>,
): RateLimitConfig {
  const bucket = ({ capacity, refill }: z.output<typeof Bucket>): BucketSize => ({
    capacity,
    refillPerSecond: refill,
  });
  const { mode, key, clients, redis } = yaml;
  return {
    mode,
    keySources: key.map(keySource),
    trustedProxies: yaml.trusted_proxies,
    everybody: bucket(yaml),
    clients: new Map(Object.entries(clients).map(([name, each]) => [name, bucket(each)])),
    exposeHeaders: yaml.expose_headers,
    costs: measuredCosts(demandControl),
    redis: redis && { url: redis.url, keyPrefix: redis.key_prefix, timeoutMs: redis.timeout },
  };
}
