import type { Logger } from '@tributary/service-kit';
import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import { TOTP_REUSE_MS } from './credentials/totp.ts';
import type { KeyRing } from './credentials/key-ring.ts';
import type { Stores } from './store/stores.ts';

const EVERY_MS = 60_000;
/** Longer than any window of domain/limits.ts. */
const THROTTLES_KEPT_MS = 24 * 60 * 60 * 1_000;
/** For an administrator who asks whether a mail was sent. */
const LETTERS_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

/** For whoever looks what was told to whom. */
const EVENTS_KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

/** Until then a refresh token that comes back is known to be one of an ended session. */
const ENDED_SESSIONS_KEPT_MS = 30 * 24 * 60 * 60 * 1_000;

export interface MaintenanceOptions {
  readonly stores: Stores;
  readonly keys: KeyRing;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Rotates keys, and deletes what is of no use any more. */
export function startMaintenance({ stores, keys, logger, now }: MaintenanceOptions): PeriodicWorker {
  return runPeriodically({
    name: 'maintenance',
    everyMs: EVERY_MS,
    logger,
    work: async () => {
      await keys.refresh(now());
      await stores.throttles.purge(new Date(now().getTime() - THROTTLES_KEPT_MS));
      await stores.letters.purge(new Date(now().getTime() - LETTERS_KEPT_MS));
      await stores.events.purge(new Date(now().getTime() - EVENTS_KEPT_MS));
      await stores.dataExports.purge(now(), new Date(now().getTime() - LETTERS_KEPT_MS));
      await stores.credentials.purgeTokens(now());
      await stores.sessions.purgeEnded(new Date(now().getTime() - ENDED_SESSIONS_KEPT_MS));
      await stores.mfa.purgeChallenges(now());
      await stores.mfa.purgeTotpUses(new Date(now().getTime() - TOTP_REUSE_MS));
      await stores.passkeys.purgeChallenges(now());
      return false;
    },
  });
}
