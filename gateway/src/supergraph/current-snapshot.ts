import type { GraphQLSchema } from 'graphql';
import { buildSnapshot, type Snapshot, type SnapshotOptions } from './snapshot.ts';
import { warmUp } from './warm-up.ts';

/** The snapshot that new requests get, and those that requests in flight began with. */
export interface CurrentSnapshot {
  readonly current: Snapshot;
  /**
   * Builds the next snapshot and prepares on it what is asked most, before it takes a request.
   *
   * @throws what `buildSnapshot` throws; the current one then stays.
   */
  replace(supergraphSdl: string): Promise<void>;
  /** The snapshot that a request was validated against, found by its schema. */
  of(apiSchema: GraphQLSchema): Snapshot;
  /** Called with every new snapshot, and at once with the current one. */
  onChange(listener: (snapshot: Snapshot) => void): () => void;
}

/**
 * @param previous What is asked most of it is prepared before the first request.
 * @throws what `buildSnapshot` throws.
 */
export async function createCurrentSnapshot(
  supergraphSdl: string,
  options: SnapshotOptions,
  previous?: Snapshot,
): Promise<CurrentSnapshot> {
  let current = await buildSnapshot(supergraphSdl, options);
  if (previous !== undefined) await warmUp(current, previous);
  // Weak: an old snapshot is freed with the last request that holds it.
  const bySchema = new WeakMap([[current.apiSchema, current]]);
  const listeners = new Set<(snapshot: Snapshot) => void>();
  return {
    get current() {
      return current;
    },
    replace: async (sdl) => {
      if (sdl === current.supergraphSdl) return;
      const next = await buildSnapshot(sdl, options);
      await warmUp(next, current);
      current = next;
      bySchema.set(current.apiSchema, current);
      for (const listener of listeners) listener(current);
    },
    of: (apiSchema) => bySchema.get(apiSchema) ?? current,
    onChange: (listener) => {
      listeners.add(listener);
      listener(current);
      return () => listeners.delete(listener);
    },
  };
}
