/**
 * The first rows of a list for many owners in one query: `reviews` under a list of products.
 *
 * Reads every matching row of every owner, in order, and cuts each owner's list in the store. Window stages
 * and correlated lookups would read less, but neither exists on every engine; one owner takes an indexed
 * find instead (see the callers).
 */
import type { Collection, Document } from 'mongodb';

export interface GroupedPages {
  /** Narrows to the owners asked for. */
  readonly match: object;
  readonly sort: Readonly<Record<string, 1 | -1>>;
  readonly ownerField: string;
  readonly limit: number;
}

export async function findGroupedPages<T extends Document>(
  collection: Collection<T>,
  { match, sort, ownerField, limit }: GroupedPages,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const rows = await collection
    .aggregate<{ _id: string; rows: T[] }>([
      { $match: match },
      { $sort: sort },
      { $group: { _id: `$${ownerField}`, rows: { $push: '$$ROOT' } } },
      { $project: { rows: { $slice: ['$rows', limit] } } },
    ])
    .toArray();
  return new Map(rows.map((row) => [row._id, row.rows]));
}
