import { InternalError } from '@tributary/service-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { saveUsage } from './save-usage.ts';
import type { UsageReport } from './usage-report.ts';

/** Reports came faster than the database takes them; the reporter sends this one again. */
export class UsageOverloadError extends InternalError {
  readonly code = 'REGISTRY_BUSY';
  override readonly status = 503;
  override readonly retryAfterSeconds = 5;
  override readonly publicMessage = 'More usage reports wait than the registry keeps. Send this one again.';
  constructor() {
    super('usage reports are dropped: too many wait for the database');
  }
}

export interface UsageRecorder {
  /**
   * Resolves when the report is on disk.
   *
   * @throws UsageOverloadError, or the database's error: the report is not counted then.
   */
  record(report: UsageReport): Promise<void>;
  /** Writes what waits, and takes no more. */
  close(): Promise<void>;
}

export interface UsageRecorderOptions {
  readonly pool: pg.Pool;
  /** Most reports that wait to be written; each holds a request open. */
  readonly maxWaiting?: number;
  /** Of all of those, together. */
  readonly maxWaitingSize?: number;
}

/** Reports that come within this are one transaction: a commit costs as much for one as for hundreds. */
const GATHER_MS = 50;
/** So many are worth a transaction without waiting for more. */
const ENOUGH = 100;
const MAX_BATCH = 500;

interface Waiting {
  readonly report: UsageReport;
  resolve(): void;
  reject(error: unknown): void;
}

/** Counts usage reports, many in one transaction, and answers each only when it is counted. */
export function createUsageRecorder({
  pool,
  maxWaiting = 2_000,
  maxWaitingSize = 200_000,
}: UsageRecorderOptions): UsageRecorder {
  const waiting: Waiting[] = [];
  let waitingSize = 0;
  let writing: Promise<void> | undefined;
  let isClosed = false;

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      if (!isClosed && waiting.length < ENOUGH) await delay(GATHER_MS);
      const batch = waiting.splice(0, MAX_BATCH);
      waitingSize -= batch.reduce((sum, { report }) => sum + report.size, 0);
      try {
        await saveUsage(
          pool,
          batch.map(({ report }) => report),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = undefined;
  };
  return {
    record: (report) =>
      new Promise((resolve, reject) => {
        if (isClosed || waiting.length >= maxWaiting || waitingSize >= maxWaitingSize) {
          reject(new UsageOverloadError());
          return;
        }
        waiting.push({ report, resolve, reject });
        waitingSize += report.size;
        writing ??= write();
      }),
    close: async () => {
      isClosed = true;
      await writing;
    },
  };
}
