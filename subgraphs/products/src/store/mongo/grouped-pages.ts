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
  /** The owner field is a list, and of its elements only these count. */
  readonly unwindTo?: readonly string[];
  readonly limit: number;
}

export async function findGroupedPages<T extends Document>(
  collection: Collection<T>,
  { match, sort, ownerField, unwindTo, limit }: GroupedPages,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const rows = await collection
    .aggregate<{ _id: string; rows: T[] }>([
      { $match: match },
      { $sort: sort },
      ...(unwindTo === undefined
        ? []
        : [
            // The document itself keeps its list: only the copy beside it is taken apart.
            { $project: { row: '$$ROOT', owner: `$${ownerField}` } },
            { $unwind: '$owner' },
            { $match: { owner: { $in: unwindTo } } },
          ]),
      {
        $group: {
          _id: unwindTo === undefined ? `$${ownerField}` : '$owner',
          rows: { $push: unwindTo === undefined ? '$$ROOT' : '$row' },
        },
      },
      { $project: { rows: { $slice: ['$rows', limit] } } },
    ])
    .toArray();
  return new Map(rows.map((row) => [row._id, row.rows]));
}
