import type { GraphQLSchema } from 'graphql';
import { buildSnapshot } from './build-snapshot.ts';
import type { Snapshot } from './snapshot.ts';

/** The snapshot that new requests get, and those that requests in flight began with. */
export interface CurrentSnapshot {
  readonly current: Snapshot;
  /** @throws what `buildSnapshot` throws; the current one then stays. */
  replace(supergraphSdl: string): void;
  /** The snapshot that a request was validated against, found by its schema. */
  of(apiSchema: GraphQLSchema): Snapshot;
  /** Called with every new snapshot, and at once with the current one. */
  onChange(listener: (snapshot: Snapshot) => void): () => void;
}

export function createCurrentSnapshot(supergraphSdl: string): CurrentSnapshot {
  let current = buildSnapshot(supergraphSdl);
  // Weak: an old snapshot is freed with the last request that holds its schema.
  const bySchema = new WeakMap([[current.apiSchema, current]]);
  const listeners = new Set<(snapshot: Snapshot) => void>();
  return {
    get current() {
      return current;
    },
    replace: (sdl) => {
      if (sdl === current.supergraphSdl) return;
      current = buildSnapshot(sdl);
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
