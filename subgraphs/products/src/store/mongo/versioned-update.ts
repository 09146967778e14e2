import type { Collection, Document, Filter, UpdateFilter, WithId } from 'mongodb';
import type { Versioned } from '../catalog-store.ts';
import { isDuplicateKey } from './mongo-errors.ts';

interface VersionedDocument extends Document {
  readonly _id: string;
  readonly version: number;
  readonly writeId: string;
}

export interface VersionedWrite<T extends VersionedDocument> {
  readonly id: string;
  readonly expectedVersion: number;
  /** Also has to hold. */
  readonly where?: Filter<T>;
  readonly set: Partial<T>;
  /** Of one intended write, the same when it is repeated. */
  readonly writeId: string;
}

/** Compare-and-set on `version`. */
export async function versionedUpdate<T extends VersionedDocument>(
  collection: Collection<T>,
  { id, expectedVersion, where, set, writeId }: VersionedWrite<T>,
): Promise<Versioned<WithId<T>>> {
  const filter = { ...where, _id: id, version: expectedVersion } as Filter<T>;
  const update = { $set: { ...set, writeId }, $inc: { version: 1 } } as unknown as UpdateFilter<T>;
  try {
    const updated = await collection.findOneAndUpdate(filter, update, { returnDocument: 'after' });
    if (updated !== null) return { kind: 'updated', value: updated };
  } catch (error) {
    if (isDuplicateKey(error)) return { kind: 'duplicate' };
    throw error;
  }
  const current = await collection.findOne({ ...where, _id: id } as Filter<T>);
  if (current === null) return { kind: 'not-found' };
  // The write happened and its answer was lost.
  return current.writeId === writeId ? { kind: 'updated', value: current } : { kind: 'version-mismatch' };
}
