import type { IncomingMessage } from 'node:http';
import { addressOf } from './address-of.ts';
import type { KeyStore } from './key-store.ts';
import { createRateLimiter, type RateLimit, type RateLimiter } from './rate-limiter.ts';
import type { Session, SessionStore } from './session-store.ts';
import type { Viewer } from './viewer.ts';

/**
 * Who asks, unless they ask too often: a key counts its requests, wherever they come from; an address counts what comes
 * from it without a key that holds, so that guessing costs as much as asking. Each registry process counts for itself.
 *
 * Each throws RequestRateLimitedError.
 */
export interface Admission {
  /** Whose key it is; undefined: nobody's. */
  byKey(request: IncomingMessage, key: string | undefined): Promise<Viewer | undefined>;
  /** As `byKey`, for usage reports: there are many more of them, and they must not keep anybody from publishing. */
  reporting(request: IncomingMessage, key: string | undefined): Promise<Viewer | undefined>;
  /** Who signed in to the console; undefined: nobody. @param token What the session's cookie holds. */
  bySession(request: IncomingMessage, token: string | undefined): Promise<Session | undefined>;
  /** Whose key is typed at the sign-in; undefined: nobody's. */
  signingIn(request: IncomingMessage, key: string): Promise<Viewer | undefined>;
  /** Counts a request that is answered to everybody. */
  anybody(request: IncomingMessage): void;
}

export interface AdmissionLimits {
  /** Of a key, reports aside; of an address, without a key that holds. */
  readonly requestsPerMinute: number;
  /** Of a key. */
  readonly reportsPerSecond: number;
  /** Of an address. */
  readonly signInsPerMinute: number;
  /** Proxies before the registry that add to `X-Forwarded-For`. */
  readonly trustedProxies: number;
}

export interface AdmissionOptions {
  readonly keys: KeyStore;
  readonly sessions: SessionStore;
  readonly limits: AdmissionLimits;
}

const perMinute = (requests: number): RateLimit => ({ burst: requests, perSecond: requests / 60 });

export function createAdmission({ keys, sessions, limits }: AdmissionOptions): Admission {
  const { requestsPerMinute, reportsPerSecond, signInsPerMinute, trustedProxies } = limits;
  const strangers = createRateLimiter(perMinute(requestsPerMinute));
  const asked = createRateLimiter(perMinute(requestsPerMinute));
  const reported = createRateLimiter({ burst: reportsPerSecond, perSecond: reportsPerSecond });
  const signedIn = createRateLimiter(perMinute(signInsPerMinute));

  const admit = async <T>(
    request: IncomingMessage,
    find: () => Promise<T | undefined>,
    count: (found: T) => void,
  ): Promise<T | undefined> => {
    const address = addressOf(request, trustedProxies);
    // Before the database is asked; what is asked at the same time may go a little beyond.
    strangers.assertLeft(address);
    const found = await find();
    if (found === undefined) strangers.take(address);
    else count(found);
    return found;
  };
  const byKey =
    (limiter: RateLimiter): Admission['byKey'] =>
    (request, key) =>
      admit(
        request,
        async () => (key === undefined || key === '' ? undefined : keys.find(key)),
        ({ keyId }) => {
          limiter.take(keyId);
        },
      );
  return {
    byKey: byKey(asked),
    reporting: byKey(reported),
    bySession: (request, token) =>
      admit(
        request,
        async () => (token === undefined || token === '' ? undefined : sessions.find(token)),
        ({ viewer }) => {
          asked.take(viewer.keyId);
        },
      ),
    signingIn: async (request, key) => {
      signedIn.take(addressOf(request, trustedProxies));
      return keys.find(key);
    },
    anybody: (request) => {
      strangers.take(addressOf(request, trustedProxies));
    },
  };
}
