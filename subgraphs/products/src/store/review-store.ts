import type { Review, ReviewStatus } from '../domain/model.ts';
import type { Position } from '../domain/product-query.ts';

/** Reviews belong to a product and to an author; both list them newest first. */
export type ReviewOwner = 'product' | 'author';

/** Every write may be repeated: it takes effect once. */
export interface ReviewStore {
  reviewsByIds(ids: readonly string[]): Promise<readonly Review[]>;
  /** Up to `size + 1` published reviews of each owner. */
  reviewsOfOwners(
    owner: ReviewOwner,
    ownerIds: readonly string[],
    size: number,
    position: Position | undefined,
  ): Promise<ReadonlyMap<string, readonly Review[]>>;
  countReviewsOfOwners(
    owner: ReviewOwner,
    ownerIds: readonly string[],
  ): Promise<readonly { readonly ownerId: string; readonly count: number }[]>;
  /** Up to `size + 1` of any product, newest first. */
  reviewsByStatus(
    status: ReviewStatus,
    size: number,
    position: Position | undefined,
  ): Promise<readonly Review[]>;
  countReviewsByStatus(status: ReviewStatus): Promise<number>;
  /** Also brings the product's rating up to date; null when there is no such review. */
  setReviewStatus(id: string, status: ReviewStatus): Promise<Review | null>;
  /** Also brings the product's rating up to date. */
  createReview(review: Review): Promise<'created' | 'duplicate'>;
  /** Counts reviews that a stopped process left uncounted. */
  repairRatings(): Promise<number>;
}
