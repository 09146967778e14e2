import type { Review } from '../../domain/model.ts';
import type { ReviewOwner, ReviewStore } from '../review-store.ts';
import type { Collections } from './database.ts';
import type { ReviewDocument } from './documents.ts';
import { findGroupedPages } from './grouped-pages.ts';
import { isDuplicateKey } from './mongo-errors.ts';
import { afterPosition } from './product-filter.ts';
import { refreshRating, repairRatings } from './refresh-rating.ts';

const REPAIR_LIMIT = 100;
const OWNER_FIELD = { product: 'productId', author: 'authorId' } as const satisfies Record<
  ReviewOwner,
  string
>;
const NEWEST_FIRST = { createdAt: -1, _id: -1 } as const;

export function createMongoReviewStore(collections: Collections): ReviewStore {
  const { reviews } = collections;
  return {
    reviewsByIds: async (ids) => (await reviews.find({ _id: { $in: [...ids] } }).toArray()).map(toReview),
    reviewsOfOwners: async (owner, ownerIds, size, position) => {
      const ownerField = OWNER_FIELD[owner];
      const after =
        position === undefined ? {} : afterPosition({ path: 'createdAt', direction: -1 }, position);
      const [only] = ownerIds;
      if (ownerIds.length === 1 && only !== undefined) {
        const rows = await reviews
          .find({ [ownerField]: only, status: 'PUBLISHED', ...after })
          .sort(NEWEST_FIRST)
          .limit(size + 1)
          .toArray();
        return new Map([[only, rows.map(toReview)]]);
      }
      const pages = await findGroupedPages(reviews, {
        match: { [ownerField]: { $in: ownerIds }, status: 'PUBLISHED', ...after },
        sort: NEWEST_FIRST,
        ownerField,
        limit: size + 1,
      });
      return new Map([...pages].map(([ownerId, rows]) => [ownerId, rows.map(toReview)]));
    },
    countReviewsOfOwners: async (owner, ownerIds) => {
      const ownerField = OWNER_FIELD[owner];
      const rows = await reviews
        .aggregate<{ _id: string; count: number }>([
          { $match: { [ownerField]: { $in: ownerIds }, status: 'PUBLISHED' } },
          { $group: { _id: `$${ownerField}`, count: { $sum: 1 } } },
        ])
        .toArray();
      return rows.map(({ _id, count }) => ({ ownerId: _id, count }));
    },
    reviewsByStatus: async (status, size, position) =>
      (
        await reviews
          .find({
            status,
            ...(position !== undefined && afterPosition({ path: 'createdAt', direction: -1 }, position)),
          })
          .sort(NEWEST_FIRST)
          .limit(size + 1)
          .toArray()
      ).map(toReview),
    countReviewsByStatus: (status) => reviews.countDocuments({ status }),
    setReviewStatus: async (id, status) => {
      await reviews.updateOne(
        { _id: id, status: { $ne: status } },
        { $set: { status, uncounted: true }, $inc: { version: 1 } },
      );
      const review = await reviews.findOne({ _id: id });
      if (review === null) return null;
      await refreshRating(collections, review.productId);
      return toReview(review);
    },
    createReview: async ({ id, ...review }) => {
      try {
        await reviews.insertOne({ _id: id, ...review, version: 1, uncounted: true });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        if ((await reviews.findOne({ _id: id }, { projection: { _id: 1 } })) === null) return 'duplicate';
      }
      await refreshRating(collections, review.productId);
      return 'created';
    },
    repairRatings: () => repairRatings(collections, REPAIR_LIMIT),
  };
}

function toReview({ _id, uncounted: _uncounted, version: _version, ...review }: ReviewDocument): Review {
  return { id: _id, ...review };
}
