import type pg from 'pg';
import { createPostgresAddressStore } from './postgres-address-store.ts';
import { createPostgresAdministrationStore } from './postgres-administration-store.ts';
import { createPostgresAuditStore } from './postgres-audit-store.ts';
import { createPostgresCredentialStore } from './postgres-credential-store.ts';
import { createPostgresDataExportStore } from './postgres-data-export-store.ts';
import { createPostgresErasureStore } from './postgres-erasure-store.ts';
import { createPostgresEventStore } from './postgres-event-store.ts';
import { createPostgresLetterStore } from './postgres-letter-store.ts';
import { createPostgresMfaStore } from './postgres-mfa-store.ts';
import { createPostgresPasskeyStore } from './postgres-passkey-store.ts';
import { createPostgresSessionStore } from './postgres-session-store.ts';
import { createPostgresSigningKeyStore } from './postgres-signing-key-store.ts';
import { createPostgresThrottleStore } from './postgres-throttle-store.ts';
import { createPostgresUserStore } from './postgres-user-store.ts';
import type { Stores } from '../stores.ts';

/** @param throttlePool Connections for `throttles` alone, whose writers wait for one another. */
export const createPostgresStores = (pool: pg.Pool, throttlePool: pg.Pool): Stores => ({
  users: createPostgresUserStore(pool),
  sessions: createPostgresSessionStore(pool),
  addresses: createPostgresAddressStore(pool),
  administration: createPostgresAdministrationStore(pool),
  audit: createPostgresAuditStore(pool),
  credentials: createPostgresCredentialStore(pool),
  dataExports: createPostgresDataExportStore(pool),
  erasures: createPostgresErasureStore(pool),
  events: createPostgresEventStore(pool),
  letters: createPostgresLetterStore(pool),
  mfa: createPostgresMfaStore(pool),
  passkeys: createPostgresPasskeyStore(pool),
  signingKeys: createPostgresSigningKeyStore(pool),
  throttles: createPostgresThrottleStore(throttlePool),
});
