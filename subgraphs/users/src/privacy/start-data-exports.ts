import type { Logger } from '@tributary/service-kit';
import { runPeriodically, type PeriodicWorker, type Sealer } from '@tributary/subgraph-kit';
import { EXPORT_KEPT_MS, exportPurpose } from '../domain/data-export.ts';
import { userIds } from '../domain/ids.ts';
import { nextAttempt } from '../domain/letters.ts';
import type { DueExport } from '../store/data-export-store.ts';
import type { Stores } from '../store/stores.ts';
import type { DataSource } from './data-source.ts';

const POLL_MS = 1_000;
/** Longer than all services together may take to answer. */
const LEASE_MS = 2 * 60_000;

export interface DataExportsOptions {
  readonly stores: Stores;
  readonly sealer: Sealer;
  readonly sources: readonly DataSource[];
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Puts together what people asked to be told about themselves. One that a service does not answer is begun again later. */
export function startDataExports(options: DataExportsOptions): PeriodicWorker {
  const { stores, logger, now } = options;
  return runPeriodically({
    name: 'data-exports',
    everyMs: POLL_MS,
    logger,
    work: async () => {
      const claimedAt = now();
      const due = await stores.dataExports.claimDue(claimedAt, new Date(claimedAt.getTime() + LEASE_MS));
      if (due === undefined) return false;
      try {
        await make(due, options);
      } catch (error) {
        const retryAt = nextAttempt(due.attempts, due.requestedAt, now());
        const reason = error instanceof Error ? error.message : String(error);
        await stores.dataExports.failed(due.id, reason.slice(0, 500), now(), retryAt);
        logger.warn(
          { 'export.id': due.id, attempts: due.attempts, err: error },
          retryAt === undefined ? 'a data export was given up' : 'a data export has to wait',
        );
      }
      return true;
    },
  });
}

async function make(due: DueExport, { stores, sealer, sources, now }: DataExportsOptions): Promise<void> {
  const userId = userIds.fromUuid(due.userId);
  const parts = await Promise.all([
    stores.dataExports.collect(due.userId).then((part) => ['users', part] as const),
    ...sources.map(async (source) => [source.name, await source.collect(userId)] as const),
  ]);
  const collectedAt = now();
  const document = JSON.stringify({ id: userId, collectedAt, ...Object.fromEntries(parts) }, null, 2);
  await stores.dataExports.complete(due, {
    sealed: sealer.seal(document, exportPurpose(due.id)),
    expiresAt: new Date(collectedAt.getTime() + EXPORT_KEPT_MS),
    now: collectedAt,
  });
}
