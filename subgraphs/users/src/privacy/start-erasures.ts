import type { Logger } from '@tributary/service-kit';
import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import type { Stores } from '../store/stores.ts';

const POLL_MS = 1_000;
/** The gateway's own token for a subgraph, signed in an access token's last second, and clocks that differ. */
const LAST_REQUESTS_MS = 2 * 60 * 1_000;

export interface ErasuresOptions {
  readonly stores: Stores;
  readonly accessTokenTtlSeconds: number;
  readonly logger: Logger;
  readonly now: () => Date;
}

/**
 * Erases accounts whose date has come. Other services are told when the last access token has expired: whatever its
 * holder did until then, a review or a checkout, is there to be erased, and nothing comes after.
 */
export function startErasures({
  stores,
  accessTokenTtlSeconds,
  logger,
  now,
}: ErasuresOptions): PeriodicWorker {
  return runPeriodically({
    name: 'erasures',
    everyMs: POLL_MS,
    logger,
    work: async () => {
      const erasedAt = now();
      const announceFrom = new Date(erasedAt.getTime() + accessTokenTtlSeconds * 1_000 + LAST_REQUESTS_MS);
      const id = await stores.erasures.eraseNext(erasedAt, announceFrom);
      if (id !== undefined) logger.info({ 'user.id': id }, 'an account was erased');
      return id !== undefined;
    },
  });
}
