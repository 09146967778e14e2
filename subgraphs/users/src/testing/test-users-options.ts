import { silentLogger } from '@tributary/service-kit';
import { postgresReadiness } from '@tributary/subgraph-kit/postgres';
import type { TestTrust } from '@tributary/testkit';
import type pg from 'pg';
import type { KeyRing } from '../credentials/key-ring.ts';
import { createSealer } from '@tributary/subgraph-kit';
import { createPostgresStores } from '../store/postgres/postgres-stores.ts';
import type { UsersOptions } from '../users.ts';

/** Some hundred times cheaper than the real ones. */
export const TEST_ARGON2 = { memoryCost: 64, timeCost: 1, parallelism: 1 };

/** Of the page that may have cookies. */
export const WEB_ORIGIN = 'https://shop.test';

export interface TestUsersParts {
  readonly pool: pg.Pool;
  readonly throttlePool: pg.Pool;
  readonly trust: TestTrust;
  readonly keys: KeyRing;
  readonly mailFolder: string;
  readonly now: () => Date;
}

/** The service on a free port, everything real but the cost of a hash. */
export function testUsersOptions({
  pool,
  throttlePool,
  trust,
  keys,
  mailFolder,
  now,
}: TestUsersParts): UsersOptions {
  return {
    host: '127.0.0.1',
    port: 0,
    trust: trust.trust,
    accessToken: { keys, issuer: 'http://users.test', audience: 'supergraph', ttlSeconds: 300 },
    sealer: createSealer({ current: 'test', keys: { test: Buffer.alloc(32, 7).toString('base64url') } }),
    webOrigins: [WEB_ORIGIN],
    relyingParty: { id: 'localhost', name: 'Test', origins: [WEB_ORIGIN] },
    limits: { signInsPerMinute: 30, registrationsPerHour: 20 },
    erasureDelayMs: 14 * 24 * 60 * 60 * 1_000,
    exportBaseUrl: 'https://accounts.test',
    dataSources: [],
    trustedProxies: 0,
    argon2: TEST_ARGON2,
    mail: {
      smtpUrl: undefined,
      folder: mailFolder,
      page: true,
      from: 'Tributary <accounts@tributary.example>',
      accountUrl: 'https://shop.test/account',
    },
    needsVerifiedEmail: false,
    introspection: false,
    stores: createPostgresStores(pool, throttlePool),
    readiness: [postgresReadiness(pool)],
    logger: silentLogger(),
    now,
  };
}
