/**
 * Tells when things in the store change, whoever changed them: by looking at the versions of what somebody watches.
 *
 * Not by a list of changes: without transactions its entries become visible in another order than they are numbered, and a
 * reader that goes by the number misses some. A version cannot be missed, costs the writers nothing, and is right after any
 * outage.
 */
import type { Logger } from '@tributary/service-kit';
import { runPeriodically, type PeriodicWorker } from '@tributary/subgraph-kit';

/** Most that one query asks for. */
const BATCH = 500;

export interface VersionWatcherOptions {
  /** For the log. */
  readonly name: string;
  readonly load: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  readonly everyMs: number;
  readonly logger: Logger;
}

export interface VersionWatcher {
  start(): void;
  stop(): Promise<void>;
  /**
   * Calls `onChange` for every change after this has resolved; several between two looks are one.
   *
   * @returns ends it.
   */
  watch(ids: readonly string[], onChange: (id: string) => void): Promise<() => void>;
}

interface Watched {
  version: string | undefined;
  readonly watchers: Set<(id: string) => void>;
}

export function createVersionWatcher({ name, load, everyMs, logger }: VersionWatcherOptions): VersionWatcher {
  const watched = new Map<string, Watched>();
  let worker: PeriodicWorker | undefined;

  const look = async (): Promise<void> => {
    const ids = [...watched.keys()];
    for (let start = 0; start < ids.length; start += BATCH) {
      const batch = ids.slice(start, start + BATCH);
      // Who comes meanwhile has seen what is read now, or newer.
      const before = batch.map((id) => watched.get(id));
      const versions = await load(batch);
      batch.forEach((id, index) => {
        const entry = before[index];
        const version = versions.get(id);
        if (entry === undefined || entry.version === version) return;
        entry.version = version;
        for (const tell of entry.watchers) tell(id);
      });
    }
  };

  return {
    start: () => {
      worker = runPeriodically({
        name,
        everyMs,
        logger,
        work: async () => {
          await look();
          return false;
        },
      });
    },
    stop: async () => {
      await worker?.stop();
    },
    watch: async (ids, onChange) => {
      const versions = await load(ids);
      for (const id of ids) {
        const entry = watched.get(id) ?? { version: versions.get(id), watchers: new Set() };
        entry.watchers.add(onChange);
        watched.set(id, entry);
      }
      return () => {
        for (const id of ids) {
          const entry = watched.get(id);
          entry?.watchers.delete(onChange);
          if (entry?.watchers.size === 0) watched.delete(id);
        }
      };
    },
  };
}
