/**
 * Keeps a product's rating equal to its reviews, exactly: it is summed up anew, never added to, and written
 * by compare-and-set on `ratingVersion`. A review says `uncounted` from the write that made or moderated it
 * until a sum that knows of it is stored, so a process that dies between leaves a trace the sweep finds.
 */
import { Long } from 'mongodb';
import type { Collections } from './database.ts';

/** Each lost round means another writer won one, and that one counted this review too, as a rule. */
const MAX_ROUNDS = 20;

export async function refreshRating({ products, reviews }: Collections, productId: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const uncounted = await reviews
      .find({ productId, uncounted: true }, { projection: { _id: 1, version: 1 } })
      .toArray();
    if (uncounted.length === 0) return;
    const product = await products.findOne({ _id: productId }, { projection: { ratingVersion: 1 } });
    if (product === null) return;
    const [totals] = await reviews
      .aggregate<{ sum: number; count: number }>([
        { $match: { productId, status: 'PUBLISHED' } },
        { $group: { _id: '$productId', sum: { $sum: '$rating' }, count: { $sum: 1 } } },
      ])
      .toArray();
    const { matchedCount } = await products.updateOne(
      { _id: productId, ratingVersion: product.ratingVersion },
      {
        $set: {
          ratingSum: Long.fromNumber(totals?.sum ?? 0),
          ratingCount: totals?.count ?? 0,
          ratingAverage: totals === undefined ? 0 : totals.sum / totals.count,
        },
        $inc: { ratingVersion: 1 },
      },
    );
    if (matchedCount === 0) continue;
    // Not those that were decided about again meanwhile.
    await reviews.bulkWrite(
      uncounted.map(({ _id, version }) => ({
        updateOne: { filter: { _id, version }, update: { $unset: { uncounted: '' } } },
      })),
    );
    return;
  }
}

/** @returns How many products' ratings were summed up. */
export async function repairRatings(collections: Collections, limit: number): Promise<number> {
  const rows = await collections.reviews
    .find({ uncounted: true }, { projection: { productId: 1 }, limit })
    .toArray();
  const productIds = new Set(rows.map(({ productId }) => productId));
  for (const productId of productIds) await refreshRating(collections, productId);
  return productIds.size;
}
