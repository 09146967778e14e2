import { ClientError } from '@tributary/service-kit';
import { LRUCache } from 'lru-cache';

/** Whoever asks has used its share for now. */
export class RequestRateLimitedError extends ClientError {
  readonly code = 'REQUEST_RATE_LIMITED';
  readonly status = 429;
  override readonly retryAfterSeconds: number;
  constructor(retryAfterSeconds: number) {
    super(`Too many requests. Try again in ${retryAfterSeconds} s.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface RateLimit {
  /** Most requests at once, after a while without any. */
  readonly burst: number;
  readonly perSecond: number;
}

export interface RateLimiter {
  /** @throws RequestRateLimitedError when `name` has no request left. */
  assertLeft(name: string): void;
  /** Counts a request. @throws RequestRateLimitedError when `name` has none left. */
  take(name: string): void;
}

/** Whoever is forgotten begins again with a full bucket: only somebody with more names than these gains by it. */
const MAX_NAMES = 20_000;

/**
 * A bucket of requests for each name, which fills up steadily.
 *
 * @param nowMs Milliseconds that never go back, whatever is done to the clock of the machine.
 */
export function createRateLimiter(
  { burst, perSecond }: RateLimit,
  nowMs: () => number = () => performance.now(),
): RateLimiter {
  const buckets = new LRUCache<string, { left: number; atMs: number }>({ max: MAX_NAMES });
  const bucketOf = (name: string) => {
    const now = nowMs();
    const bucket = buckets.get(name) ?? { left: burst, atMs: now };
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.atMs) / 1_000) * perSecond);
    bucket.atMs = now;
    if (bucket.left < 1) throw new RequestRateLimitedError(Math.ceil((1 - bucket.left) / perSecond));
    return bucket;
  };
  return {
    assertLeft: (name) => {
      bucketOf(name);
    },
    take: (name) => {
      const bucket = bucketOf(name);
      bucket.left -= 1;
      buckets.set(name, bucket);
    },
  };
}
