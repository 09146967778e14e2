import { createClient } from '@redis/client';
import type { Logger } from '@tributary/service-kit';
import { createHash } from 'node:crypto';
import type { Buckets, BucketSize, Taken } from './buckets.ts';
import { MemoryBuckets } from './memory-buckets.ts';

export interface RedisBucketsOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  /** Before the names of all keys. */
  readonly keyPrefix: string;
  /** Longest a request waits for Redis, in milliseconds. */
  readonly timeoutMs: number;
  readonly logger: Logger;
}

/** After a failure Redis is left alone for so long: not every request is to wait for its own. */
const REST_MS = 1_000;
const MAX_RECONNECT_MS = 2_000;

/**
 * One step for taking and settling, by Redis' own clock, so that gateways need not agree on the time. A clock that is
 * set back refills nothing at that moment, one that is set forward fills a bucket and no more.
 *
 * KEYS[1] bucket; ARGV capacity, refill a second, cost (negative: back), 1 to take what is not there too.
 */
const SCRIPT = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local capacity, refill, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = tonumber(bucket[1]) or capacity, tonumber(bucket[2]) or now
tokens = math.min(capacity, tokens + math.max(0, now - at) / 1000 * refill)
local taken = 0
if tokens >= cost or ARGV[4] == '1' then
  taken = 1
  tokens = math.min(capacity, tokens - cost)
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil((capacity - tokens) / refill * 1000) + 1000)
return {taken, tostring(tokens)}
`;
const SCRIPT_SHA = createHash('sha1').update(SCRIPT).digest('hex');

/**
 * Buckets that all gateways of a Redis, or a Valkey, share. While it is away each process counts on its own, by the same
 * sizes: nobody is let through without a limit, and nobody is refused because of it.
 */
export function openRedisBuckets({ url, keyPrefix, timeoutMs, logger }: RedisBucketsOptions): Buckets {
  const own = new MemoryBuckets();
  const client = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: 2_000,
      reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, MAX_RECONNECT_MS),
    },
  });
  let isAway = false;
  let restsUntil = 0;
  const away = (error: unknown): void => {
    restsUntil = performance.now() + REST_MS;
    if (isAway) return;
    isAway = true;
    logger.error({ err: error }, 'rate limits: Redis is away, each process counts on its own');
  };
  const back = (): void => {
    if (!isAway) return;
    isAway = false;
    logger.info({}, 'rate limits: Redis is back');
  };
  // Without a listener a lost connection would end the process.
  client.on('error', away);
  client.connect().catch(away);

  const run = async (name: string, cost: number, size: BucketSize, isForced: boolean): Promise<Taken> => {
    const call = {
      keys: [keyPrefix + name],
      arguments: [size.capacity, size.refillPerSecond, cost, isForced ? 1 : 0].map(String),
    };
    let reply: unknown;
    try {
      reply = await client.evalSha(SCRIPT_SHA, call);
    } catch (error) {
      // It has started anew, or never seen the script.
      if (!String(error).includes('NOSCRIPT')) throw error;
      reply = await client.eval(SCRIPT, call);
    }
    const [taken, tokens] = reply as [number, string];
    return { isTaken: taken === 1, remaining: Number(tokens) };
  };

  const shared = async (...call: Parameters<typeof run>): Promise<Taken | undefined> => {
    if (!client.isReady || performance.now() < restsUntil) return undefined;
    try {
      const taken = await within(timeoutMs, run(...call));
      back();
      return taken;
    } catch (error) {
      away(error);
      return undefined;
    }
  };

  return {
    take: async (name, cost, size) => (await shared(name, cost, size, false)) ?? own.take(name, cost, size),
    settle: async (name, difference, size) => {
      if ((await shared(name, -difference, size, true)) === undefined)
        await own.settle(name, difference, size);
    },
    stop: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
