import type { Logger } from '@tributary/service-kit';
import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';
import { retryDelayMs } from '../domain/retry-delay.ts';
import type { InboxStore, KeptEvent } from '../store/inbox-store.ts';

const BATCH = 20;
const PURGE_EVERY_MS = 60_000;
const PURGE_BATCH = 1_000;

export interface InboxWorkerOptions {
  readonly inbox: InboxStore;
  /**
   * Looks at what the event is about. What it finds there counts, so that order and repetition do not.
   *
   * @returns false when that cannot be written down yet.
   */
  readonly look: (event: KeptEvent) => Promise<boolean>;
  readonly everyMs: number;
  readonly logger: Logger;
}

/** Looks into what the provider has told us, in whichever process is free. */
export function startInboxWorker({ inbox, look, everyMs, logger }: InboxWorkerOptions): PeriodicWorker {
  let nextPurgeAt = 0;
  return runPeriodically({
    name: 'provider-events',
    everyMs,
    logger,
    work: async () => {
      const events = await inbox.claimDue(BATCH);
      await Promise.all(
        events.map(async (event) => {
          try {
            if (await look(event)) await inbox.settle(event);
            else await inbox.postpone(event, retryDelayMs(event.attempts));
          } catch (error) {
            const fields = { err: error, 'event.id': event.id, 'event.type': event.type };
            logger.warn(fields, 'an event of the provider is looked into again later');
          }
        }),
      );
      if (Date.now() >= nextPurgeAt) {
        await inbox.purge(PURGE_BATCH);
        nextPurgeAt = Date.now() + PURGE_EVERY_MS;
      }
      return events.length === BATCH;
    },
  });
}
