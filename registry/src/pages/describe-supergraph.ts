import { LRUCache } from 'lru-cache';
import type { GraphRef } from '../graphs/graph-ref.ts';
import type { GraphStore } from '../graphs/graph-store.ts';
import type { SchemaDescription } from '../schema-work/protocol.ts';
import type { SchemaWorkers } from '../schema-work/schema-workers.ts';

/** What the supergraph that is served consists of; undefined: none is. */
export type DescribeSupergraph = (ref: GraphRef) => Promise<SchemaDescription | undefined>;

const MAX_KNOWN = 8;

/** Reads each supergraph once, in a thread. */
export function createDescribeSupergraph(graphs: GraphStore, workers: SchemaWorkers): DescribeSupergraph {
  const known = new LRUCache<string, Promise<SchemaDescription>>({ max: MAX_KNOWN });
  return async (ref) => {
    const version = await graphs.servedVersion(ref);
    if (version === undefined) return undefined;
    const { supergraphHash: hash } = version;
    const found = known.get(hash);
    if (found !== undefined) return found;
    const served = await graphs.served(ref);
    if (served === undefined) return undefined;
    const reading = workers.run('describe', served.supergraphSdl);
    known.set(served.supergraphHash, reading);
    // Who waits is told; the next one may try again.
    reading.catch(() => known.delete(served.supergraphHash));
    return reading;
  };
}
