import type { Logger } from '@tributary/service-kit';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { readFile } from 'node:fs/promises';

/** One that is unknown is looked for at once, at most this often, in milliseconds. */
const COOLDOWN_MS = 5_000;

export interface SigningKeysOptions {
  /** http(s) URL of a JWK Set, or the absolute path of a file with one. */
  readonly source: string;
  /** How often keys are looked up again. */
  readonly pollIntervalMs: number;
  readonly logger: Logger;
}

/** The public keys of one issuer, fetched at first use. */
export interface SigningKeys {
  /**
   * The key that a token's header names.
   *
   * @throws a JOSE error when there is none, any other when the keys have never been readable.
   */
  readonly find: JWTVerifyGetKey;
  stop(): void;
}

/** Keys never expire by themselves: while their issuer is away, the last known ones keep everybody signed in. */
export function openSigningKeys({ source, pollIntervalMs, logger }: SigningKeysOptions): SigningKeys {
  const keys = /^https?:/.test(source) ? remoteKeys(source) : fileKeys(source);
  const refresh = setInterval(() => {
    keys.reload().catch((error: unknown) => {
      logger.warn(
        { err: error, 'jwks.source': source },
        'signing keys not refreshed, keeping the known ones',
      );
    });
  }, pollIntervalMs).unref();
  return {
    find: keys.find,
    stop: () => {
      clearInterval(refresh);
    },
  };
}

interface Keys {
  readonly find: JWTVerifyGetKey;
  reload(): Promise<void>;
}

function remoteKeys(url: string): Keys {
  const find = createRemoteJWKSet(new URL(url), { cacheMaxAge: Infinity, cooldownDuration: COOLDOWN_MS });
  return { find, reload: () => find.reload() };
}

function fileKeys(path: string): Keys {
  let known: ReturnType<typeof createLocalJWKSet> | undefined;
  let readAt = 0;
  const reload = async (): Promise<void> => {
    readAt = Date.now();
    known = createLocalJWKSet(JSON.parse(await readFile(path, 'utf8')) as JSONWebKeySet);
  };
  const find: JWTVerifyGetKey = async (header, token) => {
    if (known === undefined) await reload();
    try {
      return await current()(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || Date.now() - readAt < COOLDOWN_MS) throw error;
      await reload();
      return current()(header, token);
    }
  };
  const current = (): ReturnType<typeof createLocalJWKSet> => {
    if (known === undefined) throw new TypeError(`no signing keys in ${path}`);
    return known;
  };
  return { find, reload };
}
