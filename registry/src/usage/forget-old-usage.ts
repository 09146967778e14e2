import type { Logger } from '@tributary/service-kit';
import type { UsageStore } from './usage-store.ts';

const EVERY_MS = 600_000;

/** Deletes what is older than the registry keeps, now and then. @returns what ends it. */
export function forgetOldUsage({
  usage,
  retentionMs,
  logger,
}: {
  readonly usage: UsageStore;
  readonly retentionMs: number;
  readonly logger: Logger;
}): () => void {
  const timer = setInterval(() => {
    usage.forget(new Date(Date.now() - retentionMs)).catch((error: unknown) => {
      logger.warn({ err: error }, 'old usage could not be deleted; tried again later');
    });
  }, EVERY_MS).unref();
  return () => {
    clearInterval(timer);
  };
}
